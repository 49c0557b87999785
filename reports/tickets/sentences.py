"""What happened to a ticket, each line of its history as one Japanese sentence. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from reports.city.calendar import day_words
from reports.tickets import (
    events,
    order_events,
    photo_sentences,
    public_sentences,
    work_events,
)
from reports.tickets.event_kinds import Event
from reports.tickets.read_models import HistoryLine
from reports.tickets.status import status_of
from reports.tickets.words import NOBODY, OUTCOMES, STATUSES, distance, work_words


@dataclass(frozen=True, slots=True)
class Names:
    """Japanese names by key."""

    categories: Mapping[str, str]
    departments: Mapping[str, str]


def happened(
    line: HistoryLine, categories: Mapping[str, str], departments: Mapping[str, str] | None = None
) -> str:
    """One sentence for a line of history. `categories`, `departments`: Japanese names by key."""
    sentence = SENTENCES.get(type(line.event))
    names = Names(categories, departments or {})
    return sentence(line.event, names) if sentence else f"記録: {line.what}"


def _came(photos: int, *, words: bool, place: bool = False) -> str:
    """写真2枚・言葉・場所: what a message from a resident brought with it."""
    brought = (f"写真{photos}枚" if photos else "", "言葉" * words, "場所" * place)
    return "・".join(filter(None, brought))


def _what_came(event: events.Added) -> str:
    return _came(len(event.photo_ids), words=bool(event.remark_ids), place=bool(event.place))


def _added(event: events.Added, _: Names) -> str:
    came = _what_came(event)
    return (
        f"通報した人が{came}を追加しました" if came else "通報した人が追加し、のちに取り消しました"
    )


def _answered(event: events.Answered, _: Names) -> str:
    return f"質問への返事({_what_came(event) or '取り消し済み'})が届きました"


def _joined(event: events.Joined, _: Names) -> str:
    came = _came(event.photos, words=event.words)
    what = "通報した人がもう一度通報しました" if event.again else "同じ場所の通報をまとめました"
    return f"{what}{f'({came})' if came else ''}"


def _routed(event: events.Routed, names: Names) -> str:
    rule = event.why.get("rule")
    by = f"(規則{rule}番)" if rule else ""
    if event.handed:
        return f"担当を決め直しました{by}: {_from_to(event.handed, names)}"
    decided = event.why.get("reason") in (None, "rule") and rule
    return f"担当を振り分けました{by}" if decided else "担当を決められず、担当課未定です"


def _not_ours(event: events.NotOurs, names: Names) -> str:
    before, to = event.handed or events.Handed(None, None)
    said = f"{names.departments.get(before or '', '担当課')}が「担当ではない」と答え"
    if event.stopped:
        return f"{said}、3回目のため、職員が決めることになりました"
    return (
        f"{said}、{names.departments.get(to, 'ほかの課')}に回しました"
        if to
        else f"{said}、{NOBODY}になりました"
    )


def _assigned(event: events.Assigned, names: Names) -> str:
    return f"担当を決めました: {_from_to(event.handed or events.Handed(None, None), names)}"


def _from_to(handed: events.Handed, names: Names) -> str:
    before, after = (names.departments.get(end, "ほかの課") if end else NOBODY for end in handed)
    return f"{before} から {after} へ"


def _put_in_charge(event: events.PutInCharge, _: Names) -> str:
    if event.to is None:
        return f"{event.before or '担当者'}が担当を離れました"
    return f"担当者を{event.to}にしました"


def _promised(event: events.Promised, _: Names) -> str:
    return f"期限を{day_words(event.to)}にしました" if event.to else "期限を変えました"


def _due_again(event: events.DueAgain, _: Names) -> str:
    if event.deadline is None:
        return "職員が決めた期限は過ぎていたため、期限を数え直しました"
    day = day_words(event.deadline)
    if event.stays:
        return f"職員が決めた期限({day})は、まだ先のため、そのままにしました"
    return f"職員が決めた期限は過ぎていたため、期限を数え直して{day}にしました"


def _called_back(event: events.CalledBack, _: Names) -> str:
    return (
        "通報した人に電話で伝えました"
        if event.reached
        else "通報した人に電話しましたが、出ませんでした"
    )


def _mailed(event: events.Mailed, _: Names) -> str:
    return f"{_of(event.department)}に{_mail(event)}を送りました"


def _mail_failed(event: events.MailFailed, _: Names) -> str:
    return f"{_of(event.department)}への{_mail(event)}が届きませんでした"


def _of(department: str) -> str:
    return department or "担当の管理者"


def _mail(event: events.Mailed) -> str:
    return "返事をお願いするメール" if event.kind == "reminder" else "知らせるメール"


def _mailed_again(event: events.MailedAgain, _: Names) -> str:
    return f"{_of(event.department)}に、届かなかったメールをもう一度送ることにしました"


def _told_otherwise(event: events.ToldOtherwise, _: Names) -> str:
    return f"{_of(event.department)}に、メールのほかの方法で知らせました"


def _reminded(event: events.Reminded, _: Names) -> str:
    return f"{_of(event.department)}に、返事をもう一度お願いしました"


def _authority_answered(event: events.AuthorityAnswered, _: Names) -> str:
    return f"{_of(event.department)}から返事がありました"


def _put_off(event: events.PutOff, _: Names) -> str:
    why = "閉庁日が加わった" if event.city_closed else "待っていた"
    return f"{why}{event.days}開庁日だけ、期限を{day_words(event.deadline)}に延ばしました"


def _recategorised(event: events.Recategorised, names: Names) -> str:
    before, after = (names.categories.get(end, "不明") for end in (event.before, event.to))
    return f"種類を「{before}」から「{after}」に変えました"


def _relocated(event: events.Relocated, _: Names) -> str:
    return f"場所を{distance(event.metres)} 動かしました"


def _merged(event: events.Merged, _: Names) -> str:
    return f"受付番号 {event.number or '不明'} をここにまとめました"


def _parted(event: events.Parted, _: Names) -> str:
    return f"受付番号 {event.number or '不明'} を、また別の受付票に分けました"


def _rated(event: events.Rated, _: Names) -> str:
    stars = event.stars
    return f"対応の評価: {'★' * stars}{'☆' * (5 - stars)}(5点中{stars}点)"


def _photo_elsewhere(event: events.PhotoElsewhere, _: Names) -> str:
    return f"写真の撮影場所が、送られた場所から{distance(event.metres)} 離れています"


def _place_said(event: events.PlaceSaid, _: Names) -> str:
    whose = "写真の撮影場所" if event.chosen == "photo" else "送った場所"
    return f"通報した人が、場所は{whose}だと答えました"


def _worked(event: work_events.Worked, _: Names) -> str:
    done = _on_the_phone(event.done_at)
    said = f"作業班の報告: {OUTCOMES.get(event.outcome, event.outcome)}"
    told = [said, work_words(event), f"終わった時刻(作業班の端末) {done}" if done else ""]
    if event.metres:
        why = f"(理由: {event.why_far})" if event.why_far else ""
        told.append(f"写真は受付票の場所から{distance(event.metres)} 離れた所で撮影{why}")
    return "。".join(filter(None, told))


def _on_the_phone(told: str | None) -> str:
    """On that phone's clock."""
    try:
        at = datetime.fromisoformat(told or "")
    except ValueError:
        return ""
    return f"{day_words(at)} {at:%H:%M}"


def _taken_back(event: work_events.TakenBack, _: Names) -> str:
    told = OUTCOMES.get(event.outcome, event.outcome)
    to, back = (STATUSES.get(status_of(one), one) for one in (event.to, event.back))
    return (
        f"作業班が「{told}」と伝え、すぐに取り消しました({to}から{back}へ戻りました)。"
        "通報した人には知らせていません"
    )


def _brought_back(event: work_events.BroughtBack, _: Names) -> str:
    found = OUTCOMES.get(event.outcome, event.outcome)
    return f"作業班が「{found}」と伝えたため、職員が次の担当を決めます"


def _ordered(event: order_events.Ordered, _: Names) -> str:
    return f"作業指示書 {event.order} で {event.contractor} に指示しました"


def _order_item_done(event: order_events.OrderItemDone, _: Names) -> str:
    waits = "。市の確認を待っています" if event.checked else ""
    photos = f"(写真{event.photos}枚)" if event.photos else ""
    return f"作業指示書 {event.order} の作業が終わったと報告がありました{photos}{waits}"


def _of_order(sentence: str) -> Callable[[Any, Names], str]:
    return lambda event, _names: sentence.format(event.order)


def _always(sentence: str) -> Callable[[Any, Names], str]:
    return lambda _event, _names: sentence


def _said(sentence: Callable[[Any], str]) -> Callable[[Any, Names], str]:
    return lambda event, _names: sentence(event)


SENTENCES: Final[Mapping[type[Event], Callable[[Any, Names], str]]] = {
    events.Filed: _always("通報を受け付けました"),
    events.Routed: _routed,
    events.Moved: _always("状態を変えました"),
    events.Joined: _joined,
    events.Added: _added,
    events.Asked: _always("通報した人に質問しました"),
    events.Answered: _answered,
    events.Unanswered: _always("質問に返事がないため、待つのをやめました"),
    events.PutOff: _put_off,
    events.Confirmed: _always("通報した人が「直りました」と答えました"),
    events.Rated: _rated,
    events.Recategorised: _recategorised,
    events.Relocated: _relocated,
    events.NotOurs: _not_ours,
    events.Assigned: _assigned,
    events.PutInCharge: _put_in_charge,
    events.Promised: _promised,
    events.DueAgain: _due_again,
    events.CalledBack: _called_back,
    events.Mailed: _mailed,
    events.MailFailed: _mail_failed,
    events.MailedAgain: _mailed_again,
    events.ToldOtherwise: _told_otherwise,
    events.Reminded: _reminded,
    events.AuthorityAnswered: _authority_answered,
    order_events.Ordered: _ordered,
    order_events.OrderStarted: _of_order("作業指示書 {} の作業に着手しました"),
    order_events.OrderItemDone: _order_item_done,
    order_events.OrderAccepted: _of_order("作業指示書 {} の作業を市が確認しました"),
    order_events.OrderSentBack: _of_order("作業指示書 {} の作業を差し戻しました"),
    order_events.OrderCannot: _of_order("作業指示書 {} の作業はできないと報告がありました"),
    order_events.TakenOut: _of_order("作業指示書 {} から外しました"),
    events.Unsent: _always("通報した人がメッセージを取り消しました。内容は残していません"),
    events.Erased: _always("通報した人の希望により、その人の情報を消しました"),
    events.Merged: _merged,
    events.Parted: _parted,
    events.PhotoElsewhere: _photo_elsewhere,
    events.PlaceSaid: _place_said,
    work_events.Worked: _worked,
    work_events.BroughtBack: _brought_back,
    work_events.TakenBack: _taken_back,
    events.Withdrawn: _always("通報した人のひとりが通報を取り下げました"),
    **{kind: _said(sentence) for kind, sentence in photo_sentences.SENTENCES.items()},
    **{kind: _said(sentence) for kind, sentence in public_sentences.SENTENCES.items()},
}
