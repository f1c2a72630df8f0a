"""WeChat's message crypto: wechatpy's, with the comparisons, randomness and errors it lacks.

wechatpy 1.8.18 compares signatures with `!=`, draws its random prefix from `random`, and lets KeyError, TypeError,
struct.error and the like out on bad input. Here everything wrong ends in `DoorRefused`.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import secrets
from datetime import UTC, datetime, timedelta

from wechatpy.crypto import PrpCrypto, WeChatCrypto
from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException
from wechatpy.utils import WeChatSigner

from bot.channels.refusals import DoorRefused

_NONCE = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_TIMESTAMP = re.compile(r"[0-9]{1,11}", re.ASCII)


class _SecretPrefix(PrpCrypto):  # type: ignore[misc]  # wechatpy has no types
    """The 16 random bytes before the message come from the system's generator."""

    def get_random_string(self) -> str:
        return secrets.token_hex(8)


class MessageCrypto:
    """One account's crypto. Raises ValueError when the key is not 43 characters of Base64."""

    def __init__(self, token: str, aes_key: str, app_id: str) -> None:
        try:
            key = base64.b64decode(aes_key + "=", validate=True)
        except binascii.Error as error:
            raise ValueError("the EncodingAESKey is not Base64") from error
        if len(key) != 32:
            raise ValueError("the EncodingAESKey has 43 characters")
        self._token = token
        self._wechatpy = WeChatCrypto(token, aes_key, app_id)

    def open(self, encrypted: str, signature: str, timestamp: str, nonce: str) -> str:
        """The decrypted XML. Raises DoorRefused: 403 forged or for another app, 400 not decryptable."""
        check_signature(signature, self._token, timestamp, nonce, encrypted)
        try:
            opened: str = self._wechatpy.decrypt_message({"Encrypt": encrypted}, signature, timestamp, nonce)
        except InvalidAppIdException:
            raise DoorRefused(403, "encrypted for another app id") from None
        except InvalidSignatureException:
            raise DoorRefused(403, "wrong signature") from None
        except Exception:  # wechatpy lets out whatever struct, base64, slicing and decoding raise, by version
            raise DoorRefused(400, "cannot be decrypted") from None
        return opened

    def seal(self, xml: str, timestamp: str, nonce: str) -> str:
        """`xml` encrypted and signed, as the passive reply's body."""
        sealed: str = self._wechatpy._encrypt_message(xml, nonce, timestamp, _SecretPrefix)
        return sealed


def check_signature(given: str, *parts: str) -> None:
    """Compare with the SHA-1 of the sorted `parts` in constant time. Raises DoorRefused (403)."""
    signer = WeChatSigner()
    signer.add_data(*parts)
    if not hmac.compare_digest(given.encode("utf-8", "replace"), signer.signature.encode("ascii")):
        raise DoorRefused(403, "wrong signature")


def check_freshness(timestamp: str, nonce: str, now: datetime, max_age: timedelta) -> None:
    """Raises DoorRefused: 400 when timestamp or nonce are no such thing, 403 when the timestamp is too far off."""
    check_shape(timestamp, nonce)
    age = now.astimezone(UTC) - datetime.fromtimestamp(int(timestamp), UTC)
    if abs(age) > max_age:
        raise DoorRefused(403, "timestamp too old or too far ahead")


def check_shape(timestamp: str, nonce: str) -> None:
    """Raises DoorRefused (400) when timestamp or nonce can't be WeChat's."""
    if not _TIMESTAMP.fullmatch(timestamp):
        raise DoorRefused(400, "timestamp is not a number of seconds")
    if not _NONCE.fullmatch(nonce):
        raise DoorRefused(400, "nonce missing or malformed")
