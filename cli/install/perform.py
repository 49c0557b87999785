"""Steps are taken one after another, each said: done now, or so already; or only shown."""

from collections.abc import Iterable

from cli.install.plan import Part


def perform(parts: Iterable[Part], *, starts: bool = True) -> int:
    """How many steps were taken. What needs services is named where they are not to be asked.

    Raises Failed, OSError.
    """
    taken = 0
    for part in parts:
        print(f"■ {part.title}")
        for step in part.steps:
            first, *_ = step.shown().split("\n")
            if part.needs_services and not starts:
                print(f"  あとで / later: {first}")
            elif step.is_done():
                print(f"  = {first}")
            else:
                print(f"  … {first}", flush=True)
                step.take()
                taken += 1
    return taken


def show(parts: Iterable[Part]) -> None:
    """Every file with all of its content, and every command; `=` where it is so already."""
    for part in parts:
        print(f"■ {part.title}")
        for step in part.steps:
            mark = "=" if step.is_done() else "+"
            lines = step.shown().split("\n")
            print(f"  {mark} {lines[0]}")
            for line in lines[1:]:
                print(f"    {line}")
