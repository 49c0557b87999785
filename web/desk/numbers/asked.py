"""What the page of numbers is asked for: a period, the desk's filters, a dimension."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final, Literal, NamedTuple
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from reports.city.calendar import full_day_words
from reports.city.fiscal import days_of, fiscal_year
from reports.stats.periods import Period, month_of, months_back
from reports.stats.reading import Only
from web.kit.errors import BadInput
from web.maps.counted import NONE, Counted, Word

PAGE: Final = "/staff/numbers"
BEHIND: Final = f"{PAGE}/behind"
WORK: Final = f"{PAGE}/work"

SPANS: Final[Mapping[str, str]] = {
    "this_month": "今月",
    "last_month": "先月",
    "this_year": "今年度",
    "last_year": "昨年度",
    "calendar": "今年(1月から)",
    "last_calendar": "昨年(暦年)",
}
DIMENSIONS: Final[Mapping[str, str]] = {
    "category": "種類",
    "department": "担当課",
    "district": "地区",
    "town": "町",
    "owner": "道路の管理者",
    "channel": "受付の方法",
    "section": "道路の区間",
}
"""In words; each is a filter too."""
CHOSEN: Final = [name for name in DIMENSIONS if name != "section"]
"""Those that are chosen of a list; of sections there are too many."""
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2999, 12, 31))] | Literal[""]


def _known(typed: object) -> object:
    return typed if typed in SPANS or typed == "days" else "this_year"


class Compared(NamedTuple):
    """`name`: what the period is to the one that is asked for."""

    name: str
    period: Period


class Asked(BaseModel):
    """The words of an address. `span`: one of SPANS, or "days" from `first` to `last`; `by`: what
    the numbers are divided by; the others narrow them, "" does not, NONE are those without.
    `asks_town` and the following: what the usual questions are asked about."""

    model_config = ConfigDict(extra="ignore")

    span: Annotated[str, BeforeValidator(_known)] = "this_year"
    first: Day = ""
    last: Day = ""
    category: Word = ""
    department: Word = ""
    district: Word = ""
    town: Word = ""
    owner: Word = ""
    channel: Word = ""
    section: Word = ""
    by: Literal[
        "category", "department", "district", "town", "owner", "channel", "section"
    ] = "category"  # fmt: skip
    asks_town: Word = ""
    asks_category: Word = ""
    asks_firm: Word = ""

    def period(self, today: date) -> Period:
        """Up to today where it goes on. Raises BadInput."""
        if self.span == "days":
            return self._days(today)
        year = _year_of(today)
        january = date(today.year, 1, 1)
        return {
            "this_month": lambda: Period(today.replace(day=1), today),
            "last_month": lambda: month_of(months_back(today, 1)),
            "this_year": lambda: Period(year, today),
            "last_year": lambda: Period(months_back(year, 12), _eve(year)),
            "calendar": lambda: Period(january, today),
            "last_calendar": lambda: Period(months_back(january, 12), _eve(january)),
        }[self.span]()

    def _days(self, today: date) -> Period:
        if not self.first or not self.last:
            raise BadInput("期間の始めの日と終わりの日を、両方選んでください。", reason="no_days")
        if self.first > self.last:
            raise BadInput("期間の終わりの日は、始めの日より後にしてください。", reason="no_days")
        if self.first > today:
            raise BadInput("期間の始めの日は、今日までの日にしてください。", reason="no_days")
        return Period(self.first, min(self.last, today))

    def compared(self, today: date) -> list[Compared]:
        """The one before and the same a year ago; once where they are the same. A month that goes
        on is compared with as many days of the month before."""
        period = self.period(today)
        ago = Compared("前年同期", period.year_ago())
        if self.span == "this_month":
            before = Period(months_back(period.first, 1), months_back(period.last, 1))
            return [Compared("先月の同じ日まで", before), ago]
        is_of_years = self.span not in ("days", "last_month")
        before = period.before()
        if is_of_years or before == ago.period:
            return [ago]
        return [Compared("前の期間", before), ago]

    @property
    def only(self) -> Only:
        narrowed = {_PLURAL[name]: (value,) for name, value in self.narrowing.items()}
        return Only(**narrowed)

    @property
    def narrowing(self) -> dict[str, str]:
        """What is filtered by, by the name of its dimension; "" are those without."""
        asked = {name: getattr(self, name) for name in DIMENSIONS}
        return {name: "" if word == NONE else word for name, word in asked.items() if word}

    def address(self, path: str = PAGE, **other: Any) -> str:
        """Where the same is asked for, otherwise in what is named."""
        said = self.model_copy(update=other).model_dump(mode="json", exclude_defaults=True)
        more = {name: value for name, value in other.items() if name not in type(self).model_fields}
        query = urlencode({name: value for name, value in (said | more).items() if value != ""})
        return f"{path}?{query}" if query else path

    def behind(self, what: str, period: Period, **narrower: str) -> str:
        """Where the list behind a number of that period is."""
        days: dict[str, Any] = {"span": "days", "first": period.first, "last": period.last}
        named = {name: value or NONE for name, value in narrower.items()}
        kept = {"by": "category", "asks_town": "", "asks_category": "", "asks_firm": ""}
        return self.address(BEHIND, **days, **kept, **named, what=what)

    def work(self, person: int, what: str, period: Period) -> str:
        """Where the list behind what somebody (an id) did in that period is."""
        days: dict[str, Any] = {"span": "days", "first": period.first, "last": period.last}
        return self.address(WORK, **days, person=person, what=what)

    def saved(self, what: str, period: Period) -> str:
        """Where the tickets behind that number are saved as a file."""
        words = {name: word for name in DIMENSIONS if (word := getattr(self, name))}
        counted = Counted(what=what, first=period.first, last=period.last, **words)
        return f"/staff/table?{urlencode({'status': 'all', 'counted': counted.query})}"


_PLURAL: Final = dict(zip(DIMENSIONS, Only._fields, strict=True))


def days_words(period: Period) -> str:
    """2026年4月1日〜2026年12月2日"""
    return f"{full_day_words(period.first)}〜{full_day_words(period.last)}"


def year_words(today: date, back: int = 0) -> str:
    """2026年度"""
    return f"{fiscal_year(today) - back}年度"


def _year_of(day: date) -> date:
    """The first day of its fiscal year."""
    return days_of(fiscal_year(day))[0]


def _eve(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
