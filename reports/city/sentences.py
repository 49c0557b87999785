"""Sentences as residents write them, each with the kind that it names: how a city's hints do."""

import csv
import io
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from geo.gis_import.faults import Fault
from geo.gis_import.utf8 import text_of
from geo.kinds import BadFile
from reports.city.categories import Category, named_in


class Verdict(StrEnum):
    """What came of one sentence. `FALSE`: it names no kind, and was taken to name one."""

    RIGHT = "right"
    NOT_KNOWN = "not_known"
    OTHER = "other"
    FALSE = "false"


@dataclass(frozen=True, slots=True)
class Sentence:
    """`kind`: the key of the category that it names; empty where it names none."""

    line: int
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Judged:
    """`named`: the key of the category that was understood; empty for none."""

    sentence: Sentence
    named: str

    @property
    def verdict(self) -> Verdict:
        if self.named == self.sentence.kind:
            return Verdict.RIGHT
        if not self.named:
            return Verdict.NOT_KNOWN
        return Verdict.OTHER if self.sentence.kind else Verdict.FALSE


def sentences_in(file: Path) -> list[Sentence]:
    """From a CSV with the columns `kind` and `words`. Raises BadFile."""
    reader = csv.DictReader(io.StringIO(text_of(file), newline=""))
    if not {"kind", "words"} <= {*(reader.fieldnames or ())}:
        words = ("kind と words の列が要ります", "the columns kind and words are wanted")
        raise BadFile(str(Fault(file.name, *words, line=1)))
    return [
        Sentence(reader.line_num, (row["kind"] or "").strip(), row["words"] or "") for row in reader
    ]


def of_kinds(sentences: Iterable[Sentence], keys: Collection[str]) -> list[Sentence]:
    """Those that name none or one of these."""
    return [sentence for sentence in sentences if sentence.kind in ("", *keys)]


def judge(sentences: Iterable[Sentence], categories: Collection[Category]) -> list[Judged]:
    """Each with what is understood of it."""
    named = ((sentence, named_in(sentence.words, categories)) for sentence in sentences)
    return [Judged(sentence, kind.key if kind else "") for sentence, kind in named]
