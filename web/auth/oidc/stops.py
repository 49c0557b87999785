"""Why somebody did not come in by the provider: one table of what they read, and programs get."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from settings import settings
from web.kit.app import is_person
from web.kit.pages import page


class Stop(NamedTuple):
    """`again`: whether another try may go better."""

    status: int
    again: bool
    sentence: str


class Reason(StrEnum):
    """What stopped it, as programs and the log have it."""

    AWAY = "provider_away"
    WRONG = "provider_wrong"
    NO_TRIP = "no_such_sign_in"
    DENIED = "denied_at_provider"
    REFUSED = "refused_by_provider"
    UNTRUE = "token_not_believed"
    NO_ROLE = "no_role"
    STOPPED = "stopped"
    SOMEBODY_ELSE = "somebody_else"
    TAKEN = "belongs_to_another"


class Stopped(Exception):
    """`why`: for the log alone."""

    def __init__(self, reason: Reason, why: str = "") -> None:
        super().__init__(why)
        self.reason, self.why = reason, why


STOPS: Final[Mapping[Reason, Stop]] = {
    Reason.AWAY: Stop(
        503, True, "「{}」の認証サーバーにつながりません。少し待って、もう一度お試しください。"
    ),
    Reason.WRONG: Stop(
        503,
        True,
        "「{}」の認証サーバーとの設定が合っていません。道路の担当課の管理者に知らせてください。",
    ),
    Reason.NO_TRIP: Stop(
        400,
        True,
        "サインインの途中で10分以上たったか、別のブラウザーで続きを開いたため、受け付けられません"
        "でした。もう一度、初めからお試しください。",
    ),
    Reason.DENIED: Stop(403, True, "「{}」の画面で、サインインが取り消されました。"),
    Reason.REFUSED: Stop(
        400, True, "「{}」がこのサインインを受け付けませんでした。もう一度お試しください。"
    ),
    Reason.UNTRUE: Stop(
        400,
        True,
        "「{}」から届いた証明を確かめられませんでした。もう一度お試しください。続くときは、"
        "道路の担当課の管理者に知らせてください。",
    ),
    Reason.NO_ROLE: Stop(
        403,
        False,
        "「{}」では確認できましたが、あなたのグループには、このシステムの役割がありません。"
        "道路の担当課の管理者に、使えるようにするよう頼んでください。",
    ),
    Reason.SOMEBODY_ELSE: Stop(
        403,
        False,
        "いまサインインしている人とは、別の人の「{}」でした。自分のもので、もう一度確かめてください。",
    ),
    Reason.TAKEN: Stop(
        409,
        False,
        "この「{}」は、すでに別のアカウントとつながっています。そのアカウントを使わないときは、"
        "管理者につながりを外してもらってから、もう一度お試しください。",
    ),
    Reason.STOPPED: Stop(
        403, False, "このシステムでの利用が止められています。道路の担当課の管理者にお尋ねください。"
    ),
}


def told(request: Request, reason: Reason, next: str = "") -> Response:
    """A page for people, JSON with the reason for programs."""
    stop, name = STOPS[reason], settings().oidc_name
    sentence = stop.sentence.format(name)
    headers = {"Retry-After": "30"} if stop.status == 503 else {}
    if not is_person(request):
        return JSONResponse({"detail": sentence, "reason": reason}, stop.status, headers)
    answer = page(
        "auth/oidc/stopped.html",
        status=stop.status,
        sentence=sentence,
        reason=reason,
        again=stop.again,
        anew=stop.status == 403 and reason is not Reason.SOMEBODY_ELSE,
        next=next,
        name=name,
    )
    answer.headers.update(headers)
    return answer
