"""How many examples a property test tries: few and always the same, or many, of chance."""

from hypothesis import settings


def examples(of_a_hundred: int) -> int:
    """So many where a usual property test tries a hundred; `./test --long` tries ten times that."""
    return of_a_hundred * settings.default.max_examples // 100
