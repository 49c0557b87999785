"""Which programs ask the API, with which keys."""

from typing import Annotated, Final

import typer

from cli.trouble import refusals_said

_SCOPES: Final = "open, personal, write"

keys = typer.Typer(no_args_is_help=True, help="Keys of programs that ask the API.")


@keys.command("list")
def list_keys() -> None:
    """Name, state, scopes, departments, limit per minute, end, last use and from where, and who
    answers for it, with tabs between."""
    from reports.city.clock import local
    from reports.people.keys import keys as all_keys
    from store.database import transaction

    with transaction() as db:
        found = all_keys(db)
    for one in found:
        end, last = (
            f"{local(when):%Y-%m-%d %H:%M}" if when else "-"
            for when in (one.expires_at, one.used_at)
        )
        scopes, departments = ",".join(one.scopes), ",".join(one.departments) or "-"
        print(
            one.name, one.state, scopes, departments, one.per_minute, end, last,
            one.used_from or "-", one.owner or "-", sep="\t",
        )  # fmt: skip


@keys.command()
def new(
    name: str,
    scope: Annotated[list[str], typer.Option(help=f"One of: {_SCOPES}; again for more.")],
    days: Annotated[int, typer.Option(help="It ends after so many days.", min=1, max=731)] = 365,
    department: Annotated[
        list[str] | None,
        typer.Option(help="A department it is limited to, by key; again for more."),
    ] = None,
    per_minute: Annotated[int, typer.Option(help="So many questions a minute.", min=1)] = 300,
) -> None:
    """Print a key for a program; it is shown here alone."""
    from datetime import timedelta

    from reports.actions.give_key import NewKey, give_key
    from reports.city.clock import today
    from reports.people.permissions import Scope
    from store.database import transaction

    with refusals_said(), transaction() as db:
        until = today() + timedelta(days=days)
        wanted = NewKey(name, [Scope(one) for one in scope], until, department or [], per_minute)
        secret = give_key(db, wanted, None)
    print(secret)


@keys.command()
def renew(
    name: str,
    days: Annotated[int, typer.Option(help="It ends after so many days.", min=1, max=731)] = 365,
    former_days: Annotated[
        int, typer.Option(help="So long the one before holds as well.", min=0, max=90)
    ] = 7,
) -> None:
    """Print a new key for a program that has one, which opens the same; the one before holds beside
    it for some days."""
    from datetime import timedelta

    from reports.actions.give_key import renew_key
    from reports.city.clock import local, today
    from store.database import transaction

    with refusals_said(), transaction() as db:
        until = today() + timedelta(days=days)
        secret, ends = renew_key(db, name, until, former_days, None)
    print(secret)
    typer.echo(
        f"前の鍵は {local(ends):%Y-%m-%d %H:%M} まで使えます / the one before holds until then",
        err=True,
    )


@keys.command("hand-over")
def hand_over(
    name: str, person: Annotated[str, typer.Argument(help="An administrator, by name.")]
) -> None:
    """This administrator answers for the key from now on; one that had stopped opens again."""
    from reports.actions.give_key import hand_over_key
    from reports.people.accounts import known_as
    from reports.people.keys import keys as all_keys
    from store.database import transaction

    with refusals_said(), transaction() as db:
        ids = [one.id for one in all_keys(db) if one.name == name]
        if not ids or (to := known_as(db, person)) is None:
            raise typer.BadParameter(f"there is no key {name!r}, or nobody called {person!r}")
        hand_over_key(db, ids[0], to.id, None)
    print(f"{name}: {person}")


@keys.command()
def revoke(name: str) -> None:
    """It opens nothing any more, from now on."""
    from reports.actions.give_key import revoke_key
    from reports.people.keys import keys as all_keys
    from store.database import transaction

    with transaction() as db:
        ids = [one.id for one in all_keys(db) if one.name == name]
        if not (ids and revoke_key(db, ids[0], None)):
            raise typer.BadParameter(f"there is no key called {name!r} that was not revoked")
    print(f"{name}: revoked")


def api_token(name: str) -> None:
    """Print a key of open data without an end for a program, instead of its old one."""
    from reports.actions.give_key import open_data_key
    from store.database import transaction

    with refusals_said(), transaction() as db:
        secret = open_data_key(db, name)
    print(secret)
