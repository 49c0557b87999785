"""One thing to say: how a kind of words is declared, and kept as JSON. Pure.

The kinds themselves: reports/outbox/kinds.py.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import Field, dataclass, field, fields
from typing import Annotated, Any, Final, NamedTuple, TypeVar, dataclass_transform

from pydantic import Field as Within
from typing_extensions import TypedDict  # typing's own is not read by pydantic in Python 3.11

Json = dict[str, Any]
"""`{"say": kind, …fields}`, as a row of `messages` keeps it."""

Id = Annotated[int, Within(ge=0, lt=2**63)]
"""As PostgreSQL's bigint takes it."""


Names = Mapping[str, str]
"""What people call a place, in Japanese ("ja") and in English ("en")."""


class Left(TypedDict):
    """What a report that was begun earlier has, and how many minutes ago that was."""

    photos: int
    place: Names | None
    category: str | None
    minutes: int


class Near(TypedDict):
    """A ticket, and how many metres away it is."""

    id: int
    metres: float


class Road(TypedDict):
    owner: str
    name: str
    name_en: str
    ref: str


class HeldData(TypedDict):
    """What is kept about a person: how many of each, whether a report is begun, their language."""

    reports: int
    photos: int
    remarks: int
    follows: int
    draft: bool
    language: str | None


_Value = TypeVar("_Value")


def personal(without: _Value, *, needed_till_said: bool = False) -> _Value:
    """A field that tells where somebody was; `without` is what stands there once that is taken
    back. `needed_till_said`: what they are about to choose from stays until they have read it."""
    made: Any = field(default=without, metadata={"needed_till_said": needed_till_said})
    value: _Value = made
    return value


def later(without: _Value, *, compare: bool = True) -> _Value:
    """A field that words of an earlier version do not have: kept only where it says something."""
    made: Any = field(default=without, compare=compare, metadata={"later": True})
    value: _Value = made
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """One thing to say, free of language.

    `rides`: it only goes along with an answer to something else.
    """

    rides: bool = later(False, compare=False)


class Kind(NamedTuple):
    """What holds for all words of a kind.

    `messages`: how many LINE messages they are drawn as at most. `at_least_once`: somebody must
    know them or is waited for, so that in doubt they are pushed once more; others then come with
    the next answer. `of_its_moment`: they mean nothing any more once the person has gone on to
    something else. `alone`: nothing is said with them. `crew`: they are said to somebody as a crew
    member, and never with words to a resident.
    """

    name: str
    of: type[Say]
    messages: int = 1
    at_least_once: bool = False
    of_its_moment: bool = False
    alone: bool = False
    crew: bool = False

    def without_places(self, *, said: bool) -> Json:
        """What takes the place of their personal fields; before they are `said`, of fewer."""
        return {
            one.name: one.default
            for one in fields(self.of)
            if "needed_till_said" in one.metadata and (said or not one.metadata["needed_till_said"])
        }


@dataclass(frozen=True, slots=True)
class Unknown(Say):
    """Words of another version, or none at all: left out of what is said, kept as they came."""

    kept: Any

    @property
    def name(self) -> str:
        """The kind that they say they are; "" where they say none."""
        said = self.kept.get("say") if isinstance(self.kept, dict) else None
        return said if isinstance(said, str) else ""


_KINDS: Final[dict[type[Say], Kind]] = {Unknown: Kind("unknown", Unknown, messages=0)}
_Class = TypeVar("_Class", bound=Say)


@dataclass_transform(frozen_default=True, kw_only_default=True)
def kind(name: str, **holds: Any) -> Callable[[type[_Class]], type[_Class]]:
    """The class is a kind of words, of which this `holds` (see `Kind`)."""

    def declare(of: type[_Class]) -> type[_Class]:
        made = dataclass(frozen=True, slots=True, kw_only=True)(of)
        _KINDS[made] = Kind(name, made, **holds)
        return made

    return declare


def declared() -> Sequence[Kind]:
    """All kinds so far, without the unknown."""
    return [kind for of, kind in _KINDS.items() if of is not Unknown]


def draft_of(say: Say) -> str | None:
    """The key of the draft that its buttons belong to; None for words without any of a draft."""
    draft: str | None = getattr(say, "draft", None)
    return draft or None


def name_of(kind: type[Say]) -> str:
    """As `say` in the JSON."""
    return _KINDS[kind].name


def kind_of(say: Say) -> Kind:
    """What holds for all words of its kind."""
    return _KINDS[type(say)]


def to_json(say: Say) -> Json:
    """As a row of `messages` keeps it."""
    if isinstance(say, Unknown):
        kept: Json = say.kept
        return kept
    kept = {one.name: getattr(say, one.name) for one in fields(say) if _is_kept(say, one)}
    return {"say": kind_of(say).name, **kept}


def _is_kept(say: Say, of: Field[Any]) -> bool:
    return "later" not in of.metadata or getattr(say, of.name) != of.default
