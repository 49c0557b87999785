"""What a chief is asked before a council, each answered in a sentence with its number."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from reports.city.fiscal import days_of, fiscal_year
from reports.orders import spent
from reports.orders.spent import Wanted
from reports.stats import reading
from reports.stats.again import reading as again
from reports.stats.periods import Period
from reports.stats.reading import Ask, Numbers, Only
from web.desk.numbers.asked import Asked, year_words
from web.desk.numbers.figures import days, differs, figure, share

POTHOLE: Final = "pothole"
AGAIN: Final = "/staff/numbers/again"
MONEY: Final = "/staff/numbers/money"


class Answer(NamedTuple):
    """`sentence` with its `number` within, which opens the list at `address`; `after` it; `more`:
    another address, called `more_words`. `about`: what it can be asked about (town, or the id of
    a contractor), "" nothing."""

    question: str
    sentence: str
    number: str
    after: str
    address: str
    more: str = ""
    more_words: str = ""
    about: str = ""


def how_many(db: Session, today: date, town: str, category: tuple[str, str]) -> Answer:
    """Of that kind (key and name) in that town in the last fiscal year, and in the one before."""
    last = Asked(span="last_year", town=town, category=category[0])
    period = last.period(today)
    own, before = _both(db, period, last.only)
    arrow, words = differs(figure("received"), own, before)
    return Answer(
        f"昨年度、{town}の{category[1]}は何件?",
        f"{year_words(today, 1)}に{town}で受け付けた{category[1]}は ",
        f"{own.received:,}件",
        f"です。その前の年度は {before.received:,}件でした({arrow} {words})。",
        last.behind("received", period),
        about="town",
    )


def _both(db: Session, period: Period, only: Only) -> tuple[Numbers, Numbers]:
    """Of the period, and of the same a year ago."""
    own, ago = reading.together(db, [Ask(period, only), Ask(period.year_ago(), only)])
    return own[""], ago[""]


def are_we_faster(db: Session, today: date) -> Answer:
    """This fiscal year so far against the same days of the last."""
    asked = Asked(span="this_year")
    period = asked.period(today)
    own, ago = _both(db, period, Only())
    question = "昨年度より早く直している?"
    if own.fixed.median is None or ago.fixed.median is None:
        when = "今年度" if not own.fixed.n else "昨年度の同じ期間"
        said = f"{when}に直したものがないので、"
        return Answer(question, said, "", "比べられません。", asked.address())
    arrow, words = differs(figure("fixed"), own, ago)
    return Answer(
        question,
        f"{year_words(today)}は、受付から直すまで(中央値)が ",
        f"{days(own.fixed.median)}日",
        f"です。昨年度の同じ期間は {days(ago.fixed.median)}日で、{arrow} {words}です。",
        asked.behind("fixed", period),
    )


def is_it_in_time(db: Session, today: date) -> Answer:
    """This fiscal year so far."""
    asked = Asked(span="this_year")
    period = asked.period(today)
    own, ago = _both(db, period, Only())
    question = "期限は守られている?"
    whole, kept = own.kept + own.missed, share(own.kept, own.kept + own.missed)
    if kept is None:
        said = "今年度に期限が来たものは、"
        return Answer(question, said, "", "まだありません。", asked.address())
    then = share(ago.kept, ago.kept + ago.missed)
    compared = "" if then is None else f"昨年度の同じ期間は {then:g}%でした。"
    return Answer(
        question,
        f"{year_words(today)}に期限が来た {whole:,}件のうち {own.kept:,}件、",
        f"{kept:g}%",
        f"を期限内に直しました。過ぎたのは {own.missed:,}件です。{compared}",
        asked.behind("due", period),
    )


def which_comes_back(db: Session, today: date) -> Answer:
    """The section with the most repairs that did not hold, in two years."""
    question = "直してもまた悪くなるのはどの道?"
    only = again.Only(until=today)
    found = again.most_again(db, only)
    if found is None:
        said = f"この{only.years}年に、直したところがまた悪くなった区間は、"
        return Answer(question, said, "", "ありません。", AGAIN, AGAIN, "くり返す場所を見る")
    key, name, many = found
    return Answer(
        question,
        f"この{only.years}年では「{name}」が最も多く、直したあとにまた悪くなったのは ",
        f"{many:,}件",
        "です。",
        f"{AGAIN}/sections/{key}?years={only.years}",
        AGAIN,
        "ほかの道も見る",
    )


def firms(db: Session) -> dict[str, str]:
    """Contractors' names by their ids, as words."""
    return dict(spent.firms(db))


def what_did_it_cost(db: Session, today: date, firms: Mapping[str, str], firm: str) -> Answer:
    """That contractor, else the one that cost most, in this fiscal year so far."""
    year = fiscal_year(today)
    costs = {one.key: one.yen for one in spent.sums(db, Wanted(*days_of(year)), "contract")}
    dearest = max(firms, key=lambda id: costs.get(id, 0))
    chosen = firm if firm in firms else dearest
    return Answer(
        "今年度、この請負業者の費用は?",
        f"{year_words(today)}に「{firms[chosen]}」の作業指示で計上したのは ",
        f"{costs.get(chosen, 0):,}円",
        "(税抜)です。",
        f"{MONEY}?year={year}&contract={chosen}",
        about=chosen,
    )


def most_reported(db: Session, asked: Asked, today: date) -> str:
    """The town with the most reports of the last fiscal year, where none is asked for; "" none."""
    if asked.asks_town:
        return asked.asks_town
    period = Asked(span="last_year").period(today)
    towns = reading.by(db, period, Only(), "town")
    named = {town: numbers.received for town, numbers in towns.items() if town}
    return max(named, key=lambda town: (named[town], town), default="")


def about(db: Session, asked: Asked, today: date, towns: Sequence[str],
          categories: Mapping[str, str]) -> tuple[str, str]:  # fmt: skip
    """The town and the category (a key) that the first question is asked about; "" where the city
    has none."""
    town = most_reported(db, asked, today) or next(iter(towns), "")
    usual = POTHOLE if POTHOLE in categories else next(iter(categories), "")
    return town, asked.asks_category if asked.asks_category in categories else usual


def answers(db: Session, today: date, town: str, category: tuple[str, str]) -> list[Answer]:
    """`category`: its key and its name; without a town or a category the first is left out."""
    first = [how_many(db, today, town, category)] if town and category[0] else []
    return [
        *first, are_we_faster(db, today), is_it_in_time(db, today), which_comes_back(db, today)
    ]  # fmt: skip
