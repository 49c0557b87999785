"""What a city's staff say again and again, in every language that a resident may read. Pure.

A ticket keeps the Japanese text that was sent; whoever reads another language is shown the
template's own line of that language in its place, as long as the city has that template.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Use = Literal["note", "question"]
"""What it is for: the explanation of a new state, or a question to who reported."""


@dataclass(frozen=True, slots=True)
class Template:
    """`title`: what staff choose it by. `texts`: one line by language, the Japanese one always."""

    key: str
    title: str
    use: Use
    texts: Mapping[str, str]

    @property
    def japanese(self) -> str:
        return self.texts["ja"]


def template_from(facts: Mapping[str, Any]) -> Template:
    """From what stands in a city's file."""
    return Template(facts["key"], facts["title"], facts["use"], facts["texts"])


def line_in(language: str, template: Template) -> str | None:
    """Its line in this language, such as "pt-BR", or in that without the region."""
    known = {_tag(code): line for code, line in template.texts.items()}
    tag = _tag(language)
    return known.get(tag) or known.get(tag.partition("-")[0])


def lines_in(languages: Sequence[str], templates: Iterable[Template]) -> dict[str, str]:
    """By the Japanese line that of the first of these languages that the city has one in."""
    said = ((one, [line_in(language, one) for language in languages]) for one in templates)
    return {one.japanese: line for one, lines in said if (line := next(filter(None, lines), None))}


def said_in(words: str, lines: Mapping[str, str]) -> tuple[str, str]:
    """Staff's words with the lines of templates in the reader's language, and what of them is left
    as it was written."""
    written = [line.strip() for line in words.splitlines()]
    left = [line for line in written if line and line not in lines]
    return "\n".join(lines.get(line, line) for line in written), "\n".join(left)


def _tag(language: str) -> str:
    return language.replace("_", "-").lower()
