"""The rule books, one file of data each. The composition root reads the text; `bank.scheme.parse_scheme` checks it."""

NAMES = ("changning", "fuyuan", "taierzhuang", "beijing")
