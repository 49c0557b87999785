"""What the Markdown files of the house name: links and their anchors, commands, settings, units."""

import re
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from house_reading import ROOT

_FENCE: Final = re.compile(r"^\s*(```|~~~)")
_SPAN: Final = re.compile(r"(`+)(.+?)\1")
_LINK: Final = re.compile(
    r"!?\[(?:[^\[\]]|\[[^\[\]]*\])*\]\(\s*<?([^()\s>]*(?:\([^()]*\))?[^()\s>]*)"
)
_HEADING: Final = re.compile(r"^#{1,6}\s+(.*?)\s*#*$")
_NOT_IN_SLUGS: Final = re.compile(r"[^\w\- ]")
_MICHI: Final = re.compile(r"(?:.*/)?michi(?:-[a-z][a-z0-9-]*)?")
_BEFORE_IT: Final = re.compile(r"sudo|env|nice|time|exec|\$|-u|-E|--|michi-[a-z0-9]+|\w+=.*")
_ENDS_IT: Final = frozenset({"&&", "||", "|", ";", ">", ">>", "<", "\\"})


class Page(NamedTuple):
    """`code`: lines of its blocks; `spans`: what stands in `…` elsewhere; `words`: without code."""

    file: Path
    anchors: frozenset[str]
    links: Sequence[str]
    code: Sequence[str]
    spans: Sequence[str]


@cache
def pages() -> list[Page]:
    """Every Markdown file that is part of the house."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.md"],
        cwd=ROOT, text=True, capture_output=True, check=True,
    )  # fmt: skip
    return [read(ROOT / name) for name in listed.stdout.splitlines() if (ROOT / name).exists()]


@cache
def read(file: Path) -> Page:
    """One of them."""
    return parsed(file, file.read_text(encoding="utf-8"))


def parsed(file: Path, text: str) -> Page:
    """What a file of this text names."""
    anchors: dict[str, int] = {}
    links: list[str] = []
    code: list[str] = []
    spans: list[str] = []
    inside = False
    for line in text.splitlines():
        if _FENCE.match(line):
            inside = not inside
        elif inside:
            code.append(line)
        else:
            if found := _HEADING.match(line):
                slug = slug_of(found[1])
                many = anchors[slug] = anchors.get(slug, -1) + 1
                anchors |= {f"{slug}-{many}": 0} if many else {}
            spans += [span for _, span in _SPAN.findall(line)]
            links += _LINK.findall(_SPAN.sub("", line))
    return Page(file, frozenset(anchors), links, code, spans)


def slug_of(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
    return _NOT_IN_SLUGS.sub("", plain.lower()).replace(" ", "-")


def broken_links(page: Page) -> Iterator[str]:
    """Of those within the house: a file that is not there, or has no such heading."""
    for link in page.links:
        path, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", link) or not (path or anchor):
            continue
        target = (page.file.parent / path).resolve()
        if path and not target.exists():
            yield f"{page.file.relative_to(ROOT)}: {link} is not there"
        elif anchor and anchor not in (_anchors(target) if path else page.anchors):
            yield f"{page.file.relative_to(ROOT)}: {link} has no such heading"


def _anchors(target: Path) -> frozenset[str]:
    return read(target).anchors if target.suffix == ".md" else frozenset()


def commands(page: Page) -> Iterator[list[str]]:
    """The words after each `michi` that is typed, in blocks and in `…`."""
    joined = "\n".join(page.code).replace("\\\n", " ").splitlines()
    for line in (*joined, *page.spans):
        words = _words(line)
        for place, word in enumerate(words):
            before = _since_an_end(words[:place])
            if _MICHI.fullmatch(word) and all(map(_BEFORE_IT.fullmatch, before)):
                after = _until_an_end(words[place + 1 :])
                if after and not (after[0] == "michi" or _MICHI.fullmatch(after[0])):
                    yield after
                    break


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line, comments=True)
    except ValueError:
        return line.partition("  #")[0].split()


def _since_an_end(words: Sequence[str]) -> Sequence[str]:
    last = max((place for place, word in enumerate(words) if word in _ENDS_IT), default=-1)
    return words[last + 1 :]


def _until_an_end(words: Sequence[str]) -> list[str]:
    end = next((place for place, word in enumerate(words) if word in _ENDS_IT), len(words))
    return [word.rstrip(";)") for word in words[:end]]
