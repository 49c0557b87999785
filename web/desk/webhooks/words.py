"""What webhooks tell of, and what became of a call, in Japanese. Pure."""

import re
from collections.abc import Mapping
from typing import Final

from reports.webhooks.choice import TEST, WITHDRAWN, Kind
from web.kit.public_states import PUBLIC_STATES

KINDS: Final[Mapping[str, str]] = {
    Kind.PUBLISHED: "公開された",
    Kind.MOVED: "状態が変わった",
    Kind.WORDS: "言葉が公開された",
    Kind.PHOTO: "写真が公開された",
    Kind.CHANGED: "そのほかが変わった",
}
"""Those that may be chosen, in the order in which they are shown."""
ALL_KINDS: Final = {**KINDS, WITHDRAWN: "公開が取り下げられた", TEST: "試し送り"}
STATES: Final = PUBLIC_STATES
CALLS: Final[Mapping[str, str]] = {
    "waiting": "待ち",
    "sent": "届いた",
    "dead": "届かなかった",
    "dropped": "送らない",
}
STANDS: Final[Mapping[str, tuple[str, str, str]]] = {
    "active": ("送っています", "done", "check"),
    "failing": ("届いていません", "bad", "alert"),
    "paused": ("停止中", "end", "pause"),
    "off": ("相手が終了を返し、止まりました", "bad", "stop"),
}
"""How an endpoint stands: words, tone and icon."""


def why(error: str | None) -> str:
    """Why a call did not arrive, from what is kept of it (as of `store.outside`); what is not known
    here stays in English."""
    if not error:
        return ""
    if error == "taken back":
        return "公開が取り下げられたので、送りません"
    kind, _, rest = error.partition(": ")
    if kind == "secret":
        return _WHY[kind]
    if kind in _WHY:
        return f"{_WHY[kind]}({_closer(rest)})" if rest else _WHY[kind]
    status = error.removeprefix("answered ")
    return f"相手の答え: {status}" if status != error else error


def _closer(rest: str) -> str:
    for pattern, japanese in _CLOSER:
        if found := pattern.fullmatch(rest):
            return japanese.format(*found.groups())
    return rest


_CLOSER: Final = tuple(
    (re.compile(pattern), japanese)
    for pattern, japanese in (
        (r"no answer within ([\d.]+) s", "{}秒のうちに答えがありません"),
        (r"(\S+) leads to (\S+), which is not public", "{} の行き先 {} は、公開されていません"),
        (r"(\S+) has no address that can be used", "{} のアドレスが見つかりません"),
        (r"http:// is for hosts that are allowed; .*", "https:// ではありません"),
        (r"no web address", "アドレスの形ではありません"),
    )
)
_WHY: Final = {
    "not allowed": "送ってよいアドレスではありません",
    "not reached": "つながりません",
    "secret": "秘密の値が開けません。作り直してください",
}
