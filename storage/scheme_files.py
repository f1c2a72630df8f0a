"""Reading scheme files: the bank's own by name, a city's by path."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from bank.errors import NotFound, SchemeInvalid
from bank.scheme import Scheme, parse_scheme


def scheme_names() -> list[str]:
    """Names of the schemes that come with the bank."""
    folder = files("bank") / "schemes"
    if not folder.is_dir():
        return []
    return sorted(each.name.removesuffix(".yml") for each in folder.iterdir() if each.name.endswith(".yml"))


def load_scheme(name_or_path: str | Path) -> Scheme:
    """The scheme of that name, or of the file at that path. Raises NotFound, SchemeInvalid (file, key, reason)."""
    asked = str(name_or_path)
    if asked in scheme_names():
        resource = files("bank") / "schemes" / f"{asked}.yml"
        return parse_scheme(resource.read_text(encoding="utf-8"), f"{asked}.yml")
    path = Path(asked)
    if not path.is_file():
        raise NotFound("scheme", asked)
    try:
        words = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SchemeInvalid(asked, [("(file)", "is not UTF-8 text")]) from error
    return parse_scheme(words, asked)
