"""What is held about one person as a page to be read and printed, in Japanese."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any, Final, NamedTuple

from reports.city.clock import local
from reports.privacy.told import Section, Told
from reports.tickets.words import CHANNELS, STATUSES

PAGE: Final = "読む.html"


class Paths(NamedTuple):
    """Of a photo beside the page: as it was `sent`, and what browsers show of it."""

    sent: str
    shown: str


def page_of(told: Told, files: Mapping[int, Paths]) -> str:
    """A whole HTML document that loads nothing but the photos beside it. `files`: their paths, by
    the ids of photos."""
    open_ones = [each for each in told.sections.values() if not each.to_check]
    to_check = [each for each in told.sections.values() if each.to_check]
    parts = [
        _HEAD.format(city=escape(told.city), day=_moment(told.at)),
        f"<p>対象: {escape(told.person.shown)}。受付番号: "
        f"{escape('、'.join(told.person.numbers)) or 'なし'}。</p>",
        *(_section(each, told.categories) for each in open_ones),
        _photos(files),
    ]
    if to_check:
        parts += [_CHECK, *(_section(each, told.categories) for each in to_check)]
    return "\n".join([*parts, "</main></body></html>", ""])


def _section(section: Section, categories: Mapping[str, str]) -> str:
    rows = "\n".join(f"<table>{_cells(row, categories)}</table>" for row in section.rows)
    return f"<h2>{escape(section.title)} <small>{len(section.rows)}件</small></h2>\n{rows}"


def _cells(row: Mapping[str, Any], categories: Mapping[str, str]) -> str:
    """Named as people name it; what only serves the machine is in the other file."""
    known = {**_VALUES, "category": categories}
    said = ((label, _said(row.get(name), known.get(name, {}))) for name, label in _NAMES.items())
    return "".join(
        f"<tr><th>{label}</th><td>{escape(words)}</td></tr>" for label, words in said if words
    )


def _said(value: Any, known: Mapping[str, str]) -> str:
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, datetime) or (isinstance(value, str) and _MOMENT.match(value)):
        return _moment(value if isinstance(value, datetime) else datetime.fromisoformat(value))
    if isinstance(value, Mapping) and value.get("type") == "Point":
        lon, lat = value["coordinates"][:2]
        return f"北緯 {lat:.6f}、東経 {lon:.6f}"
    if isinstance(value, Mapping | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return known.get(str(value), str(value))


def _moment(when: datetime) -> str:
    at = local(when)
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M:%S}"


def _photos(files: Mapping[int, Paths]) -> str:
    if not files:
        return ""
    shown = "".join(
        f'<figure><a href="{paths.sent}"><img src="{paths.shown}" alt="写真 {id}"></a>'
        f"<figcaption>写真 {id}</figcaption></figure>"
        for id, paths in files.items()
    )
    return f'<h2>写真そのもの <small>{len(files)}枚</small></h2>\n<div class="photos">{shown}</div>'


_HEAD: Final = """<!doctype html>
<html lang="ja"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; img-src 'self' file: data:; style-src 'unsafe-inline'">
<title>保有個人情報の写し</title>
<style>
body {{ font-family: "Hiragino Sans", "Noto Sans CJK JP", "Noto Sans JP", "Yu Gothic", sans-serif;
 line-height: 1.6; color: #1a1a1a; background: #fff; margin: 0; }}
main {{ max-width: 56rem; margin: 0 auto; padding: 1.5rem; }}
h1 {{ font-size: 1.5rem; }} h2 {{ font-size: 1.15rem; border-bottom: 2px solid #14463a;
 margin: 2rem 0 .75rem; }} small {{ font-weight: 400; color: #555; }}
table {{ width: 100%; border-collapse: collapse; margin: 0 0 1rem; break-inside: avoid; }}
th, td {{ border: 1px solid #bbb; padding: .3rem .6rem; text-align: left; vertical-align: top;
 overflow-wrap: anywhere; }}
th {{ width: 11rem; background: #f2f5f3; font-weight: 600; }}
.photos {{ display: flex; flex-wrap: wrap; gap: 1rem; }} figure {{ margin: 0; width: 16rem; }}
img {{ max-width: 100%; height: auto; }}
.check {{ border: 2px solid #a33; padding: .75rem 1rem; margin-top: 2.5rem; }}
</style></head><body><main>
<h1>保有個人情報の写し</h1>
<p>{city}の道路通報(Michi)が、{day} に持っていた内容です。
同じ内容の、機械で読むためのファイルが data.json にあります。</p>"""
_CHECK: Final = (
    '<p class="check"><strong>ここから下は、渡す前に確かめてください。</strong>'
    "ほかの人のことや、市の内部の判断が書かれていることがあります。</p>"
)
MESSAGE: Final = "say"
"""The column of what was said to a resident."""
_NAMES: Final = {
    "number": "受付番号",
    "ticket": "受付番号",
    "name": "名前",
    "phone": "電話番号",
    "email": "メールアドレス",
    "line_user_id": "LINE の利用者 ID",
    "recipient": "LINE の利用者 ID",
    "language": "言語",
    "status": "状態",
    "place_name": "場所の名前",
    "category": "種類",
    "channel": "受け方",
    "place": "送られた場所",
    "place_hint": "言葉で伝えた場所",
    "owner_said": "どの道かの答え",
    "urgent": "緊急",
    "words": "言葉",
    "note": "言葉",
    "draft": "書きかけの通報",
    "question": "職員からの質問",
    MESSAGE: "送った内容",
    "raw": "LINE から届いた内容",
    "state": "状態",
    "exif_place": "撮影した場所",
    "taken_at": "撮影した時刻",
    "direction": "カメラの向き(度)",
    "rating": "評価",
    "muted": "知らせを止めている",
    "since": "いつから",
    "until": "いつまで",
    "why": "理由",
    "call_back": "折り返しの希望",
    "called_at": "電話した時刻",
    "what": "できごと",
    "to": "なった状態",
    "at": "時刻",
    "occurred_at": "起きた時刻",
    "received_at": "届いた時刻",
    "created_at": "記録した時刻",
    "sent_at": "送った時刻",
    "linked_at": "連携した時刻",
    "withdrawn_at": "取り下げた時刻",
    "blocked_at": "ブロックを知った時刻",
}
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:?\d\d$")
_STATUSES: Final = {str(status): said for status, said in STATUSES.items()}
_VALUES: Final[Mapping[str, Mapping[str, str]]] = {
    "channel": CHANNELS,
    "status": _STATUSES,
    "to": _STATUSES,
    "state": {
        "stored": "写真あり",
        "waiting": "待っています",
        "removed": "消去済み",
        "sent": "送信済み",
        "held": "次の返事まで待っています",
        "gathered": "ほかの言葉といっしょに送信済み",
        "refused": "送れませんでした",
    },
    "what": {
        "filed": "通報を受け付けた",
        "routed": "担当が決まった",
        "moved": "状態が変わった",
        "joined": "同じ通報に加わった",
        "added": "内容が加わった",
        "answered": "質問に答えた",
        "asked": "市が質問した",
        "confirmed": "直ったことを確かめた",
        "recategorised": "種類が直された",
        "merged": "ほかの受付票とまとめられた",
        "parted": "まとめが解かれた",
    },
}
"""What stands in the columns, in words; what is not among them stands as it is."""
