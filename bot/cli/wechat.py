"""`wechat-menu`, `wechat-qr`, `poster`: what an Official Account and a branch need once."""

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
    out: Annotated[Path, typer.Option(help="where the poster goes (PNG, A4)")] = Path("var/poster.png"),
) -> None:
    """Draw a branch's poster with its joining code for WeChat: who scans it joins at that branch."""
    from bot.posters import draw_for

    async def ask() -> tuple[House, str]:
        house, api = _open()
        try:
            return house, await api.create_qr(scene)
        finally:
            await api.aclose()

    house, address = asyncio.run(ask())
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(draw_for(house.desk, scene, address))
    typer.echo(f"{address}\n{out}")


@app.command("poster")
def poster(
    scene: Annotated[str, typer.Argument(help="the branch's scene, as kept with the branch")],
    out: Annotated[Path, typer.Option(help="where the poster goes (PNG, A4)")] = Path("var/poster.png"),
) -> None:
    """Draw a branch's poster with its joining code for the web chat, where there is no WeChat account yet."""
    from bot.clock import SystemClock
    from bot.posters import draw_for, web_address
    from bot.serving import house_for
    from bot.settings import read_settings

    settings = read_settings()
    desk = house_for(settings, rasa=None, clock=SystemClock()).desk
    address = web_address(settings.public_url, scene)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(draw_for(desk, scene, address))
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
