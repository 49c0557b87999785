"""What the readers of the monthly report get by mail. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from reports.outbox.mail_texts import Letter, Sender, one_line


@dataclass(frozen=True, slots=True)
class ReportNotice:
    """A version of a month's report (its first day); `is_open`: its numbers may still change.
    `sha256`: of its PDF, in hex."""

    month: date
    version: int
    is_open: bool
    sha256: str


def about_report(notice: ReportNotice, sender: Sender, attached: bool) -> Letter:
    """A "monthly" mail; `attached`: with its PDF."""
    month = f"{notice.month.year}年{notice.month.month}月"
    state = "(速報)" if notice.is_open else ""
    open_words = "この月の数は、まだ締めていません。締めた後に、もう一度お送りします。"
    page = f"{sender.pages}/staff/reports/{notice.month:%Y-%m}"
    parts = [
        f"{sender.name}の道路の通報の月報、{month}分{state}ができました。",
        open_words if notice.is_open else "",
        "PDF は、このメールに付けました。" if attached else _NOT_ATTACHED,
        f"月報の画面(サインインが要ります): {page}",
        f"第{notice.version}版 SHA-256: {notice.sha256}",
        "この宛先は、月報の画面で変えられます。",
    ]
    subject = one_line(f"【{sender.name}】道路の通報 月報 {month}{state}")
    return Letter(subject, "\n\n".join(filter(None, parts)))


_NOT_ATTACHED: Final = "PDF は、下の画面から保存してください。"
