"""A made-up community that lives some hundred days on the real use cases, with the real books."""
