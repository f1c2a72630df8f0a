"""Scheme files by name and by path."""

from __future__ import annotations

from pathlib import Path

import pytest

from bank.errors import NotFound, SchemeInvalid
from storage.scheme_files import load_scheme, scheme_names


def test_the_banks_own_schemes_are_found_by_name() -> None:
    assert set(scheme_names()) >= {"changning", "fuyuan", "taierzhuang", "beijing"}
    for name in scheme_names():
        assert load_scheme(name).name == name


def test_a_citys_own_file_is_read_by_path(tmp_path: Path) -> None:
    path = tmp_path / "sixth.yml"
    with pytest.raises(NotFound, match="sixth"):
        load_scheme(path)
    path.write_text("name: sixth\nversion: 1", encoding="utf-8")
    with pytest.raises(SchemeInvalid, match=r"sixth\.yml: .*title"):
        load_scheme(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SchemeInvalid, match="UTF-8"):
        load_scheme(str(path))
