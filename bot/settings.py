"""Settings from the environment (`TIMEBANK_*`) and `timebank.toml`; a wrong one is named, never guessed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bank.errors import BankError
from bot.voice.models import ModelWrong, check_model
from storage.scheme_files import load_scheme

WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}", re.ASCII)  # what Telegram takes


class SettingsError(Exception):
    """A setting is missing or wrong: names it, says why and what to do."""


class Settings(BaseSettings):
    """Everything that differs from one installation to the next. Fields are documented in docs/settings.md."""

    model_config = SettingsConfigDict(
        env_prefix="TIMEBANK_", toml_file="timebank.toml", extra="forbid", env_ignore_empty=True
    )

    database_url: str = Field(
        default="sqlite:///var/timebank.db", description="SQLAlchemy URL: sqlite or postgresql+psycopg"
    )
    scheme: str = Field(default="changning", description="name of a scheme, or the path of its file")
    secret_key: SecretStr | None = Field(default=None, description="signs links and sessions, 32+ characters")
    public_url: str = Field(default="http://127.0.0.1:8000", description="the address people reach the pages under")
    development: bool = Field(default=False, description="allows plain WeChat mode and demo pages")

    rasa_url: str | None = Field(default=None, description="a running Rasa; empty: one is started")
    rasa_token: SecretStr | None = Field(default=None, description="token of that Rasa's HTTP API")
    rasa_timeout: float = Field(default=3.0, gt=0, description="seconds after which the desk goes on without Rasa")
    actions_token: SecretStr | None = Field(default=None, description="token Rasa shows at POST /actions")
    redis_url: str | None = Field(default=None, description="lock store of several Rasa processes")

    wechat_account: str = Field(default="main", description="name of the account in /wechat/{account}")
    wechat_app_id: str | None = Field(default=None, description="the Official Account's AppID")
    wechat_secret: SecretStr | None = Field(default=None, description="the Official Account's AppSecret")
    wechat_token: SecretStr | None = Field(default=None, description="the token set in the account's server settings")
    wechat_aes_key: SecretStr | None = Field(default=None, description="EncodingAESKey, 43 characters")
    wechat_api_url: str = Field(default="https://api.weixin.qq.com", description="base address of WeChat's API")
    wechat_plain: bool = Field(default=False, description="accept unencrypted posts; only with development")
    wechat_reply_within: float = Field(default=4.2, gt=0, lt=5, description="seconds to wait for a passive reply")
    wechat_template_id: str | None = Field(default=None, description="template for notices outside the 48 h window")

    telegram_account: str = Field(default="main", description="name of the bot in /telegram/{account}")
    telegram_token: SecretStr | None = Field(default=None, description="the bot's token")
    telegram_secret: SecretStr | None = Field(default=None, description="webhook secret; empty: long polling")
    telegram_api_url: str = Field(default="https://api.telegram.org", description="base address of the Bot API")

    voice_model: Path | None = Field(
        default=None, description="folder of a speech model (docs/operations.md); empty: recordings go to staff"
    )
    voice_within: float = Field(default=20.0, gt=0, le=120, description="seconds to listen before staff are asked to")

    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8000, ge=1, le=65535, description="port to listen on")
    var: Path = Field(default=Path("var"), description="folder for the database, models and run files")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def wechat_on(self) -> bool:
        return self.wechat_app_id is not None

    @property
    def telegram_on(self) -> bool:
        return self.telegram_token is not None


def read_settings(**given: object) -> Settings:
    """Read and check the settings. Raises SettingsError naming each wrong one by its environment name."""
    try:
        return Settings(**given)  # type: ignore[arg-type]  # values are checked by pydantic itself
    except ValidationError as error:
        lines = [
            f"TIMEBANK_{'_'.join(str(part) for part in item['loc']).upper()}: {item['msg']}" for item in error.errors()
        ]
        raise SettingsError("\n".join(lines)) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"timebank.toml: {error}") from error


def check_for_serving(settings: Settings) -> None:
    """What `serve` needs beyond right types. Raises SettingsError with a line per problem."""
    problems = [
        f"TIMEBANK_{name.upper()}: {why}"
        for check in (_desk_problems, _rasa_problems, _wechat_problems, _telegram_problems, _voice_problems)
        for name, why in check(settings)
    ]
    if problems:
        raise SettingsError("\n".join(problems))


Problems = Iterator[tuple[str, str]]  # the setting's name and what is wrong with it


def _desk_problems(settings: Settings) -> Problems:
    if len(_plain(settings.secret_key)) < 32:
        yield "secret_key", "must be set, 32 characters or more (for example: openssl rand -hex 32)"
    if not _backend(settings):
        yield "database_url", "must be sqlite:///PATH or postgresql+psycopg://USER:PASSWORD@HOST/NAME"
    try:
        load_scheme(settings.scheme)
    except BankError as error:
        yield "scheme", str(error)


def _rasa_problems(settings: Settings) -> Problems:
    if settings.rasa_url is not None and not settings.rasa_url.startswith(("http://", "https://")):
        yield "rasa_url", "must begin with http:// or https://"
    if settings.rasa_url and not _plain(settings.actions_token):
        yield "actions_token", "must be set when Rasa runs elsewhere (TIMEBANK_RASA_URL)"
    if settings.redis_url is None:
        return
    if not settings.redis_url.startswith("redis://"):
        yield "redis_url", "must be redis://[:PASSWORD@]HOST[:PORT]"
    if _backend(settings) != "postgresql":
        yield "redis_url", "is for several processes, and those need PostgreSQL (TIMEBANK_DATABASE_URL)"


def _wechat_problems(settings: Settings) -> Problems:
    if not settings.wechat_on:
        return
    for name in ("wechat_secret", "wechat_token"):
        if not _plain(getattr(settings, name)):
            yield name, "missing, and TIMEBANK_WECHAT_APP_ID is set"
    if not settings.wechat_plain and len(_plain(settings.wechat_aes_key)) != 43:
        yield "wechat_aes_key", "must be the 43 characters shown in the account's server settings"
    if settings.wechat_plain and not settings.development:
        yield "wechat_plain", "unencrypted posts are only for TIMEBANK_DEVELOPMENT=true"


def _telegram_problems(settings: Settings) -> Problems:
    secret = _plain(settings.telegram_secret)
    if not settings.telegram_on or not secret:
        return
    if not WEBHOOK_SECRET.fullmatch(secret):
        yield "telegram_secret", "1 to 256 characters of A-Z, a-z, 0-9, _ and -"
    if not settings.public_url.startswith("https://"):
        yield "public_url", "must begin with https://: Telegram calls nothing else (TIMEBANK_TELEGRAM_SECRET is set)"


def _voice_problems(settings: Settings) -> Problems:
    if settings.voice_model is None:
        return
    try:
        check_model(settings.voice_model)
    except ModelWrong as error:
        yield "voice_model", str(error)


def _backend(settings: Settings) -> str:
    """sqlite or postgresql; empty when the URL is neither."""
    try:
        name = make_url(settings.database_url).get_backend_name()
    except ArgumentError:
        return ""
    return name if name in ("sqlite", "postgresql") else ""


def _plain(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
