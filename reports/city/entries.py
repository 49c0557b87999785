"""What may stand in a city's TOML files: strangers' data, checked here once."""

import re
import unicodedata
from datetime import date, time
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import quote

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from reports.city import open_data as months_of_data
from reports.city import periods
from reports.city.calendar import OfficeHours
from reports.city.departments import LONGEST, MOST_SILENT_DAYS, is_address, is_web_address
from reports.city.entry_faults import DIGIT, KEY
from reports.city.hints import MOST_WEIGHT, USUAL_WEIGHT
from reports.city.opened import MOST_HOURS, USUAL_HOURS
from reports.city.templates import Use, as_line

MOST_DAYS: Final = 250
MOST_YEARS: Final = periods.PERIODS[periods.RECORDS].most
"""Business days to a deadline, as in the routing table."""


class Entry(BaseModel):
    """One table of a file, with nothing in it that we do not know."""

    model_config = ConfigDict(strict=True, extra="forbid")


def _as_date(given: Any) -> Any:
    """TOML has dates of its own; a text is one too."""
    try:
        return date.fromisoformat(given) if isinstance(given, str) else given
    except ValueError:
        return given  # which is no date, as is said then


def _as_clock(given: Any) -> Any:
    """HH:MM of "8:30", "08:30", in any width, or a time of TOML."""
    words = given.isoformat("minutes") if isinstance(given, time) else half_width(given)
    if not isinstance(words, str) or not _CLOCK.fullmatch(words.strip()):
        raise ValueError('"08:30" のような時刻が要ります / a time such as "08:30" is wanted')
    return words.strip().zfill(5)


def half_width(given: Any) -> Any:
    """Digits and letters of any width as those of a keyboard."""
    return unicodedata.normalize("NFKC", given) if isinstance(given, str) else given


def _seen(words: str) -> str:
    """Neither empty nor made of blanks, joiners and the like alone."""
    if not any(unicodedata.category(letter)[0] in "LNPS" for letter in words):
        raise ValueError("空です / it is empty")
    return words


def _fits_a_button(key: str) -> str:
    """LINE takes 300 letters behind a button, and what else stands there has a hundred of them."""
    if len(quote(key)) > _IN_A_BUTTON:
        raise ValueError(
            "LINE のボタンに入りません。22文字までにしてください"
            " / LINE's buttons have no room for it: at most 22 letters"
        )
    return key


_CLOCK: Final = re.compile(r"([01]?[0-9]|2[0-3]):[0-5][0-9]")
_LANGUAGE: Final = re.compile(r"[a-z]{2,8}([-_][A-Za-z0-9]{2,8})*")
_IN_A_BUTTON: Final = 200
Key = Annotated[str, Field(pattern=KEY)]

Words = Annotated[str, Field(max_length=200), AfterValidator(_seen)]
Phone = Annotated[
    str, BeforeValidator(half_width), Field(pattern=DIGIT, max_length=LONGEST["phone"])
]
Days = Annotated[int, Field(ge=0, le=MOST_DAYS)]
Day = Annotated[date, BeforeValidator(_as_date)]
Clock = Annotated[str, BeforeValidator(_as_clock)]


class _ByLanguage(BaseModel):
    model_config = ConfigDict(strict=True, extra="allow")

    @model_validator(mode="after")
    def _of_languages(self) -> Self:
        for code in self.model_extra or {}:
            if not _LANGUAGE.fullmatch(code):
                raise ValueError(
                    f"「{code}」は言語の記号(en、easy_ja など)ではありません"
                    f" / {code!r} is no code of a language, such as en or easy_ja"
                )
        return self


class Names(_ByLanguage):
    """By language; the others fall back on the Japanese one."""

    __pydantic_extra__: dict[str, Words]

    ja: Words


class HintEntry(Entry):
    """One of a category's hints, as of `reports.city.hints.Hint`."""

    words: Annotated[list[Words], Field(min_length=1)]
    near: list[Words] = []
    but_not: list[Words] = []
    weight: Annotated[int, Field(ge=1, le=MOST_WEIGHT)] = USUAL_WEIGHT


def _as_hint(given: Any) -> Any:
    """A word alone is a hint too."""
    if not isinstance(given, str | dict):
        raise ValueError(
            '"…" の文字か { words = ["…"] } で書いてください'
            ' / text in quotes is wanted, or { words = ["…"] }'
        )
    return {"words": [given]} if isinstance(given, str) else given


class CategoryEntry(Entry):
    """One [[categories]]; `but_not`: words beside which none of its hints counts.

    `retired`: no longer offered, while old tickets keep its name.
    """

    key: Annotated[Key, AfterValidator(_fits_a_button)]
    names: Names
    icon: Annotated[str, Field(max_length=16), AfterValidator(_seen)]
    department: Key
    deadline_days: Days
    urgent_deadline_days: Days | None = None
    urgent: bool = False
    radius_m: Annotated[float, Field(gt=0, le=1_000)] = 30
    weight: Annotated[float, Field(ge=0, le=100)] | None = None
    again_m: Annotated[float, Field(gt=0, le=1_000)] | None = None
    keep_years: Annotated[int, Field(ge=0, le=MOST_YEARS)] | None = None
    hints: list[Annotated[HintEntry, BeforeValidator(_as_hint)]] = []
    but_not: list[Words] = []
    retired: bool = False


Line = Annotated[str, Field(max_length=500), AfterValidator(_seen), AfterValidator(as_line)]


class Texts(_ByLanguage):
    """By language; the same placeholders in each."""

    __pydantic_extra__: dict[str, Line]

    ja: Line


class TemplateEntry(Entry):
    """One [[templates]]; fields as of `reports.city.templates.Template`."""

    key: Key
    title: Words
    use: Use
    texts: Texts
    categories: list[Key] = []
    statuses: list[Key] = []


class DepartmentEntry(Entry):
    """One [[departments]]; fields as of `DepartmentCard`."""

    key: Key
    name: Annotated[Words, Field(max_length=LONGEST["name"])]
    name_en: Annotated[Words, Field(max_length=LONGEST["name_en"])]
    inside: bool
    phone: Phone
    contact: Annotated[str, Field(max_length=LONGEST["contact"])] = ""
    url: Annotated[str, Field(max_length=LONGEST["url"])] | None = None
    tell_by: Literal["email", "list"] = "list"
    email: Annotated[str, Field(validate_default=True)] = ""
    silent_days: Annotated[int, Field(ge=1, le=MOST_SILENT_DAYS)] = 10

    @field_validator("url")
    @classmethod
    def _can_be_opened(cls, url: str | None) -> str | None:
        if url and not is_web_address(url):
            raise ValueError(
                "https:// で始まるアドレスが要ります / an address such as https://… is wanted"
            )
        return url

    @field_validator("email")
    @classmethod
    def _can_be_reached(cls, email: str, given: ValidationInfo) -> str:
        if not is_address(email) if email else given.data.get("tell_by") == "email":
            raise ValueError(
                "宛先が要ります(例: road@example.jp) / an address such as road@example.jp is wanted"
            )
        return email


class Centre(Entry):
    """In degrees."""

    lon: Annotated[float, Field(ge=-180, le=180)]
    lat: Annotated[float, Field(ge=-90, le=90)]


class Phones(Entry):
    """Whom residents can call."""

    police: Phone
    road_emergency: Phone
    road_line: Phone
    city_hall: Phone | None = None


class Hours(Entry):
    """As of `OfficeHours`."""

    opens: Clock = OfficeHours().opens
    closes: Clock = OfficeHours().closes

    @model_validator(mode="after")
    def _open_before_closing(self) -> "Hours":
        if self.opens >= self.closes:
            raise ValueError("opens は closes より前です / opens must come before closes")
        return self


class OpenEntry(Entry):
    """What everybody may see: as of `reports.city.opened.Opened`."""

    shown: bool
    after_hours: Annotated[int, Field(ge=0, le=MOST_HOURS)] = USUAL_HOURS
    after_looking: bool = True
    kept_back: list[Key] = []


class CityFile(Entry):
    """city.toml. `strangers_photos`: which photos of others residents see, see `profile`. `open`:
    what everybody may see."""

    key: Key | None = None
    name: Words
    name_en: Words
    note: str | None = None
    note_en: str | None = None
    zoom: Annotated[float, Field(ge=1, le=22)] | None = None
    centre: Centre
    phones: Phones
    office_hours: Hours | None = None
    extra_holidays: list[Day] = []
    keep: Annotated[dict[str, int], AfterValidator(periods.checked)] | None = None
    strangers_photos: Literal["released", "none"] | None = None
    open: OpenEntry | None = None
    open_data: Annotated[dict[str, Any], AfterValidator(months_of_data.checked)] | None = None
