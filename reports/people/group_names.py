"""What a group of the city's provider may be called. Pure."""

import unicodedata


def is_name(words: str) -> bool:
    """Whether a group may be called so: nothing in it steers; blanks may have any width."""
    return all(one.isprintable() or unicodedata.category(one) == "Zs" for one in words)
