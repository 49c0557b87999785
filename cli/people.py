"""Who signs in, and which programs ask the API."""

import json
import os
import secrets
from pathlib import Path
from typing import Annotated, Final

import typer

_ROLES: Final = "viewer, crew, contractor, department, staff, administrator"

people = typer.Typer(no_args_is_help=True, help="Who signs in, and what they may do.")


@people.command()
def administrator(name: str) -> None:
    """Staff of this name say from now on who else may come in, and what they may do."""
    from reports.people.rights import make_administrator
    from store.database import transaction

    with transaction() as db:
        if not make_administrator(db, name):
            raise typer.BadParameter(f"there is nobody of staff called {name!r}")
    print(f"{name}: administrator")


def add_user(
    name: str,
    role: Annotated[str, typer.Option(help=f"One of: {_ROLES}.")],
    shown_name: Annotated[str, typer.Option(help="The name that history shows.")],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
    department: Annotated[
        list[str] | None, typer.Option(help="A department of theirs, by key; again for more.")
    ] = None,
    contractor: Annotated[str | None, typer.Option(help="Of whose people, by key.")] = None,
) -> None:
    """Make a sign-in, or change the one of this name."""
    from reports.people.accounts import create_user
    from store.database import transaction

    try:
        with transaction() as db:
            create_user(
                db,
                name=name,
                shown_name=shown_name,
                password=password,
                role=role,
                further=department or [],
                contractor_key=contractor,
            )
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from wrong


def disable_user(name: str) -> None:
    """Nobody signs in with this name any more; open tickets in their charge are free again."""
    from reports.actions.disable import disable, release
    from store.database import transaction

    with transaction() as db:
        user_id = disable(db, name)
    if user_id is None:
        raise typer.BadParameter(f"there is nobody called {name!r}")
    with transaction() as db:
        print(f"{name}: disabled; {release(db, user_id)} open tickets are in nobody's charge now")


def api_token(name: str) -> None:
    """Make a token for a program, instead of its old one, and print it."""
    from reports.people.accounts import create_api_token
    from store.database import transaction

    with transaction() as db:
        print(create_api_token(db, name))


def make_sign_ins(write: Path) -> None:
    """One administrator, one of staff, one of a crew and a token, with their secrets in a new file
    (0600)."""
    from reports.people.accounts import create_api_token, create_user
    from store.database import transaction

    administrator = {"name": "admin", "password": secrets.token_urlsafe(9)}
    staff = {"name": "staff", "password": secrets.token_urlsafe(9)}
    crew = {"name": "crew", "password": secrets.token_urlsafe(9)}
    with transaction() as db:
        create_user(db, **administrator, shown_name="情報管理 担当", role="administrator")
        create_user(db, **staff, shown_name="道路管理課 受付", role="staff")
        create_user(db, **crew, shown_name="道路作業班", role="crew", department_key="road")
        token = create_api_token(db, "local")
        with open(os.open(write, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            made = {"administrator": administrator, "staff": staff, "crew": crew}
            json.dump(made | {"api_token": token}, file, indent=1)
