"""The looks side by side, each within its time: first those that open a part, then all others.

Whatever hangs is left behind: its thread ends with the process.
"""

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from queue import Empty, SimpleQueue
from typing import Final

from cli.doctor.asked import Asked
from cli.doctor.findings import Finding, Level, Words, not_seen, worst, wrong
from cli.doctor.looks import Check

Tell = Callable[[Collection[str]], None]
_Answers = SimpleQueue[tuple[Check, list[Finding]]]
AT_ONCE: Final = 12


def go_round(checks: Sequence[Check], asked: Asked, only: str, tell: Tell) -> list[Finding]:
    """What all of them find, in their order; with `only` those of one group, and of others what is
    wrong with the parts that it needs. `tell` is called with the names of those that are at it."""
    wanted = [check for check in checks if only in ("", check.group)]
    needs = {need for check in wanted for need in check.needs}
    first = [
        check
        for check in checks
        if _comes_first(check, needs, asked) or (check.opens and check in wanted)
    ]
    found = _side_by_side(first, asked, frozenset(), tell)
    away = {check.opens for check in first if worst(found[check.name]) is Level.WRONG}
    away |= {check.opens for check in first if not _may(check, asked, frozenset())}
    found |= _side_by_side([one for one in wanted if one not in first], asked, away, tell)
    return [
        finding
        for check in checks
        for finding in found.get(check.name, [])
        if check in wanted or (finding.level is Level.WRONG and _is_of(finding, needs))
    ]


def _comes_first(check: Check, needs: Set[str], asked: Asked) -> bool:
    """Whether it opens a part that is needed, or says of a setting that is needed what is wrong."""
    return check.opens in needs or (
        check.name == "settings.read" and not needs.isdisjoint(asked.wrong)
    )


def _is_of(finding: Finding, needs: Collection[str]) -> bool:
    """Of a setting, only what is needed is told to who asks for a group."""
    return finding.details.get("setting", "") in ("", *needs)


def _side_by_side(
    checks: Sequence[Check], asked: Asked, away: Collection[str], tell: Tell
) -> dict[str, list[Finding]]:
    found = {check.name: [_not_seen(check, asked, away)] for check in checks}
    waiting = [check for check in checks if _may(check, asked, away)]
    answers: _Answers = SimpleQueue()
    begun: dict[Check, float] = {}
    while waiting or begun:
        while waiting and len(begun) < AT_ONCE:
            check = waiting.pop(0)
            begun[check] = time.monotonic()
            threading.Thread(target=_do, args=(check, asked, answers), daemon=True).start()
        tell([check.name for check in begun])
        for check, findings in _next(answers, begun):
            if begun.pop(check, None) is not None:
                found[check.name] = findings
    return found


def _next(answers: _Answers, begun: dict[Check, float]) -> list[tuple[Check, list[Finding]]]:
    """Who has answered by now, and whose time is over."""
    now = time.monotonic()
    until = min(since + check.seconds for check, since in begun.items())
    try:
        return [answers.get(timeout=max(0.0, min(until - now, _TELL_SECONDS)))]
    except Empty:
        late = [one for one, since in begun.items() if since + one.seconds <= time.monotonic()]
        return [(check, [_too_slow(check)]) for check in late]


_TELL_SECONDS: Final = 0.2


def _do(check: Check, asked: Asked, answers: _Answers) -> None:
    try:
        findings = list(check.look(asked))
    except (Exception, SystemExit) as trouble:  # one look must not keep the others from telling
        findings = [_failed(check, trouble)]
    answers.put((check, findings))


def _may(check: Check, asked: Asked, away: Collection[str]) -> bool:
    return not any(need in away or need in asked.wrong for need in check.needs)


def _not_seen(check: Check, asked: Asked, away: Collection[str]) -> Finding:
    first = next((need for need in check.needs if need in away or need in asked.wrong), "")
    ja, en = _PARTS.get(first, (first, first))
    told = f"{ja} が先なので、見ていません", f"not looked at: first {en}"
    return not_seen(check.name, *told, first=first)


_PARTS: Final[Mapping[str, Words]] = {
    "database": ("データベース", "the database"),
    "redis": ("Redis", "Redis"),
    "web": ("PUBLIC_URL の web", "web at PUBLIC_URL"),
    "line": ("LINE のトークン", "the token of LINE"),
}


def _too_slow(check: Check) -> Finding:
    return wrong(
        check.name,
        f"{check.seconds:.0f} 秒以内に終わりませんでした",
        f"it did not end within {check.seconds:.0f} s",
        seconds=check.seconds,
    )


def _failed(check: Check, trouble: BaseException) -> Finding:
    kind = type(trouble).__name__
    return wrong(
        check.name,
        f"調べられませんでした({kind})",
        f"it could not be looked at ({kind})",
        error=kind,
    )
