"""What somebody is to be: the role, the departments or the firm, as the pages' form has them."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy.orm import Session

from reports.actions.appoint import Post
from reports.actions.invite import LONGEST_NAME, Refused
from reports.city.contractors import contractors
from reports.city.departments import is_address
from reports.outbox import mails
from reports.people import colleagues
from reports.people.permissions import Role
from reports.people.rights import OF_DEPARTMENTS
from web.kit import roles
from web.kit.forms import Posted

_DEPARTMENT: Final = "department-"
_CHOOSE_ROLE: Final = "役割を選んでください。"
_CHOOSE_DEPARTMENT: Final = "担当課を1つ以上選んでください。"
_CHOOSE_FIRM: Final = "請負業者を選んでください。"
_WRONG_MAIL: Final = "メールアドレスは name@example.jp の形で 1 つだけ書いてください。"
_NO_MAIL: Final = "メールを送らない設定です。アドレスを空にして、リンクを手で渡してください。"


def choices(db: Session) -> dict[str, object]:
    return {
        "roles": roles.NAMES,
        "what": roles.WHAT,
        "of_departments": OF_DEPARTMENTS,
        "offices": colleagues.offices(db),
        "firms": contractors(db),
        "sends_mail": mails.are_sent(),
        "longest_name": LONGEST_NAME,
    }


def chosen(typed: Mapping[str, str]) -> dict[str, object]:
    """What the form of a post shows as chosen."""
    return {
        "role": typed.get("role", ""),
        "departments": _departments(typed),
        "contractor": typed.get("contractor", ""),
    }


def post_in(db: Session, form: Posted) -> Post:
    """What was chosen; departments and firm only for the roles that have them. Raises Refused."""
    role = form.fields.get("role", "")
    if role not in roles.NAMES:
        raise Refused(_CHOOSE_ROLE, "role")
    theirs = set(_departments(form.fields))
    keys = [one.department for one in colleagues.offices(db) if one.department in theirs]
    if role in OF_DEPARTMENTS and not keys:
        raise Refused(_CHOOSE_DEPARTMENT, "departments")
    firm = form.fields.get("contractor", "")
    if role == Role.CONTRACTOR and firm not in [one.key for one in contractors(db)]:
        raise Refused(_CHOOSE_FIRM, "contractor")
    departments = [key for key in keys if key] if role != Role.CONTRACTOR else []
    return Post(role, departments, firm if role == Role.CONTRACTOR else None)


def mail_in(form: Posted) -> str:
    """Raises Refused."""
    mail = form.words("mail")
    if mail and not is_address(mail):
        raise Refused(_WRONG_MAIL, "mail" if mails.are_sent() else "")
    if mail and not mails.are_sent():
        raise Refused(_NO_MAIL)
    return mail


def _departments(typed: Mapping[str, str]) -> list[str]:
    return [name.removeprefix(_DEPARTMENT) for name in typed if name.startswith(_DEPARTMENT)]
