"""A word to staff when the month's pushes over LINE run short."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from reports.outbox.quota import Quota, state


@dataclass(frozen=True, slots=True)
class Notice:
    """What it means for residents, in a Japanese sentence or two."""

    words: str
    is_used_up: bool


def notice(db: Session) -> Notice | None:
    """None while there are enough."""
    known = state(db)
    return Notice(_words(known), known.is_used_up) if known and known.is_nearly_used else None


def _words(quota: Quota) -> str:
    if quota.is_used_up:
        return (
            f"今月 LINE で送れるお知らせ({quota.limit:,}通)を使い切りました。来月になるまでは、"
            "住民が次に LINE へ何か送ったときに、返事と一緒に伝わります。"
            "受付や状態の変更はいつもどおりできます。"
        )
    return (
        f"今月 LINE で送れるお知らせ {quota.limit:,}通のうち、{quota.used:,}通を使いました。"
        "使い切ると、住民には、次に LINE へ何か送ったときの返事で伝わるようになります。"
    )
