"""Who signs in, and which programs ask the API."""

import json
import os
import secrets
from pathlib import Path
from typing import Annotated

import typer


def add_user(
    name: str,
    role: Annotated[str, typer.Option(help="staff, crew or contractor")],
    shown_name: Annotated[str, typer.Option(help="The name that history shows.")],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
    department: Annotated[str | None, typer.Option(help="A crew's department, by key.")] = None,
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
                department_key=department,
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
    """One of staff, one of a crew and a token, with their secrets in a new file (0600)."""
    from reports.people.accounts import create_api_token, create_user
    from store.database import transaction

    staff = {"name": "staff", "password": secrets.token_urlsafe(9)}
    crew = {"name": "crew", "password": secrets.token_urlsafe(9)}
    with transaction() as db:
        create_user(db, **staff, shown_name="道路管理課 受付", role="staff")
        create_user(db, **crew, shown_name="道路作業班", role="crew", department_key="road")
        token = create_api_token(db, "local")
        with open(os.open(write, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump({"staff": staff, "crew": crew, "api_token": token}, file, indent=1)
