"""The audit log: where its chain ends, and whether it is what was written."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    from reports.audit.chain import End
    from reports.audit.verify import Fault

audit = typer.Typer(no_args_is_help=True, help="Who did what, when and from where: is it whole?")

_WRONG: Final = {
    "changed": "row {id} (place {seq}) was changed",
    "removed": "row {id} (place {seq}) was removed",
    "seal removed": "{many} from place {seq} on were removed with their seals",
    "seal changed": "the seal at place {seq} is not the one that was signed",
    "newest removed": "the newest {many}, from place {seq} on, were removed",
    "begin removed": "the oldest {many}, from place {seq} on, were removed and no stone says so",
    "head unsigned": "the head at place {seq} was signed with no key that we know",
    "stone unsigned": "the stone at place {seq} was signed with no key that we know",
    "never sealed": "row {id} has waited for its place for more than five minutes",
    "not the head": "place {seq} (row {id}) has another hash than the one that was given",
}


@audit.command()
def head() -> None:
    """Where the chain ends, as PLACE:HASH: to be kept elsewhere, for `verify --head`."""
    from reports.audit import seal
    from store.database import transaction

    with transaction() as db:
        end = seal.head(db)
    print(f"{end.seq}:{end.hash.hex()}" if end else "0:")


@audit.command()
def verify(
    head: Annotated[
        str, typer.Option(help="PLACE:HASH, as `michi audit head` or the log of the clock told it.")
    ] = "",
) -> None:
    """Reckon the chain again; name each row that was changed or removed, and end with status 1."""
    from reports.audit.verify import may_change, verify
    from store.database import transaction

    expected = _end_in(head) if head else None
    with transaction() as db:
        found = verify(db, expected)
        is_owner = may_change(db)
    for fault in found.faults:
        typer.echo(f"✗ {_words(fault)}", err=True)
    print(f"{found.rows} rows, to place {found.end.seq}; {found.waiting} wait for theirs")
    if is_owner:
        typer.echo("⚠ this role of the database owns the log (docs/audit.md)", err=True)
    if found.faults:
        raise typer.Exit(1)


def _words(fault: "Fault") -> str:
    return _WRONG[fault.wrong].format(id=fault.id, seq=fault.seq, many=fault.many)


def _end_in(told: str) -> "End":
    from reports.audit.chain import End

    seq, _, hash = told.partition(":")
    try:
        end = End(int(seq), bytes.fromhex(hash))
    except ValueError:
        raise typer.BadParameter("--head is PLACE:HASH") from None
    if end.seq < 0 or len(end.hash) not in (0, 32):
        raise typer.BadParameter("--head is PLACE:HASH")
    return end
