"""Somebody of a crew takes tickets on, or gives them back: several at once, each for itself."""

from dataclasses import dataclass, field
from typing import Final

from reports.actions.admit import CannotReroute
from reports.people.sessions import Visitor
from reports.tickets.numbers import number_in
from web.crew.charge import TAKE, act_of, take_or_give_back
from web.kit.errors import BadInput, NotFound, Overtaken
from web.kit.forms import Posted

MOST: Final = 50
_OF_A_TICKET: Final = "t."


@dataclass(frozen=True)
class Claimed:
    """Numbers with which it is `done`, and those with which it could not be, with why."""

    act: str
    done: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """For whoever pressed."""
        did = "引き受けました" if self.act == TAKE else "返しました"
        so_far = f"{len(self.done)}件を{did}。" if self.done else ""
        why = "".join(f"{number}: {words}" for number, words in self.refused.items())
        return f"{so_far}{len(self.refused)}件はできませんでした。{why}"


def claim(visitor: Visitor, form: Posted) -> Claimed:
    """As of `take_or_give_back`; each ticket is a commit of its own. Raises BadInput."""
    told = Claimed(act_of(form))
    typed = [name.removeprefix(_OF_A_TICKET) for name in form.fields if _is_ticket(name)]
    numbers = [known for one in typed if (known := number_in(one))]
    if not numbers:
        raise BadInput("受付票を選んでから押してください。")
    if len(numbers) > MOST:
        raise BadInput(f"一度に選べるのは {MOST}件までです。")
    for number in sorted(set(numbers)):
        _claim_one(visitor, number, form, told)
    return told


def _claim_one(visitor: Visitor, number: str, form: Posted, told: Claimed) -> None:
    try:
        take_or_give_back(visitor, number, told.act, key=form.key)
        told.done.append(number)
    except (Overtaken, CannotReroute) as refused:
        told.refused[number] = _why(refused)
    except NotFound:
        told.refused[number] = "いまは、この班の受付票ではありません。"


def _is_ticket(name: str) -> bool:
    return name.startswith(_OF_A_TICKET)


def _why(refused: Exception) -> str:
    if isinstance(refused, CannotReroute):
        return "対応が終わっています。"
    return "ほかの人が担当しています。一覧で担当者を確かめてください。"
