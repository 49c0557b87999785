"""What `verify` found, in Japanese sentences: the same on the page and at the command line."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from reports.city.calendar import moment_words
from reports.city.clock import local
from reports.documents.record.compare import Finding
from reports.documents.record.verify import Agrees, Whole
from reports.documents.record.words import PARTS


class Line(NamedTuple):
    """`mark`: ✓ it is so, ✗ it is not, … it is worth knowing."""

    mark: str
    words: str


def of_whole(found: Whole) -> Iterator[Line]:
    """Whether every byte is what was signed, and by whose key."""
    if not found.is_whole:
        yield Line("✗", _NOT_WHOLE[found.why_not].format(key=found.key_id))
        return
    record = found.record or {}
    yield Line("✓", f"{record['name']}: 発行されたときから1バイトも変わっていません。")
    yield Line(
        "…" if found.whose == "unknown" else "✓", _KEYS[found.whose].format(key=found.key_id)
    )


def of_agreement(found: Agrees) -> Iterator[Line]:
    """Whether the database tells the same."""
    if found.issued:
        when = found.issued.issued_at
        at = moment_words(local(when)) if when else ""
        yield Line("✓", f"発行の記録と一致します({at} {found.issued.by_name})。")
    else:
        yield Line("✗", "このデータベースには、このファイルを発行した記録がありません。")
    yield Line(*_HEADS[found.head])
    if not found.has_ticket:
        yield Line("✗", "この番号の受付票がデータベースにありません。")
        return
    for one in found.errors:
        yield Line("✗", _words(one))
    counted = {kind: [one for one in found.findings if one.kind == kind] for kind in _NOT_ERRORS}
    for kind, sentence in _NOT_ERRORS.items():
        if counted[kind]:
            yield Line("…", sentence.format(what=_parts(counted[kind])))
    if not found.errors:
        yield Line("✓", "経緯書の内容は、いまのデータベースと一致します。")


def _words(one: Finding) -> str:
    part = f"{PARTS.get(one.part, one.part)} {one.id}"
    if one.kind == "missing":
        return f"{part}: 経緯書にある行が、データベースにありません。"
    change = f"(経緯書「{one.was}」、いま「{one.now}」)" if one.was or one.now else ""
    return f"{part} の {one.field}: 経緯書と違います{change}。"


def _parts(found: list[Finding]) -> str:
    """経過 3件、写真 1件."""
    rows: dict[str, set[str]] = {}
    for one in found:
        rows.setdefault(one.part, set()).add(one.id)
    return "、".join(f"{PARTS.get(part, part)} {len(ids)}件" for part, ids in rows.items())


_NOT_WHOLE: Final = {
    "unsigned": "署名がありません。経緯書のファイルではないか、署名の行が変わっています。",
    "changed": "ファイルが変わっています。署名(鍵 {key})が内容と合いません。",
    "other key": "署名は合いますが、鍵 {key} はこの市の鍵ではありません。",
    "unreadable": "署名は合いますが、添えられた記録を読めません。",
}
_KEYS: Final = {
    "given": "渡された公開鍵(鍵 {key})で署名されています。",
    "ours": "この市のいまの鍵(鍵 {key})で署名されています。",
    "ended": "この市の以前の鍵(鍵 {key})で署名されています。",
    "unknown": "鍵 {key} がだれのものかは、ファイルだけでは分かりません。"
    "市が公開する公開鍵を --public-key で渡してください。",
}
_HEADS: Final = {
    "same": ("✓", "監査ログの終わりとして書かれた値は、いまの監査ログにそのままあります。"),
    "gone": ("…", "監査ログのその部分は、保存期間が過ぎて残っていません。"),
    "none": ("…", "発行のとき、監査ログにはまだ何もありませんでした。"),
    "other": ("✗", "監査ログの終わりとして書かれた値が、いまの監査ログと違います。"),
}
_NOT_ERRORS: Final = {
    "since": "発行のあとに加わったもの: {what}",
    "changed": "発行のあとに、記録を残して変わったもの: {what}",
    "gone": "取り消し・消去・保存期間により、いまは残っていないもの: {what}",
}
