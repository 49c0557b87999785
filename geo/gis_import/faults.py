"""What is wrong with a city's own files: everything at once, by file and by line or row. Pure."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from geo.kinds import BadFile


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that must be mended. `line` of a text or `row` of a list, counted from 1; neither
    where it is about the whole file. `path`: where in a table of values, as keys and places."""

    file: str
    japanese: str
    english: str
    line: int = 0
    row: int = 0
    path: tuple[str | int, ...] = ()

    def __str__(self) -> str:
        where = f", {self.line}行目 / line {self.line}" if self.line else ""
        where = f", {self.row}件目 / row {self.row}" if self.row else where
        return f"{self.file}{where}: {self.japanese} / {self.english}"


def refuse(faults: Iterable[Fault]) -> None:
    """Raises BadFile with a line for each fault, if there is any."""
    if lines := [str(fault) for fault in faults]:
        raise BadFile("\n".join(lines))


@dataclass(slots=True)
class Checks:
    """Checks of several files, one after the other, whichever of them fail."""

    said: list[str] = field(default_factory=list)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Takes note of a BadFile that is raised inside."""
        try:
            yield
        except BadFile as bad:
            self.said.append(str(bad))

    def end(self) -> None:
        """Raises BadFile with all that was noted."""
        if self.said:
            raise BadFile("\n".join(self.said))
