"""What is held of people: how long, handed out to whoever asks, erased, cleared away."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from reports.privacy.persons import Person

privacy = typer.Typer(
    no_args_is_help=True, help="What is held of people, how long, and whose it is."
)
Who = Annotated[str, typer.Argument(help="A LINE user id, a ticket's number or a phone number.")]
Which = Annotated[
    str, typer.Option(help="Of those that were found, as they are listed: resident:12.")
]


@privacy.command()
def show() -> None:
    """All that is held: period, how many there are, how many are due, with tabs between."""
    from reports.city import periods, profile
    from reports.privacy import words
    from reports.privacy.steps import look
    from store.database import transaction
    from workers.privacy import STEPS

    with transaction() as db:
        keep = periods.said_in(profile.profile(db))
        found = look(db, STEPS, keep, datetime.now(UTC))
    for one in found:
        length = periods.length(keep, one.period)
        print(
            one.key,
            f"keep.{one.period}={length}",
            words.length_words(one.period, length),
            one.held,
            one.due,
            words.HELD[one.key].name,
            sep="\t",
        )


@privacy.command()
def clear(
    look: Annotated[bool, typer.Option(help="Only say what would go.")] = False,
) -> None:
    """Clear away now what is due, as the clock does; say how many of each went."""
    from reports.city import periods, profile
    from reports.privacy.steps import dues
    from store.database import transaction
    from workers.clock import clear_away
    from workers.privacy import STEPS

    now = datetime.now(UTC)
    if look:
        with transaction() as db:
            gone = dues(db, STEPS, periods.said_in(profile.profile(db)), now)
    else:
        gone = clear_away(now)
    for key, many in gone.items():
        print(key, many, sep="\t")


@privacy.command()
def export(
    who: Who,
    to: Annotated[Path | None, typer.Option(help="The new file; usually named by the day.")] = None,
    which: Which = "",
) -> None:
    """Everything that is held about one person, as a ZIP that only its owner reads (0600)."""
    import os

    from reports.privacy import file
    from reports.privacy.disclose import hand_out
    from store.database import transaction
    from workers.privacy import ABOVE

    with _told(), transaction() as db:
        one = _one(who, which)
        told = hand_out(db, ABOVE, one.kind, one.id, None)
    path = to or Path(file.name_of(told.at))
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as made:
        for piece in file.pieces(told):
            made.write(piece)
    print(path)


@privacy.command()
def erase(
    who: Who,
    which: Which = "",
    yes: Annotated[bool, typer.Option(help="It was shown before: do not ask.")] = False,
) -> None:
    """Erase one person as they can themselves in LINE; says first what goes and what stays."""
    from reports.privacy.disclose import look_at
    from reports.privacy.erase_person import erase_person, seal
    from reports.privacy.tables import PLACES
    from store.database import transaction
    from workers.privacy import ABOVE

    one = _one(who, which)
    with _told(), transaction() as db:
        told = look_at(db, ABOVE, one.kind, one.id)
    print(f"{_name(one)}: {', '.join(one.numbers) or '-'}")
    for name, each in told.sections.items():
        print(PLACES[name].erased, name, len(each.rows), each.title, PLACES[name].why, sep="\t")
    print("stays\ttickets", len(one.numbers), "受付票", PLACES["tickets"].why, sep="\t")
    if not yes and not typer.confirm("消去しますか / Erase?"):
        raise typer.Exit(1)
    with _told(), transaction() as db:
        erase_person(db, ABOVE, one.kind, one.id, None, shown=seal(told))
    print("erased")


@contextmanager
def _told() -> Iterator[None]:
    """What cannot be is said in a sentence."""
    from reports.privacy.disclose import NobodyThere
    from reports.privacy.erase_person import ShownOtherwise

    try:
        yield
    except NobodyThere as nobody:
        raise typer.BadParameter("nothing is held of them (any more)") from nobody
    except ShownOtherwise as other:
        raise typer.BadParameter("more has come meanwhile: look again") from other


def _one(who: str, which: str) -> "Person":
    """The one person whom these words mean; several are named, and nothing is done."""
    from reports.privacy.persons import find
    from store.database import transaction

    with transaction() as db:
        found = find(db, who)
    chosen = [one for one in found if not which or _name(one) == which]
    if len(chosen) == 1:
        return chosen[0]
    names = ", ".join(f"{_name(one)} ({', '.join(one.numbers)})" for one in found)
    raise typer.BadParameter(f"say --which: {names}" if found else "nobody was found")


def _name(one: "Person") -> str:
    return f"{one.kind}:{one.id}"
