"""`wechat-menu`, `wechat-qr`: what an Official Account needs once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.channels.wechat_api import WeChatApi
    from bot.house import House

app = typer.Typer()


@app.command("wechat-menu")
def wechat_menu() -> None:
    """Put the menu into the Official Account of the settings."""
    from bot.channels.wechat_menu import menu

    async def put() -> None:
        house, api = _open()
        await api.create_menu(
            menu(lambda name: house.desk.words.say(f"wechat_menu.{name}", house.desk.clock.now()).text)
        )
        await api.aclose()

    asyncio.run(put())
    typer.echo("the menu is in place; people see it when they open the account anew")


@app.command("wechat-qr")
def wechat_qr(
    scene: Annotated[str, typer.Argument(help="the branch's scene, as kept with the branch")],
    out: Annotated[Path, typer.Option(help="where the poster goes (SVG)")] = Path("var/poster.svg"),
) -> None:
    """Draw the joining QR code of a branch: who scans it is told about, and joins at, that branch."""
    import segno

    async def ask() -> str:
        _, api = _open()
        try:
            return await api.create_qr(scene)
        finally:
            await api.aclose()

    address = asyncio.run(ask())
    out.parent.mkdir(parents=True, exist_ok=True)
    segno.make(address, error="m").save(str(out), scale=12, border=4, dark="#0b5d4a")
    typer.echo(f"{address}\n{out}")


def _open() -> tuple[House, WeChatApi]:
    from bot.channel_books import BookedTokens
    from bot.channels.wechat_api import WeChatApi
    from bot.clock import SystemClock
    from bot.serving import house_for, wechat_account
    from bot.settings import SettingsError, read_settings

    settings = read_settings()
    if not settings.wechat_on:
        raise SettingsError("TIMEBANK_WECHAT_APP_ID: must be set")
    house = house_for(settings, rasa=None, clock=SystemClock())
    return house, WeChatApi(wechat_account(settings), BookedTokens(house.desk.units, SystemClock()), SystemClock())
