"""A TOML file of strangers, read against a form: typed values, or all that is wrong by line."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from geo.gis_import.faults import Fault
from geo.gis_import.utf8 import UNKEPT, text_of
from geo.kinds import BadFile
from reports.city.entry_faults import said
from reports.city.toml_hints import hint
from reports.city.toml_lines import line_of

Form = TypeVar("Form", bound=BaseModel)
Where = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A file's text, and what tomllib makes of it; without text what was typed in the browser."""

    name: str
    text: str
    data: Mapping[str, Any]

    @classmethod
    def of(cls, file: Path) -> "TomlFile":
        """Raises BadFile."""
        text = text_of(file)
        try:
            return cls(file.name, text, tomllib.loads(text))
        except tomllib.TOMLDecodeError as wrong:
            where = re.search(r"line (\d+)", str(wrong))
            line = int(where[1]) if where else len(text.splitlines())
            ja, en = hint(str(wrong), text.splitlines()[line - 1] if line else "")
            words = (f"TOML として読めません。{ja}", f"not TOML ({wrong}): {en}")
            raise BadFile(str(Fault(file.name, *words, line=line))) from wrong

    def tables(self, name: str) -> list[Mapping[str, Any]]:
        """All [[name]], right or wrong; what is no table at all is an empty one."""
        listed = self.data.get(name)
        entries = listed if isinstance(listed, list) else []
        return [each if isinstance(each, dict) else {} for each in entries]

    def entries(self, name: str, form: type[Form]) -> tuple[dict[int, Form], list[Fault]]:
        """Those [[name]] that are right, by their place, and what is wrong with the others."""
        found: dict[int, Form] = {}
        faults = [*self._strange_tables(name), *self._twice(name)]
        for number, given in enumerate(self.tables(name)):
            entry, wrong = self.checked(form, given, (name, number))
            faults += wrong
            found |= {number: entry} if entry else {}
        if not self.tables(name):
            words = (f"[[{name}]] がひとつもありません", f"there is no [[{name}]]")
            faults.append(self.fault(words, (name,)))
        return found, faults

    def checked(
        self, form: type[Form], given: Mapping[str, Any], where: Where
    ) -> tuple[Form | None, list[Fault]]:
        """One table of the file, and what is wrong with it."""
        if unkept := [self.fault(_NOT_KEPT, (*where, *path)) for path in _unkept(given)]:
            return None, unkept
        try:
            return form.model_validate(given), []
        except ValidationError as wrong:
            errors = wrong.errors(include_url=False)
            key = str(given.get("key", "")) if where else ""
            return None, [self._said(error, form, where, key) for error in errors]

    def fault(self, words: tuple[str, str], where: Where, key: str = "") -> Fault:
        """`words` in Japanese and in English, about the entry of this key."""
        japanese, english = (f"{key}: {each}" if key else each for each in words)
        line = line_of(self.text, where) if self.name else 0
        return Fault(self.name, japanese, english, line, path=where)

    def _said(
        self, error: Mapping[str, Any], form: type[BaseModel], where: Where, key: str
    ) -> Fault:
        path = (*where, *error["loc"])
        name = ".".join(str(part) for part in error["loc"] if isinstance(part, str))
        japanese, english = map("".join, zip(_item(error), said(error), strict=True))
        if error["type"] == "extra_forbidden" and len(error["loc"]) == 1:
            near = get_close_matches(name, form.model_fields, 1)
            japanese += f"({near[0]} ですか)" if near else ""
            english += f" (did you mean {near[0]}?)" if near else ""
        at = path[:-1] if error["type"] == "missing" else path
        return self.fault((f"{name} {japanese}", f"{name} {english}"), at, key)

    def _twice(self, table: str) -> Iterator[Fault]:
        keys = [str(each.get("key", "")) for each in self.tables(table)]
        for number, key in enumerate(keys):
            if key and key in keys[:number]:
                words = ("この key はふたつめです", "this key stands here twice")
                yield self.fault(words, (table, number, "key"), key)

    def _strange_tables(self, table: str) -> Iterator[Fault]:
        for name in self.data:
            if name != table:
                words = (f"{name} という表は読みません", f"{name} is no table of this file")
                yield self.fault(words, (name,))


def _item(error: Mapping[str, Any]) -> tuple[str, str]:
    """Which one of a list is wrong, if it is one."""
    places = [part + 1 for part in error["loc"] if isinstance(part, int)]
    shown = f"「{error['input'][:20]}」" if isinstance(error["input"], str) else ""
    return (f"{places[0]}番目{shown} ", f"item {places[0]} ") if places else ("", "")


def _unkept(given: Any, path: Where = ()) -> Iterator[Where]:
    """Where something stands that no database keeps."""
    pairs = given.items() if isinstance(given, dict) else enumerate(given)
    for name, value in pairs:
        if isinstance(value, dict | list):
            yield from _unkept(value, (*path, name))
        if any(UNKEPT.search(each) for each in (name, value) if isinstance(each, str)):
            yield (*path, name)


_NOT_KEPT: Final = ("使えない文字(\\u0000)があります", "a character that cannot be kept (\\u0000)")
