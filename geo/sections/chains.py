"""Pieces of roads between crossings become sections: joined where nothing crosses, short ones with
their neighbour, long ones in equal parts. Pure.

A piece is a run of one line between two nodes; a node is where ends and crossings lie within a few
metres of each other. Lengths in metres.
"""

import heapq
import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

SHORT_M: Final = 20.0
"""Shorter than that is no section of its own, where its road goes on."""
LONG_M: Final = 300.0
"""Longer than that is cut in equal parts."""


class Cut(NamedTuple):
    """Where a line meets others, or ends: `at` is the share of its length, 0 to 1."""

    line: int
    at: float
    node: int


class Line(NamedTuple):
    """`road`: what is the same for all lines of one road. `named`: whether that is a name, by which
    a road is known beyond a crossing; `row`: the row that the line came from."""

    metres: float
    road: Hashable
    named: bool
    row: int


class Run(NamedTuple):
    """A part of a line, from one share of its length to another; backwards if `begin` > `end`."""

    line: int
    begin: float
    end: float


@dataclass(slots=True, eq=False)
class Chain:
    """Runs one behind the other, from node `a` to node `b`; None where a long road was cut."""

    runs: list[Run]
    a: int | None
    b: int | None
    metres: float

    def turned(self) -> "Chain":
        runs = [Run(run.line, run.end, run.begin) for run in reversed(self.runs)]
        return Chain(runs, self.b, self.a, self.metres)


def chains(lines: Sequence[Line], cuts: Iterable[Cut]) -> list[Chain]:
    """The sections. `cuts`: of each line at least its two ends, at 0 and 1."""
    net = _Net(lines, _pieces(lines, cuts))
    net.join_where_nothing_crosses()
    net.join_short_ones()
    order = sorted(net.chains, key=_place)
    return [part for chain in order for part in _parts(chain, lines)]


def _pieces(lines: Sequence[Line], cuts: Iterable[Cut]) -> Iterator[Chain]:
    of_line: defaultdict[int, list[Cut]] = defaultdict(list)
    for cut in cuts:
        of_line[cut.line].append(cut)
    for number, each in sorted(of_line.items()):
        marks = _marks(sorted(each, key=lambda cut: cut.at))
        for begin, end in pairwise(marks):
            metres = (end.at - begin.at) * lines[number].metres
            yield Chain([Run(number, begin.at, end.at)], begin.node, end.node, metres)


def _marks(cuts: Sequence[Cut]) -> list[Cut]:
    """Each node once where it is met; the line's ends always."""
    first, last = cuts[0], cuts[-1]
    marks = [first]
    for cut in cuts[1:-1]:
        if cut.node != marks[-1].node and first.at < cut.at < last.at:
            marks.append(cut)
    if len(marks) > 1 and marks[-1].node == last.node:
        marks.pop()
    return [*marks, last]


class _Net:
    def __init__(self, lines: Sequence[Line], pieces: Iterable[Chain]) -> None:
        self.lines = lines
        self.at: defaultdict[int, list[Chain]] = defaultdict(list)
        self.chains: set[Chain] = set()
        for piece in pieces:
            self._put(piece)

    def join_where_nothing_crosses(self) -> None:
        """Two ends of one road at a node and no third one: the road only goes on."""
        for node in sorted(self.at):
            if len(self.at[node]) == 2:
                one, other = self.at[node]
                if one is not other and self._road(one, node) == self._road(other, node):
                    self._join(one, other, node)

    def join_short_ones(self) -> None:
        """The shortest first, with the shorter of its road's neighbours."""
        waiting = [(*_order(chain), turn, chain) for turn, chain in enumerate(self._short())]
        heapq.heapify(waiting)
        turn = len(waiting)
        while waiting:
            chain = heapq.heappop(waiting)[-1]
            found = self._neighbours(chain) if chain in self.chains else []
            if not found:
                continue
            other, node = min(found, key=lambda each: (*_order(each[0]), each[1]))
            made = self._join(chain, other, node)
            if made.metres < SHORT_M:
                turn += 1
                heapq.heappush(waiting, (*_order(made), turn, made))

    def _short(self) -> list[Chain]:
        return sorted((one for one in self.chains if one.metres < SHORT_M), key=_order)

    def _neighbours(self, chain: Chain) -> list[tuple[Chain, int]]:
        nodes = [node for node in {chain.a, chain.b} if node is not None]
        return [
            (other, node)
            for node in nodes
            for other in self.at[node]
            if other is not chain and self._goes_on(chain, other, node)
        ]

    def _goes_on(self, one: Chain, other: Chain, node: int) -> bool:
        mine, theirs = (self.lines[_run_at(each, node).line] for each in (one, other))
        return mine.row == theirs.row or (mine.named and mine.road == theirs.road)

    def _road(self, chain: Chain, node: int) -> Hashable:
        return self.lines[_run_at(chain, node).line].road

    def _join(self, one: Chain, other: Chain, node: int) -> Chain:
        for each in (one, other):
            self._take(each)
        one = one if one.b == node else one.turned()
        other = other if other.a == node else other.turned()
        made = Chain([*one.runs, *other.runs], one.a, other.b, one.metres + other.metres)
        self._put(made)
        return made

    def _put(self, chain: Chain) -> None:
        self.chains.add(chain)
        for node in (chain.a, chain.b):
            if node is not None:
                self.at[node].append(chain)

    def _take(self, chain: Chain) -> None:
        self.chains.discard(chain)
        for node in {chain.a, chain.b} - {None}:
            self.at[node or 0] = [each for each in self.at[node or 0] if each is not chain]


def _run_at(chain: Chain, node: int) -> Run:
    return chain.runs[-1] if chain.b == node else chain.runs[0]


def _order(chain: Chain) -> tuple[float, int, float]:
    return (round(chain.metres, 3), *_place(chain))


def _place(chain: Chain) -> tuple[int, float]:
    return min((run.line, min(run.begin, run.end)) for run in chain.runs)


def _parts(chain: Chain, lines: Sequence[Line]) -> Iterator[Chain]:
    """Equal parts of at most LONG_M; what a short neighbour has added does not cut it."""
    many = max(math.ceil((chain.metres - SHORT_M) / LONG_M), 1)
    share, rest = chain.metres / many, list(reversed(chain.runs))
    for turn in range(many):
        runs, wanted = [], share if turn < many - 1 else math.inf
        while rest and wanted > 0:
            run = rest.pop()
            metres = abs(run.end - run.begin) * lines[run.line].metres
            if metres > wanted:
                middle = run.begin + (run.end - run.begin) * wanted / metres
                rest.append(Run(run.line, middle, run.end))
                run, metres = Run(run.line, run.begin, middle), wanted
            runs.append(run)
            wanted -= metres
        a = chain.a if turn == 0 else None
        b = chain.b if turn == many - 1 else None
        if runs:
            yield Chain(runs, a, b, share)
