"""Small rules from which the tables of limits are made; each yields what is wrong and where."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple


class Wrong(NamedTuple):
    message: str
    property: str


Rule = Callable[[Any, str], Iterator[Wrong]]
Fields = Mapping[str, Rule]


def utf16_units(text: str) -> int:
    """LINE counts UTF-16 code units: one for い, two for 😀."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def text(most: int, least: int = 1) -> Rule:
    def check(value: Any, at: str) -> Iterator[Wrong]:
        if not isinstance(value, str):
            yield Wrong("Must be a string", at)
        elif least and not value:
            yield Wrong("May not be empty", at)
        elif any("\ud800" <= letter <= "\udfff" for letter in value):
            yield Wrong("Contains half of a UTF-16 pair", at)
        elif not least <= utf16_units(value) <= most:
            yield Wrong(f"Length must be between {least} and {most}", at)

    return check


def one_of(*allowed: str) -> Rule:
    def check(value: Any, at: str) -> Iterator[Wrong]:
        if value not in allowed:
            yield Wrong(f"Must be one of the following values: [{', '.join(allowed)}]", at)

    return check


def pattern(regex: str, example: str) -> Rule:
    compiled = re.compile(regex)

    def check(value: Any, at: str) -> Iterator[Wrong]:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            yield Wrong(f"Invalid value, expected something like {example}", at)

    return check


def number(low: float, high: float) -> Rule:
    def check(value: Any, at: str) -> Iterator[Wrong]:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not low <= value <= high:
            yield Wrong(f"Must be a number between {low:g} and {high:g}", at)

    return check


def whole(low: int, high: int) -> Rule:
    def check(value: Any, at: str) -> Iterator[Wrong]:
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        if not is_whole or not low <= value <= high:
            yield Wrong(f"Must be a whole number between {low} and {high}", at)

    return check


def flag(value: Any, at: str) -> Iterator[Wrong]:
    if not isinstance(value, bool):
        yield Wrong("Must be true or false", at)


def anything(value: Any, at: str) -> Iterator[Wrong]:
    """For a key that must be there and that a second rule looks at."""
    return iter(())


def listed(rule: Rule, least: int, most: int) -> Rule:
    def check(value: Any, at: str) -> Iterator[Wrong]:
        if not isinstance(value, list):
            yield Wrong("Must be an array", at)
        elif not least <= len(value) <= most:
            yield Wrong(f"Size must be between {least} and {most}", at)
        else:
            for index, item in enumerate(value):
                yield from rule(item, f"{at}[{index}]")

    return check


def shape(required: Fields, optional: Fields | None = None, *, closed: bool = False) -> Rule:
    """An object; null counts as absent. `closed` refuses keys that nobody knows."""
    known = {**required, **(optional or {})}

    def check(value: Any, at: str) -> Iterator[Wrong]:
        if not isinstance(value, dict):
            yield Wrong("Must be an object", at)
            return
        present = {key: item for key, item in value.items() if item is not None}
        for key in required:
            if key not in present:
                yield Wrong("May not be empty", _under(at, key))
        for key, item in present.items():
            if key in known:
                yield from known[key](item, _under(at, key))
            elif closed and key != "type":
                yield Wrong("Unknown property", _under(at, key))

    return check


def by_type(table: Mapping[str, Rule]) -> Rule:
    """An object whose `type` chooses the rule; the table may be filled later."""

    def check(value: Any, at: str) -> Iterator[Wrong]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(value, dict):
            yield Wrong("Must be an object", at)
        elif not isinstance(kind, str) or kind not in table:
            yield from one_of(*table)(kind, _under(at, "type"))
        else:
            yield from table[kind](value, at)

    return check


def every(*rules: Rule) -> Rule:
    def check(value: Any, at: str) -> Iterator[Wrong]:
        for rule in rules:
            yield from rule(value, at)

    return check


def _under(at: str, key: str) -> str:
    return f"{at}.{key}" if at else key


ANY_TEXT = text(1_000_000, 0)
HTTPS = every(
    text(2000),
    pattern(r"(https://|http://(127\.0\.0\.1|localhost)[:/])[^\s]+", "https://example.com/a.jpg"),
)
COLOUR = pattern(r"#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?", "#1b7f5a")
