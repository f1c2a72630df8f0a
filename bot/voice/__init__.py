"""Recordings to words: decoding, recognising, and what is done when nothing can be made out."""
