"""The second step of coming in: /sign-in/second, between the right password and the session.

Who needs a second factor and has none sets one up here, before anything else is theirs.
"""

from typing import Annotated, Final, NamedTuple

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from reports.people import accounts, agents, emergency
from reports.people.models import User
from reports.people.second import factors, passkeys, recovery, steps
from reports.people.second.steps import Step
from store.database import transaction
from web.auth import door
from web.auth.door import Asking, Caller, Opened
from web.auth.plain_forms import posted_plainly, refuse_strangers_form
from web.auth.second import making, ways
from web.auth.throttle import network_of
from web.kit.cookies import give_cookie
from web.kit.errors import NotSignedIn
from web.kit.forms import Posted
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)

COOKIE: Final = "michi_step"
_PATH: Final = "/sign-in"
_OVER: Final = "時間が過ぎたか、もう済んでいます。サインインからやり直してください。"
_NOBODYS: Final = "このパスキーではサインインできません。名前とパスワードでサインインしてください。"
Plain = Annotated[Posted, Depends(posted_plainly)]


class Waiting(NamedTuple):
    """The password was right, and the second step is to come; `secret`: of the cookie."""

    secret: str


def come_in(db: Session, asking: Caller, person: User, next: str = "") -> Opened | Waiting:
    """After a right password, or a link in its place: they are in, where no second step is needed.
    To be followed by `lead_on` after the commit."""
    if factors.of(db, person.id) or factors.are_needed(person.role):
        return Waiting(steps.begin(db, person, next))
    return door.open_to(db, asking, person, next)


def lead_on(come: Opened | Waiting) -> Response:
    """To their page, or to the second step."""
    if isinstance(come, Opened):
        return door.lead_in(come)
    answer = RedirectResponse("/sign-in/second", 303)
    give_cookie(answer, COOKIE, come.secret, seconds=steps.LIFE.total_seconds(), path=_PATH)
    return answer


@router.get("/sign-in/second")
def ask(request: Request) -> Response:
    """Their ways, or how to set one up; without a first step, the sign-in."""
    with transaction() as db:
        step = steps.of(db, _secret(request))
        if step is None:
            return RedirectResponse("/sign-in", 303)
        mine = factors.of(db, step.person.id)
    return _page(step, mine) if mine else _new(request, step)


@router.post("/sign-in/second")
def go_on(request: Request, asking: Asking, form: Plain) -> Response:
    """Fields: proof_way, proof. A right answer opens the session."""
    refuse_strangers_form(request, "/sign-in")
    step, mine = _step_of(request)
    if not mine:
        return _new(request, step)
    opened: list[Opened] = []

    def open_it(db: Session) -> None:
        opened.append(_open(db, request, asking))

    refused = ways.prove(asking, step.person, form.fields, "second", open_it)
    if refused:
        return _page(step, mine, refused=refused, way=form.fields.get("proof_way", ""))
    answer = door.lead_in(opened[0])
    answer.delete_cookie(COOKIE, path=_PATH)
    return answer


@router.get("/sign-in/second/passkey.json")
def to_sign(request: Request) -> Response:
    """What one of their passkeys is to sign."""
    from reports.people.second import signing

    step, _ = _step_of(request)
    with transaction() as db:
        return making.as_json(signing.to_sign(db, "second", step.person.id))


@router.get("/sign-in/second/make.json")
def to_make(request: Request) -> Response:
    """What a first passkey is made of, for who must have a second factor and has none."""
    from reports.people.second import signing

    step, mine = _step_of(request)
    if mine:
        raise NotSignedIn(_OVER)
    with transaction() as db:
        return making.as_json(signing.to_make(db, step.person))


@router.post("/sign-in/second/new")
def set_up(request: Request, asking: Asking, form: Plain) -> Response:
    """Fields: what (app or passkey), secret and code, or passkey and name. They are in with it, and
    see their recovery codes."""
    refuse_strangers_form(request, "/sign-in")
    with transaction() as db:
        step = steps.of(db, _secret(request), lock=True)
        if step is None or factors.of(db, step.person.id):
            raise NotSignedIn(_OVER)
        sentence = making.make(db, step.person.id, form, form.fields.get("what", ""))
        if sentence:
            return _new(request, step, form=form, sentence=sentence)
        codes = recovery.make(db, step.person.id)
        opened = _open(db, request, asking)
    answer = page("auth/second/ready.html", codes=codes, address=opened.address)
    door.give(answer, opened)
    answer.delete_cookie(COOKIE, path=_PATH)
    return answer


@router.get("/sign-in/passkey.json")
def anybodys() -> Response:
    """What a passkey is to sign that lets in without a name and a password."""
    from reports.people.second import signing

    with transaction() as db:
        return making.as_json(signing.to_sign(db, "alone"))


@router.post("/sign-in/passkey")
def by_passkey(request: Request, asking: Asking, form: Plain) -> Response:
    """Fields: proof, next. Both steps in one: the key is had, and has seen who uses it."""
    from reports.people.second import signing

    refuse_strangers_form(request, "/sign-in")
    with transaction() as db:
        user_id = signing.signed_by(db, "alone", form.fields.get("proof", ""))
        person = db.get(User, user_id) if user_id else None
        known = accounts.known_as(db, person.name) if person else None
        come = accounts.as_checked(db, known) if known and emergency.lets_in(db, known) else None
        opened = door.open_to(db, asking, come, form.fields.get("next", "")) if come else None
    outcome = "right" if opened else "wrong"
    ways.log_proof(user_id, "alone", "passkey", outcome, network_of(asking.address))
    if opened is None:
        raise NotSignedIn(_NOBODYS)
    return door.lead_in(opened)


def _open(db: Session, request: Request, asking: Caller) -> Opened:
    """The first step is used up. Raises NotSignedIn where it has been, meanwhile."""
    secret = _secret(request)
    step = steps.of(db, secret, lock=True)
    if step is None:
        raise NotSignedIn(_OVER)
    steps.end(db, secret)
    return door.open_to(db, asking, step.person, step.next)


def _step_of(request: Request) -> tuple[Step, factors.Factors]:
    """Raises NotSignedIn."""
    with transaction() as db:
        step = steps.of(db, _secret(request))
        if step is None:
            raise NotSignedIn(_OVER)
        return step, factors.of(db, step.person.id)


def _secret(request: Request) -> str:
    return request.cookies.get(COOKIE, "")


def _page(
    step: Step, mine: factors.Factors, *, refused: ways.NotProven | None = None, way: str = ""
) -> Response:
    answer = page(
        "auth/second/step.html",
        status=refused.status if refused else 200,
        person=step.person,
        ways=ways.theirs(mine),
        chosen=way,
        sentence=refused.sentence if refused else "",
    )
    answer.headers.update(refused.headers if refused else {})
    return answer


def _new(
    request: Request, step: Step, *, form: Posted | None = None, sentence: str = ""
) -> Response:
    typed = form.fields if form else {}
    return page(
        "auth/second/new.html",
        status=422 if sentence else 200,
        person=step.person,
        app=making.app_for(step.person, typed),
        possible=passkeys.are_possible(),
        key_name=typed.get("name") or agents.in_words(request.headers.get("user-agent", "")),
        what=typed.get("what", ""),
        sentence=sentence,
        longest=passkeys.LONGEST_NAME,
    )
