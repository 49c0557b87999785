"""What the groups of the city's sign-in provider give: `michi people groups`."""

from typing import Annotated

import typer

from cli.trouble import refusals_said

groups = typer.Typer(
    no_args_is_help=True, help="What groups of the sign-in provider give everybody of them."
)


@groups.command("list")
def list_groups() -> None:
    """Each group with its role and of what it is, with tabs between."""
    from reports.people import groups as table
    from store.database import transaction

    with transaction() as db:
        found = table.groups(db)
    for one in found:
        whose = one.contractor_key or ",".join(one.department_keys) or "-"
        print(one.name, one.role, whose, sep="\t")


@groups.command("set")
def set_group(
    group: Annotated[str, typer.Argument(help="As the provider's tokens carry it.")],
    role: Annotated[str, typer.Argument(help="As of `michi people invite`.")],
    department: Annotated[
        list[str] | None, typer.Option(help="A department, by key; again for more.")
    ] = None,
    contractor: Annotated[str | None, typer.Option(help="Of whose people, by key.")] = None,
) -> None:
    """Everybody of this group has this role from their next sign-in on."""
    from reports.actions.appoint import Post
    from reports.actions.grant import grant
    from store.database import transaction

    with refusals_said(), transaction() as db:
        grant(db, group, Post(role, department or [], contractor), None)
    print(f"{group}: {role}")


@groups.command("remove")
def remove_group(group: str) -> None:
    """It gives nothing any more; who has no other group is refused at their next sign-in."""
    from reports.actions.grant import take_away
    from store.database import transaction

    with transaction() as db:
        if not take_away(db, group, None):
            raise typer.BadParameter(f"the table has no group {group!r}")
    print(f"{group}: nothing")
