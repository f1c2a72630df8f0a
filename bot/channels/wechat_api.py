"""WeChat's HTTP API, as far as the desk uses it.

On httpx and not on wechatpy's client: that one has no `stable_token` endpoint, keeps a token per process, loops for
ever on a refused token unless told otherwise, blocks a thread a call and has its address fixed in the class.
wechatpy does what it is good at: messages, crypto and replies (wechat_parse, wechat_crypto, wechat_replies).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from bot.channels.ports import AccessToken, FetchedMedia, TokenStore
from bot.channels.quiet_logs import keep_addresses_out_of_logs
from bot.channels.wechat_errors import AlreadySent, MediaGone, TokenStale, error_for
from bot.channels.wechat_settings import WeChatAccount, WeChatTemplate
from bot.channels.wechat_token import TokenHolder
from bot.clock import Clock
from bot.sending import MaybeSent, Misconfigured, TryLater

TIMEOUT = httpx.Timeout(8.0, connect=4.0)
MEDIA_LIMIT = 10 * 1024 * 1024
MENU_COLUMNS, MENU_ROWS = 3, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuKey:
    """One key of the menu. Either `payload` (comes back as a KEY, at most 128 bytes) or `url` or up to 5 `keys`."""

    label: str
    payload: str = ""
    url: str = ""
    keys: tuple[MenuKey, ...] = ()


class WeChatApi:
    """One account's API. Every call raises bot.sending.SendError's children. Close with `aclose`."""

    def __init__(
        self,
        account: WeChatAccount,
        store: TokenStore,
        clock: Clock,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.account = account
        self._clock = clock
        keep_addresses_out_of_logs()
        self._http = httpx.AsyncClient(base_url=account.api_url, timeout=TIMEOUT, transport=transport, trust_env=False)
        self._tokens = TokenHolder(account.name, store, self._fetch_token)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def send_text(self, openid: str, text: str) -> None:
        """客服 message. `text` at most 2048 bytes (else TooLong)."""
        await self._call(
            "/cgi-bin/message/custom/send",
            {"touser": openid, "msgtype": "text", "text": {"content": text}},
        )

    async def send_template(self, openid: str, template: WeChatTemplate, text: str, *, key: str) -> str | None:
        """A service template, or a one-time subscription notice. Returns WeChat's message id if it gives one."""
        shown = text if len(text) <= template.limit else text[: template.limit - 1] + "…"
        data = {name: {"value": value} for name, value in template.fixed.items()}
        data[template.text_field] = {"value": shown.replace("\n", " ")}
        body = {"touser": openid, "template_id": template.template_id, "data": data}
        if template.one_time:
            answer = await self._call("/cgi-bin/message/subscribe/bizsend", body)
        else:
            answer = await self._call("/cgi-bin/message/template/send", {**body, "client_msg_id": key[:32]})
        return _id_of(answer, "msgid")

    async def send_mass(self, openids: Sequence[str], text: str, *, key: str) -> str | None:
        """群发 to 2–10,000 people; `key` makes a repeat within 24 h harmless (`clientmsgid`, 64 bytes).

        Raises ValueError for another number of people.
        """
        if not 2 <= len(openids) <= 10_000:
            raise ValueError("a mass message goes to 2–10,000 people")
        body = {"touser": list(openids), "msgtype": "text", "text": {"content": text}, "clientmsgid": key}
        try:
            answer = await self._call("/cgi-bin/message/mass/send", body)
        except AlreadySent as sent:
            return sent.message_id
        return _id_of(answer, "msg_id")

    async def download(self, media_id: str) -> FetchedMedia:
        """A voice or picture, at most 10 MB. Raises MediaGone when it is over 3 days old or too large."""
        token = await self._tokens.token(self._clock.now())
        try:
            return await self._download(media_id, token)
        except TokenStale:
            return await self._download(media_id, await self._tokens.replace(token, self._clock.now()))

    async def create_menu(self, keys: Sequence[MenuKey]) -> None:
        """Replace the custom menu. Raises ValueError beyond 3 columns, 5 rows or two levels."""
        await self._call("/cgi-bin/menu/create", {"button": menu_buttons(keys)})

    async def create_qr(self, scene: str, *, valid_for: timedelta | None = None) -> str:
        """The address of a QR picture that carries `scene` (64 characters). Permanent unless `valid_for` (30 days)."""
        if not 1 <= len(scene) <= 64:
            raise ValueError("a scene has 1–64 characters")
        action: dict[str, Any] = {
            "action_name": "QR_STR_SCENE" if valid_for else "QR_LIMIT_STR_SCENE",
            "action_info": {"scene": {"scene_str": scene}},
        }
        if valid_for:
            action["expire_seconds"] = min(int(valid_for.total_seconds()), 2_592_000)
        answer = await self._call("/cgi-bin/qrcode/create", action)
        ticket = httpx.QueryParams({"ticket": str(answer.get("ticket", ""))})
        return f"https://mp.weixin.qq.com/cgi-bin/showqrcode?{ticket}"

    async def _call(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """POST with a token; a stale one is replaced once, under the store's lock."""
        token = await self._tokens.token(self._clock.now())
        try:
            return await self._post(path, body, token)
        except TokenStale:
            fresh = await self._tokens.replace(token, self._clock.now())
        try:
            return await self._post(path, body, fresh)
        except TokenStale as stale:
            raise Misconfigured(f"a new access token is refused too: {stale}") from stale

    async def _post(self, path: str, body: dict[str, Any], token: str) -> dict[str, Any]:
        # WeChat shows \u escapes to people as they are: plain UTF-8 only
        content = json.dumps(body, ensure_ascii=False).encode("utf-8")
        headers = {"Content-Type": "application/json"}
        try:
            response = await self._http.post(path, params={"access_token": token}, content=content, headers=headers)
        except httpx.HTTPError as error:
            raise _network_error(error) from None  # the error's text holds the address and with it the token
        return self._checked(response)

    def _checked(self, response: httpx.Response) -> dict[str, Any]:
        if response.status_code >= 400:
            raise MaybeSent(f"WeChat answered HTTP {response.status_code}")
        try:
            answer = response.json()
        except ValueError:
            raise MaybeSent("WeChat answered without JSON") from None
        if not isinstance(answer, dict):
            raise MaybeSent("WeChat answered without an object")
        code = answer.get("errcode", 0)
        if code == 45065:
            raise AlreadySent(_id_of(answer, "msg_id"))
        if code:
            raise error_for(int(code), self._clock.now())
        return answer

    async def _fetch_token(self, force: bool) -> AccessToken:
        body = {
            "grant_type": "client_credential",
            "appid": self.account.app_id,
            "secret": self.account.secret,
            "force_refresh": force,
        }
        asked_at = self._clock.now()
        try:
            answer = self._checked(await self._http.post("/cgi-bin/stable_token", json=body))
            return AccessToken(str(answer["access_token"]), asked_at + timedelta(seconds=int(answer["expires_in"])))
        except httpx.HTTPError as error:
            raise TryLater(f"no access token: {type(error).__name__}") from None
        except (MaybeSent, KeyError, ValueError, TypeError):
            raise TryLater("no access token: WeChat's answer is unreadable") from None
        except TokenStale:  # 40001 here means that the secret is wrong
            raise Misconfigured("the app secret is refused (40001)") from None

    async def _download(self, media_id: str, token: str) -> FetchedMedia:
        params = {"access_token": token, "media_id": media_id}
        content = bytearray()
        try:
            async with self._http.stream("GET", "/cgi-bin/media/get", params=params) as response:
                async for chunk in response.aiter_bytes():
                    content += chunk
                    if len(content) > MEDIA_LIMIT:
                        raise MediaGone("the file is over 10 MB")
        except httpx.HTTPError as error:
            raise TryLater(f"media not fetched: {type(error).__name__}") from None
        kind = response.headers.get("content-type", "application/octet-stream").partition(";")[0]
        if kind in ("application/json", "text/plain") or response.status_code >= 400:
            try:
                self._checked(httpx.Response(response.status_code, content=bytes(content)))
            except MaybeSent as error:
                raise TryLater(f"media not fetched: {error}") from None
            raise MediaGone("no file came")
        return FetchedMedia(bytes(content), kind)


def menu_buttons(keys: Sequence[MenuKey], *, level: int = 1) -> list[dict[str, Any]]:
    """The menu as WeChat wants it. Raises ValueError when it does not fit 3 × 5."""
    if not 1 <= len(keys) <= (MENU_COLUMNS if level == 1 else MENU_ROWS):
        raise ValueError("a menu has 1–3 columns of up to 5 keys")
    buttons: list[dict[str, Any]] = []
    for key in keys:
        if key.keys:
            if level > 1:
                raise ValueError("a menu has two levels")
            buttons.append({"name": key.label, "sub_button": menu_buttons(key.keys, level=2)})
        elif key.url:
            buttons.append({"type": "view", "name": key.label, "url": key.url})
        elif 1 <= len(key.payload.encode()) <= 128:
            buttons.append({"type": "click", "name": key.label, "key": key.payload})
        else:
            raise ValueError(f"{key.label}: a payload has 1–128 bytes")
    return buttons


def _network_error(error: httpx.HTTPError) -> TryLater | MaybeSent:
    """What never left may be tried again; what left may have arrived."""
    name = type(error).__name__
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.UnsupportedProtocol):
        return TryLater(f"WeChat cannot be reached: {name}")
    return MaybeSent(f"no answer from WeChat: {name}")


def _id_of(answer: dict[str, Any], name: str) -> str | None:
    value = answer.get(name)
    return None if value is None else str(value)
