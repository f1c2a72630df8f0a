"""Storage: the books and the desk's tables, on both engines."""
