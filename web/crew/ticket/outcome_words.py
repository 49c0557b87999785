"""How a crew's screen says what it can tell, and what the residents read then. Pure."""

from dataclasses import dataclass
from typing import Final

from reports.tickets.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Said:
    """`residents`: what they read, as in bot/locales/ja.toml; `then`: where the ticket goes."""

    title: str
    icon: str
    residents: str
    then: str


RESULTS: Final = {
    Outcome.MADE_SAFE: Said(
        "応急処置済",
        "shield",
        "まず、危なくないように処置しました。直し終わったらお知らせします。",
        "この一覧に残ります。本復旧のときに「完了」にしてください。",
    ),
    Outcome.ALREADY_FIXED: Said(
        "すでに直っている",
        "check",
        "現場を確認したところ、すでに直っていました。",
        "「対応済」になります。いまの様子の写真が要ります。",
    ),
    Outcome.NOT_FOUND: Said(
        "見つからない",
        "search",
        "現場に行きましたが、見つけられませんでした。場所を確かめています。",
        "職員に戻ります。職員が通報した人に聞くか、場所を直します。",
    ),
    Outcome.NO_ACCESS: Said(
        "入れない",
        "stop",
        "現場に行きましたが、作業のできる所まで入れませんでした。日を改めて対応します。",
        "「対応予定」になり、この一覧に残ります。",
    ),
    Outcome.BIGGER: Said(
        "別の班・大きな工事が必要",
        "cone",
        "現場を確認しました。別の班か大きな工事が必要なため、予定を立てて対応します。",
        "「対応予定」になり、職員に戻ります。職員が次の担当を決めます。",
    ),
}
"""In the order of the screen; what is mended has a button of its own."""
