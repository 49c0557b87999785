"""What a city's staff say again and again, in every language that a resident may read. Pure.

A ticket keeps the Japanese text that was sent, its placeholders filled; whoever reads another
language is shown the template's own line of that language in its place, filled with the same in
that language, as long as the city has that template.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

Use = Literal["note", "question"]
"""What it is for: the explanation of a new state, or a question to who reported."""
PLACEHOLDERS: Final = ("number", "place", "category", "deadline", "department")
"""What may stand in braces: facts of the ticket that it is said of."""
STAFF_SAY: Final = {
    "number": "受付番号", "place": "場所", "category": "種類", "deadline": "期限の日",
    "department": "担当課",
}  # fmt: skip
"""What each is called where staff read and write it: ［期限の日］."""
_IN_BRACES: Final = re.compile(r"\{(\w*)\}")
_IN_BRACKETS: Final = re.compile(f"[［\\[]({'|'.join(STAFF_SAY.values())})[］\\]]")
_KEPT_AS: Final = {said: name for name, said in STAFF_SAY.items()}


@dataclass(frozen=True, slots=True)
class Template:
    """`title`: what staff choose it by. `texts`: one line by language, the Japanese one always.

    `categories`, `statuses`: which tickets and which new states it is for; empty: all.
    """

    key: str
    title: str
    use: Use
    texts: Mapping[str, str]
    categories: Sequence[str] = ()
    statuses: Sequence[str] = ()

    @property
    def japanese(self) -> str:
        return self.texts["ja"]

    @property
    def placeholders(self) -> Sequence[str]:
        return placeholders_in(self.japanese)


@dataclass(frozen=True, slots=True)
class Fill:
    """What may stand in the place of a placeholder: a `pattern` of its Japanese, and how that is
    `said` in the reader's language."""

    pattern: str
    said: Callable[[str], str]


def template_from(facts: Mapping[str, Any]) -> Template:
    """From what stands in a city's file."""
    where = facts.get("categories", ()), facts.get("statuses", ())
    return Template(facts["key"], facts["title"], facts["use"], facts["texts"], *where)


def placeholders_in(line: str) -> list[str]:
    """Those that it names, each once, in the order of the line."""
    return [*dict.fromkeys(name for name in _IN_BRACES.findall(line) if name in PLACEHOLDERS)]


def as_staff_read(line: str) -> str:
    """With its placeholders as staff call them."""
    return _IN_BRACES.sub(
        lambda found: f"［{STAFF_SAY[found[1]]}］" if found[1] in STAFF_SAY else found[0], line
    )


def as_kept(line: str) -> str:
    """What staff wrote, with its placeholders as they are kept."""
    return _IN_BRACKETS.sub(lambda found: f"{{{_KEPT_AS[found[1]]}}}", line)


def strange_in(line: str) -> list[str]:
    """What stands in braces and is no placeholder; a brace alone is strange as well."""
    names = (found for found in _IN_BRACES.findall(line) if found not in PLACEHOLDERS)
    return [*dict.fromkeys([f"{{{name}}}" for name in names] + _alone(line))]


def as_line(words: str) -> str:
    """A text without blanks at its ends. Raises ValueError where it is more than one line, or
    something else than placeholders stands in braces."""
    if len(words.splitlines()) > 1:
        raise ValueError("1行で書いてください / one line is wanted")
    if strange := "、".join(strange_in(words)):
        known = " ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        raise ValueError(
            f"{strange} という差し込みはありません(使えるもの: {known})"
            f" / there is no placeholder {strange} (known: {known})"
        )
    return words.strip()


def filled(line: str, values: Mapping[str, str]) -> str:
    """With its placeholders filled; one without a value stays as it is."""
    return _IN_BRACES.sub(lambda found: values.get(found[1]) or found[0], line)


def line_in(language: str, template: Template) -> str | None:
    """Its line in this language, such as "pt-BR", or in that without the region."""
    known = {_tag(code): line for code, line in template.texts.items()}
    tag = _tag(language)
    return known.get(tag) or known.get(tag.partition("-")[0])


def lines_in(languages: Sequence[str], templates: Iterable[Template]) -> dict[str, str]:
    """By the Japanese line that of the first of these languages that the city has one in."""
    said = ((one.japanese, _first_in(languages, one)) for one in templates)
    return {japanese: line for japanese, line in said if line}


def filled_lines(
    words: Iterable[str], lines: Mapping[str, str], fills: Mapping[str, Fill]
) -> dict[str, str]:
    """By the line as staff sent it: those of their `words` that are a template's with its
    placeholders filled, as they read in another language.

    `lines`: as of `lines_in`.
    """
    to_fill = [(mine, theirs) for mine, theirs in lines.items() if placeholders_in(mine)]
    written = {line.strip() for each in words for line in each.splitlines()} if to_fill else ()
    said = ((line, _said(line, to_fill, fills)) for line in written)
    return {line: theirs for line, theirs in said if theirs}


def one_of(names: Mapping[str, str]) -> Fill:
    """A fill that is one of these names, by the Japanese ones."""
    known = {name: theirs for name, theirs in names.items() if name}
    longest_first = sorted(known, key=len, reverse=True)
    return Fill("|".join(map(re.escape, longest_first)) or _NOTHING, known.__getitem__)


def said_in(words: str, lines: Mapping[str, str]) -> tuple[str, str]:
    """Staff's words with the lines of templates in the reader's language, and what of them is left
    as it was written."""
    written = [line.strip() for line in words.splitlines()]
    left = [line for line in written if line and line not in lines]
    return "\n".join(lines.get(line, line) for line in written), "\n".join(left)


_NOTHING: Final = r"(?!)"


def _alone(line: str) -> list[str]:
    bare = _IN_BRACES.sub("", line)
    return [brace for brace in "{}" if brace in bare]


def _first_in(languages: Sequence[str], template: Template) -> str | None:
    return next(filter(None, (line_in(language, template) for language in languages)), None)


def _said(line: str, to_fill: Iterable[tuple[str, str]], fills: Mapping[str, Fill]) -> str | None:
    return next(filter(None, (_as_filled(line, *pair, fills) for pair in to_fill)), None)


def _as_filled(line: str, mine: str, theirs: str, fills: Mapping[str, Fill]) -> str | None:
    names = _IN_BRACES.findall(mine)
    found = _compiled("".join(_pattern(mine, fills))).fullmatch(line)
    if found is None:
        return None
    values = {
        name: fills[name].said(said)
        for name, said in zip(names, found.groups(), strict=True)
        if name in fills
    }
    return filled(theirs, values)


def _pattern(line: str, fills: Mapping[str, Fill]) -> Iterator[str]:
    """With a group for each of its placeholders."""
    for number, part in enumerate(_IN_BRACES.split(line)):
        fill = fills.get(part)
        yield f"({fill.pattern if fill else _NOTHING})" if number % 2 else re.escape(part)


@lru_cache(maxsize=500)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _tag(language: str) -> str:
    return language.replace("_", "-").lower()
