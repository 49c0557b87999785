"""Who signs in."""

import json
import os
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cli.groups import groups
from cli.trouble import refusals_said

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_ROLES: Final = "viewer, crew, contractor, department, staff, administrator"

people = typer.Typer(no_args_is_help=True, help="Who signs in, and what they may do.")
people.add_typer(groups, name="groups")


@people.command()
def administrator(name: str) -> None:
    """Staff of this name say from now on who else may come in, and what they may do."""
    from reports.people.rights import make_administrator
    from store.database import transaction

    with transaction() as db:
        if not make_administrator(db, name):
            raise typer.BadParameter(f"there is nobody of staff called {name!r}")
    print(f"{name}: administrator")


@people.command("list")
def list_people(
    words: Annotated[str, typer.Argument(help="Of their names.")] = "",
    role: Annotated[str, typer.Option(help=f"One of: {_ROLES}.")] = "",
    department: Annotated[str, typer.Option(help="By key.")] = "",
) -> None:
    """Who may come in, was invited, or may not any more: name, role, state, last sign-in, and of
    what they are, with tabs between."""
    from reports.city.clock import local
    from reports.people import directory
    from store.database import transaction

    with transaction() as db:
        found = directory.people(db, words=words, role=role, department=department)
    for one in found:
        last = f"{local(one.last_sign_in_at):%Y-%m-%d %H:%M}" if one.last_sign_in_at else "-"
        whose = one.contractor_key or ",".join(one.department_keys) or "-"
        print(one.name, one.role, one.state, last, whose, one.shown_name, sep="\t")


@people.command()
def invite(
    name: str,
    role: Annotated[str, typer.Option(help=f"One of: {_ROLES}.")],
    department: Annotated[
        list[str] | None, typer.Option(help="A department of theirs, by key; again for more.")
    ] = None,
    contractor: Annotated[str | None, typer.Option(help="Of whose people, by key.")] = None,
    mail: Annotated[str, typer.Option(help="An address that the link is mailed to.")] = "",
) -> None:
    """Print a one-time link by which somebody new sets their name and password within 72 hours."""
    from reports.actions import invite as invitations
    from store.database import transaction

    who = invitations.NewPerson(name, role, department or [], contractor, mail=_address(mail))
    with refusals_said(), transaction() as db:
        _, link = invitations.invite(db, who, None)
    print(link.address)


@people.command()
def reset(
    name: str, mail: Annotated[str, typer.Option(help="An address to mail it to.")] = ""
) -> None:
    """Print a one-time link by which they set a new password; an invitation's link anew."""
    from reports.actions.invite import give_link
    from store.database import transaction

    with refusals_said(), transaction() as db:
        link = give_link(db, _id_of(db, name), None, _address(mail))
    print(link.address)


@people.command()
def disable(name: str) -> None:
    """Nobody signs in with this name any more; open tickets in their charge are free again."""
    disable_user(name)


@people.command()
def enable(name: str) -> None:
    """They may come in again, with the password that they had."""
    from reports.actions.disable import enable as enable_person
    from store.database import transaction

    with transaction() as db:
        if not enable_person(db, name):
            raise typer.BadParameter(f"nobody called {name!r} has been here before")
    print(f"{name}: enabled")


@people.command()
def role(
    name: str,
    role: Annotated[str, typer.Argument(help=f"One of: {_ROLES}.")],
    department: Annotated[
        list[str] | None, typer.Option(help="A department of theirs, by key; again for more.")
    ] = None,
    contractor: Annotated[str | None, typer.Option(help="Of whose people, by key.")] = None,
) -> None:
    """They have another role, or other departments, from now on."""
    from reports.actions.appoint import Post, appoint
    from reports.actions.disable import release
    from reports.people.keys import stopped_with
    from store.database import transaction

    with refusals_said(), transaction() as db:
        user_id = _id_of(db, name)
        appoint(db, user_id, Post(role, department or [], contractor), None)
        stopped = stopped_with(db, user_id)
    _say_stopped(stopped)
    with transaction() as db:
        print(f"{name}: {role}; {release(db, user_id)} open tickets are in nobody's charge now")


@people.command("reset-second")
def reset_second_factor(name: str) -> None:
    """Their app, passkeys and recovery codes are gone, and they are signed out; by their password
    they come in and set up new ones."""
    from reports.actions.reset_second import reset_second
    from store.database import transaction

    with refusals_said(), transaction() as db:
        reset_second(db, _id_of(db, name), None)
    print(f"{name}: no second factor")


@people.command("release-link")
def release_provider_link(name: str) -> None:
    """The city's provider knows them no more, and they are signed out; another account can be
    joined to whom it meant."""
    from reports.actions.release_link import release_link
    from store.database import transaction

    with refusals_said(), transaction() as db:
        release_link(db, _id_of(db, name), None)
    print(f"{name}: no link to the provider")


def add_user(
    name: str,
    role: Annotated[str, typer.Option(help=f"One of: {_ROLES}.")],
    shown_name: Annotated[str, typer.Option(help="The name that history shows.")],
    password: Annotated[
        str | None,
        typer.Option(help="Others see it here: leave it out, and be asked, or pipe it in."),
    ] = None,
    department: Annotated[
        list[str] | None, typer.Option(help="A department of theirs, by key; again for more.")
    ] = None,
    contractor: Annotated[str | None, typer.Option(help="Of whose people, by key.")] = None,
) -> None:
    """Make a sign-in, or change the one of this name; the password is asked for, or read from
    standard input where that is no terminal."""
    from reports.people.accounts import create_user
    from settings import needed
    from store.database import transaction

    needed("database_url")  # what is wrong is said before anything is asked
    secret = _password(password)
    with refusals_said(), transaction() as db:
        create_user(
            db,
            name=name,
            shown_name=shown_name,
            password=secret,
            role=role,
            further=department or [],
            contractor_key=contractor,
        )


def disable_user(name: str) -> None:
    """Nobody signs in with this name any more; open tickets in their charge are free again."""
    from reports.actions.disable import disable, release
    from reports.people.keys import stopped_with
    from store.database import transaction

    with refusals_said(), transaction() as db:
        user_id = disable(db, name)
        stopped = stopped_with(db, user_id) if user_id is not None else []
    if user_id is None:
        raise typer.BadParameter(f"there is nobody called {name!r}")
    _say_stopped(stopped)
    with transaction() as db:
        print(f"{name}: disabled; {release(db, user_id)} open tickets are in nobody's charge now")


def _say_stopped(names: list[str]) -> None:
    if names:
        typer.echo(
            f"止まった鍵: {', '.join(names)}(michi keys hand-over で引き継げます)"
            " / keys that stopped: see michi keys hand-over",
            err=True,
        )


def _id_of(db: "Session", name: str) -> int:
    from reports.people.accounts import plain_name
    from reports.people.directory import id_of

    found = id_of(db, plain_name(name))
    if found is None:
        raise typer.BadParameter(f"there is nobody called {name!r}")
    return found


def _address(mail: str) -> str:
    from reports.city.departments import is_address
    from reports.outbox.mails import are_sent

    if mail and not is_address(mail):
        raise typer.BadParameter(f"{mail!r} is no mail address")
    if mail and not are_sent():
        raise typer.BadParameter("this installation sends no mails (SMTP_URL, MAIL_FROM)")
    return mail


def _password(given: str | None) -> str:
    """As it was asked for or piped in; on the command line it is taken, with a warning."""
    if given is not None:
        typer.echo(
            "warning: others see a password on the command line, and the shell keeps it; "
            "leave --password out to be asked for it, or pipe it in",
            err=True,
        )
        return given
    if sys.stdin.isatty():
        asked: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        return asked
    return sys.stdin.readline().rstrip("\r\n")


def make_sign_ins(write: Path) -> None:
    """One administrator, one of staff, one of a crew and a token, with their secrets in a new file
    (0600)."""
    from reports.actions.give_key import open_data_key
    from reports.people.accounts import create_user
    from store.database import transaction

    administrator = {"name": "admin", "password": secrets.token_urlsafe(9)}
    staff = {"name": "staff", "password": secrets.token_urlsafe(9)}
    crew = {"name": "crew", "password": secrets.token_urlsafe(9)}
    with transaction() as db:
        create_user(db, **administrator, shown_name="情報管理 担当", role="administrator")
        create_user(db, **staff, shown_name="道路管理課 受付", role="staff")
        create_user(db, **crew, shown_name="道路作業班", role="crew", department_key="road")
        token = open_data_key(db, "local")
        with open(os.open(write, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            made = {"administrator": administrator, "staff": staff, "crew": crew}
            json.dump(made | {"api_token": token}, file, indent=1)
