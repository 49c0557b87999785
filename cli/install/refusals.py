"""What nginx itself answers where Michi does not: a page for people, a problem (RFC 9457) for
programs, each in a sentence that says what to do. Pure."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

_PAGE: Final = (
    '<!doctype html><html lang="ja"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width">'
    '<meta name="color-scheme" content="light dark"><title>お知らせ</title>'
    '<h1>このページは表示できません</h1><p role="alert">{ja}</p><p lang="en">{en}</p>'
    "<p>{status}</p>"
)


@dataclass(frozen=True)
class Refusal:
    """`codes` that are told in one way; `retry_after`: seconds, 0 for none."""

    codes: tuple[int, ...]
    reason: str
    ja: str
    en: str
    retry_after: int = 0


REFUSALS: Final = (
    Refusal(
        (404,),
        "not_found",
        "このページはありません。アドレスを確かめてください。",
        "There is no such page: look at the address.",
    ),
    Refusal(
        (413,),
        "too_large",
        "送られたものが大きすぎます。写真は減らすか小さくして、もう一度送ってください。",
        "Too large: send fewer or smaller photos.",
    ),
    Refusal(
        (421,),
        "misdirected",
        "このアドレスでは使えません。正しいアドレスを開いてください。",
        "This is not the address of this site: open the right one.",
    ),
    Refusal(
        (429,),
        "rate_limit",
        "短い時間に多くのアクセスがありました。少し待って、もう一度開いてください。",
        "Too many requests at once: wait a little and try again.",
        5,
    ),
    Refusal(
        (502, 500, 503, 504),
        "away",
        "いまつながりません。入れ替えの途中かもしれません。1分ほど待って、もう一度開いてください。",
        "Not reachable just now: wait a minute and try again.",
        10,
    ),
)


def for_nginx() -> str:
    """Lines of its `server`: which answer each status gets, and the answers. `$michi_says` is
    `person` or `program` (nginx_shared.conf)."""
    return "\n".join(line for each in REFUSALS for line in _lines(each))


def _lines(one: Refusal) -> Iterator[str]:
    for code in one.codes:
        yield f"    error_page {code} @{code}_$michi_says;"
        for who, kind, words in (
            ("person", "text/html; charset=utf-8", _PAGE.format(ja=one.ja, en=one.en, status=code)),
            ("program", "application/problem+json", _problem(one, code)),
        ):
            yield f"    location @{code}_{who} {{"
            yield f'        default_type "{kind}";'
            yield "        add_header Cache-Control no-store always;"
            yield "        add_header X-Content-Type-Options nosniff always;"
            if one.retry_after:
                yield f"        add_header Retry-After {one.retry_after} always;"
            yield f"        return {code} '{words}';"
            yield "    }"


def _problem(one: Refusal, code: int) -> str:
    told = {
        "type": "about:blank",
        "title": HTTPStatus(code).phrase,
        "status": code,
        "detail": one.ja,
        "reason": one.reason,
    }
    return json.dumps(told, ensure_ascii=False)
