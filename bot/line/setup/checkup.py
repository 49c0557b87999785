"""What is right and what is wrong with the channel at LINE, and what to do about it.

Every finding is told in Japanese and in English: whoever sets a channel up may read either.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from rich import box
from rich.markup import escape
from rich.table import Table

from bot.line import account, tokens
from bot.line.client import LineError, Refused
from bot.line.setup import advice, menus
from bot.line.setup.menu import Menu
from bot.webhook import PATH
from settings import settings

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what was found and, when it is not right, what to do."""

    right: bool
    what: str
    found: str
    to_do: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One look at LINE; `name` is for whoever waits meanwhile."""

    name: str
    look: Callable[[], Iterator[Finding]]


def our_webhook() -> str:
    """Where LINE must send events so that we hear them."""
    return f"{settings().base}{PATH}"


def steps(wanted: Sequence[Menu], *, set_webhook: bool = False) -> Iterator[Step]:
    """The looks, the access token first, and the wanted menus put up last.

    With `set_webhook` ours is entered at LINE before it is tested.
    """
    yield Step("LINE に接続 / asking LINE", _token)
    yield Step("アカウントを確認 / looking at the account", _account)
    if set_webhook:
        yield Step("Webhook URL を設定 / setting the webhook", _enter_webhook)
    yield Step("Webhook の設定を確認 / looking at the webhook", _webhook)
    yield Step("LINE から Webhook を試験 / LINE tests the webhook", _webhook_test)
    yield Step("送信数を確認 / looking at the quota", _quota)
    yield Step("メニューを用意 / putting the menu up", lambda: _menus(wanted))


def look(step: Step) -> list[Finding]:
    """What the step finds; LINE's refusal or absence is a finding too."""
    what = step.name.replace(" / ", "\n")
    try:
        return list(step.look())
    except Refused as refused:
        to_do = advice.BY_WORDS.get(refused.said, advice.ASK_LINE)
        return [Finding(False, what, f"LINE: {refused}", to_do)]
    except LineError as away:
        return [Finding(False, what, f"応答がありません\nNo answer ({away})", advice.LINE_AWAY)]


def as_table(findings: Iterable[Finding]) -> Table:
    """The findings for a terminal."""
    table = Table(show_lines=True, box=box.ROUNDED)
    for title, share in (("", 0), ("項目 / what", 3), ("結果 / found", 4), ("すること / to do", 6)):
        table.add_column(title, ratio=share or None, overflow="fold")
    for finding in findings:
        mark = "[green]✓[/]" if finding.right else "[red]✗[/]"
        table.add_row(mark, *map(escape, (finding.what, finding.found, finding.to_do)))
    return table


def is_reachable_by_line(url: str) -> bool:
    """LINE takes https only, and does not reach this machine by its own name for itself; a
    platform on this machine may be spoken to plainly."""
    if _is_here(url):
        return _is_here(settings().line_api_url)
    parts = urlsplit(url)
    return parts.scheme == "https" and bool(parts.hostname)


def _is_here(url: str) -> bool:
    return urlsplit(url).hostname in LOOPBACK


def _token() -> Iterator[Finding]:
    what = "アクセストークン\nAccess token"
    try:
        account.info()
    except Refused as refused:
        if refused.status not in (401, 403):
            raise
        yield Finding(
            False, what, f"LINE が受け付けません\nLINE refuses it ({refused.status})", advice.TOKEN
        )
        return
    yield Finding(True, what, "有効です\nIt works")
    for name in tokens.refused():
        found = (
            f"{name} は断られ、もうひとつを使っています\n{name} is refused, the other one is used"
        )
        yield Finding(False, what, found, advice.TOKEN)


def _account() -> Iterator[Finding]:
    known = account.info()
    yield Finding(True, "アカウント\nAccount", f"{known.name} ({known.basic_id})")
    is_bots, what = known.chat_mode == "bot", "応答モード\nChat mode"
    yield Finding(is_bots, what, known.chat_mode, "" if is_bots else advice.CHAT_MODE)


def _enter_webhook() -> Iterator[Finding]:
    ours, what = our_webhook(), "Webhook URL の設定\nSetting the webhook"
    if is_reachable_by_line(ours):
        account.set_webhook(ours)
        yield Finding(True, what, f"設定しました\nIt is set: {ours}")
    else:
        yield Finding(False, what, ours, advice.NEEDS_HTTPS)


def _webhook() -> Iterator[Finding]:
    ours, known = our_webhook(), account.webhook()
    what, to_do = "Webhook URL", advice.ENTER.format(ours=ours)
    if not is_reachable_by_line(ours):
        yield Finding(False, "PUBLIC_URL", settings().public_url, advice.NEEDS_HTTPS)
        to_do = advice.FIRST_PUBLIC_URL
    if not known.url:
        yield Finding(False, what, "未設定です\nIt is not set", to_do)
        return
    same = known.url == ours
    yield Finding(same, what, known.url, "" if same else to_do)
    found = "オンです\nIt is on" if known.active else "オフです\nIt is off"
    what = "Webhook の利用\nUse webhook"
    yield Finding(known.active, what, found, "" if known.active else advice.SWITCH_ON)


def _webhook_test() -> Iterator[Finding]:
    ours, what = our_webhook(), "Webhook の試験\nWebhook test"
    if not is_reachable_by_line(ours):
        return
    tested = account.test_webhook(ours)
    if tested.success:
        yield Finding(True, what, f"届きました\nIt arrived ({tested.status})")
        return
    detail = f"{tested.status}" if tested.status > 0 else tested.detail
    found = f"{tested.reason} ({detail})"
    yield Finding(False, what, found, _why(tested))


def _why(tested: account.Tested) -> str:
    if tested.status in advice.BY_STATUS:
        return advice.BY_STATUS[tested.status]
    if 300 <= tested.status < 400:
        return advice.BY_REASON["REDIRECT"]
    return advice.BY_REASON.get(tested.reason.upper(), advice.BY_REASON["UNCLASSIFIED"])


def _quota() -> Iterator[Finding]:
    quota, what = account.quota(), "今月のプッシュ\nPushes this month"
    if quota.limit is None:
        yield Finding(True, what, f"{quota.used:,} (上限なし)\n{quota.used:,} (no limit)")
        return
    enough = not quota.is_used_up
    found = f"{quota.used:,} / {quota.limit:,}"
    yield Finding(enough, what, found, "" if enough else advice.QUOTA_GONE)


def _menus(wanted: Sequence[Menu]) -> Iterator[Finding]:
    done, what = menus.put_up(wanted), "メニュー\nRich menu"
    for language, change in done.changes.items():
        yield Finding(True, f"{what} ({language})", _CHANGES[change])
    if done.left:
        yield Finding(
            False, what, f"古いものが残りました\nOld ones stayed: {len(done.left)}", advice.LATER
        )


_CHANGES: Final[Mapping[menus.Change, str]] = {
    menus.Change.KEPT: "そのままです\nUnchanged",
    menus.Change.MADE: "作りました\nMade",
    menus.Change.REPLACED: "新しくしました\nReplaced",
}
