"""What an act of the desk page and the API is: one use case with the form it needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from bank.doing import Doing, Receipt
from bank.scheme import Scheme
from storage.unit_of_work import SqlUnitOfWork

Id = Annotated[int, Field(ge=1, le=2**31 - 1)]
Words = Annotated[str, Field(min_length=1, max_length=500)]


class Form(BaseModel):
    """The fields of an act."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


@dataclass(frozen=True, slots=True)
class Act:
    """`name` is its address and the key of its words; `form` its fields; `work` the use case."""

    name: str
    form: type[Form]
    work: Callable[[SqlUnitOfWork, Scheme, Doing, Any], Receipt]

    @property
    def title(self) -> str:
        return (self.work.__doc__ or self.name).strip()
