"""`michi city kinds`: which kinds of problems a city's hints find in residents' sentences."""

from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.markup import escape

from reports.city import files, profile
from reports.city.categories import Category, category_from
from reports.city.sentences import Judged, Sentence, Verdict, judge, of_kinds, sentences_in
from store.database import transaction

_CALLED: Final = {
    Verdict.RIGHT: "正しい / right",
    Verdict.NOT_KNOWN: "分からない / not known",
    Verdict.OTHER: "別の種類 / of another kind",
    Verdict.FALSE: "まちがい / false",
}
_NONE: Final = "なし / none"


def show(console: Console, sentences: Path, categories: Path | None) -> None:
    """Each that was not understood rightly, and how many there are of what. Raises BadFile."""
    offered = _in_file(categories) if categories else _of_the_city()
    given = sentences_in(sentences)
    asked = of_kinds(given, [each.key for each in offered])
    judged = judge(asked, offered)
    for each in judged:
        if each.verdict is not Verdict.RIGHT:
            console.print(f"[yellow]![/yellow] {escape(_line(each))}")
    _count(console, judged)
    _left_out(console, given, asked)


def _in_file(file: Path) -> list[Category]:
    entries = map(category_from, files.categories_in(file, None))
    return [each for each in entries if not each.retired]


def _of_the_city() -> list[Category]:
    with transaction() as db:
        return [*profile.offered(db).values()]


def _line(judged: Judged) -> str:
    sentence = judged.sentence
    went = f"{sentence.kind or _NONE} → {judged.named or _NONE}"
    return f"{sentence.line}行目 / line {sentence.line}: {went}: {sentence.words}"


def _count(console: Console, judged: Sequence[Judged]) -> None:
    count = Counter(each.verdict for each in judged)
    for verdict, called in _CALLED.items():
        share = count[verdict] / max(len(judged), 1)
        console.print(f"{called}: {count[verdict]:,} ({share:.1%})", highlight=False)


def _left_out(console: Console, given: Sequence[Sentence], asked: Collection[Sentence]) -> None:
    kinds = sorted({each.kind for each in given} - {each.kind for each in asked})
    if kinds:
        count = len(given) - len(asked)
        console.print(
            f"[yellow]![/yellow] ない種類の文 {count:,}件は見ていません"
            f" / {count:,} left out, of kinds that there are not: {escape(', '.join(kinds))}"
        )
