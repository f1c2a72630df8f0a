"""Relations between people: which is older, and what one is to the other when the other is something to them."""

from __future__ import annotations

from bank.members import Sex

ELDERS = frozenset(
    {"mother", "father", "parents", "grandmother", "grandfather", "grandparent", "mother_in_law", "father_in_law"}
)
YOUNGERS = frozenset(
    {
        "daughter",
        "son",
        "child",
        "granddaughter",
        "grandson",
        "grandchild",
        "daughter_in_law",
        "son_in_law",
        "niece",
        "nephew",
    }
)
PEERS = frozenset({"spouse", "sister", "brother", "relative"})
FAMILY = ELDERS | YOUNGERS | PEERS
"""Relations that may be bound; friends, neighbours and carers are no kin."""

_PARENTS = frozenset({"mother", "father", "parents"})
_CHILDREN = frozenset({"daughter", "son", "child"})
_GRANDPARENTS = frozenset({"grandmother", "grandfather", "grandparent"})
_GRANDCHILDREN = frozenset({"granddaughter", "grandson", "grandchild"})
_IN_LAWS = frozenset({"mother_in_law", "father_in_law"})
_CHILDREN_IN_LAW = frozenset({"daughter_in_law", "son_in_law"})
_SIBLINGS = frozenset({"sister", "brother"})
_SIBLINGS_CHILDREN = frozenset({"niece", "nephew"})
_PAIRS = (
    (_PARENTS, _CHILDREN),
    (_GRANDPARENTS, _GRANDCHILDREN),
    (_IN_LAWS | _PARENTS, _CHILDREN_IN_LAW),
    (_CHILDREN_IN_LAW | _CHILDREN, _IN_LAWS),
    (_SIBLINGS, _SIBLINGS),
    (frozenset({"relative"}), _SIBLINGS_CHILDREN),
)

# What the speaker is to somebody whom they call so: for a woman, for a man, where the sex is not known.
_INVERSE: dict[str, tuple[str, str, str]] = {
    **dict.fromkeys(_PARENTS, ("daughter", "son", "child")),
    **dict.fromkeys(_CHILDREN, ("mother", "father", "parents")),
    **dict.fromkeys(_GRANDPARENTS, ("granddaughter", "grandson", "grandchild")),
    **dict.fromkeys(_GRANDCHILDREN, ("grandmother", "grandfather", "grandparent")),
    **dict.fromkeys(_IN_LAWS, ("daughter_in_law", "son_in_law", "relative")),
    **dict.fromkeys(_CHILDREN_IN_LAW, ("mother_in_law", "father_in_law", "relative")),
    **dict.fromkeys(_SIBLINGS, ("sister", "brother", "relative")),
}

_LOOSE = {
    "child": _CHILDREN,
    "parents": _PARENTS,
    "grandchild": _GRANDCHILDREN,
    "grandparent": _GRANDPARENTS,
}
"""Words that leave the sex open, as it is where the bank does not know it."""


def inverse(relation: str, sex: Sex | None) -> str:
    """What somebody of that sex is to the person who is their `relation` (my mother -> I am her daughter)."""
    if relation not in _INVERSE:
        return relation if relation == "spouse" else "relative"
    woman, man, unknown = _INVERSE[relation]
    return {Sex.FEMALE: woman, Sex.MALE: man}.get(sex, unknown) if sex is not None else unknown


def alike(one: str, other: str) -> bool:
    """Whether two words can mean the same person: 孩子 and 女儿, 爸妈 and 妈妈."""
    if one == other:
        return True
    return any({one, other} <= group and loose in (one, other) for loose, group in _LOOSE.items())


def mirrors(said: str, relation: str) -> bool:
    """Whether somebody whom the speaker calls `said` can be the one to whom the speaker is `relation`."""
    if said == relation == "spouse":
        return True
    return any((said in one and relation in other) or (said in other and relation in one) for one, other in _PAIRS)


def both_ways(relation: str) -> frozenset[str]:
    """The relation and all that the other side may be called in turn."""
    loose = _LOOSE.get(relation, frozenset())
    woman, man, _ = _INVERSE.get(relation, (relation, relation, relation))
    return frozenset({relation, woman, man}) | loose
