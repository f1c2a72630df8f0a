"""`./timebank demo`: everything on one machine with nothing set up; each start begins with a new sample community."""

from __future__ import annotations

import secrets
import socket
import time
from pathlib import Path

from anyio import to_thread
from fastapi import FastAPI
from pydantic import SecretStr

from bot.clock import MovableClock, SystemClock
from bot.demo.community import SampleCommunity, fill_sample
from bot.house import House
from bot.logs import set_up_logging
from bot.rasa_client import RasaClient
from bot.rasa_process import HOUSE, ModelMissing, RasaProcess, say
from bot.serving import Server, full_app, house_for
from bot.settings import Settings, SettingsError, read_settings
from bot.training import ensure_model
from bot.web.demo import demo_start, demo_tries
from bot.web.desk import desk_link
from bot.web.pages import Pages
from bot.web.tokens import Signer
from storage.scheme_files import load_scheme

RASA_WITHIN = 10.0  # seconds: on a small machine a first turn may be slow, and nobody waits behind WeChat's five here


async def run_demo(*, port: int, scheme_name: str) -> None:
    """Serve the demo until Ctrl-C, which ends every process it started.

    Raises ModelMissing when Rasa won't start, SettingsError when the port is taken.
    """
    set_up_logging()
    began = time.monotonic()
    check_free(port)
    folder = HOUSE / "var" / "demo" / str(port)
    settings = demo_settings(folder, port=port, scheme_name=scheme_name)
    model = await to_thread.run_sync(ensure_model)
    rasa = RasaProcess(model=model, actions_url=f"http://127.0.0.1:{port}/actions", var=folder / "rasa")
    rasa.start()
    try:
        say("Starting the understanding …")
        client = RasaClient(rasa.url, rasa.token, RASA_WITHIN)
        house, community, app = await to_thread.run_sync(build_demo, settings, client, rasa.actions_token)
        if not await rasa.wait_ready():
            raise ModelMissing(f"Rasa did not start; see {rasa.var / 'rasa.log'}")
        _greet(settings, house, community, time.monotonic() - began)
        await Server(app, settings).serve()
    finally:
        rasa.stop()


def check_free(port: int) -> None:
    """Before anything of a demo that runs on this port is touched. Raises SettingsError when it is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the web server will: a port just left is free
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise SettingsError(f"--port: {port} is in use, give another, for example --port {port + 1}") from error


def demo_settings(folder: Path, *, port: int, scheme_name: str) -> Settings:
    """Settings of a demo with a new database; what a former demo left is thrown away."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in [*folder.glob("demo.db*"), *(folder / "rasa").glob("tracker.db*")]:
        old.unlink()
    return read_settings(
        database_url=f"sqlite:///{folder / 'demo.db'}",
        scheme=scheme_name,
        secret_key=SecretStr(secrets.token_hex(32)),
        public_url=f"http://127.0.0.1:{port}",
        development=True,
        port=port,
        var=folder,
    )


def build_demo(
    settings: Settings, rasa: RasaClient | None, actions_token: str
) -> tuple[House, SampleCommunity, FastAPI]:
    """The house with its sample community and the demo page; blocking."""
    scheme = load_scheme(settings.scheme)
    clock = MovableClock(demo_start(SystemClock().now(), scheme))
    house = house_for(settings, rasa=rasa, clock=clock)
    community = fill_sample(house.engine, scheme, clock.now())
    return house, community, full_app(house, settings, actions_token, demo=community, clock=clock)


def _greet(settings: Settings, house: House, community: SampleCommunity, seconds: float) -> None:
    """The addresses and five things to try, for whoever started the demo."""
    now = house.desk.clock.now()
    secret = settings.secret_key.get_secret_value() if settings.secret_key else ""
    staff = community.of_kind("staff")[0]
    facts = {
        "url": settings.public_url,
        "desk": f"{settings.public_url}{desk_link(Signer(secret), staff.member_id)}",
        "staff": staff.name,
        "tries": [item["words"] for item in demo_tries(community, Pages(house.desk))],
        "seconds": round(seconds),
    }
    say(house.desk.words.say("demo_ready", now, **facts).text)
