"""The tree of branches and the bodies that belong to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(slots=True, kw_only=True)
class Branch:
    """A node of the organisation tree. `tier` 1 is the head; `scene` is what its joining QR code carries."""

    id: int = 0
    name: str
    tier: int
    parent_id: int | None = None
    address: str = ""
    phone: str = ""
    hours: str = ""
    scene: str | None = None


@dataclass(slots=True, kw_only=True)
class ServiceBase:
    """服务基地: a certified body with an account of its own that may pay for orders."""

    id: int = 0
    name: str
    branch_id: int
    certified_until: date | None = None
