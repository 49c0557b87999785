"""The faults: every kind at least once, in lanes that run side by side; all by one seed."""

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

import psutil
import redis
from photo_places import Bucket, Disk
from stage import Stage

from local.machine.stack import Stack
from local.machine.supervision import QUICK

TEN_MINUTES = 600
STARTED_WITHIN, CLOCK_IS_READ_WITHIN = 8.0, 1.5
"""Seconds."""
ALWAYS = 10**9
REPLY_AND_PUSH = "/v2/bot/message/[rp]*"
CONTENT = "/v2/bot/message/*/content"
MOST_AT_REST = 6.0
"""Seconds between two faults of one lane."""

Strike = Callable[[Stage], AbstractContextManager[None]]


@dataclass(frozen=True)
class Kind:
    """A kind of fault, for so many seconds; in a `short` run for so many. `often`: also again."""

    name: str
    lane: str
    seconds: float
    strike: Strike
    short: float | None = None
    often: bool = True


@dataclass(frozen=True)
class Blow:
    """A fault that was: from when to when, in milliseconds since 1970."""

    kind: str
    lane: str
    begun: int
    ended: int


@dataclass
class Storm:
    """What is planned for each lane, and what has been."""

    lanes: dict[str, list[tuple[float, float, Kind]]]
    blows: list[Blow] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return max(sum(rest + held for rest, held, _ in lane) for lane in self.lanes.values())

    @property
    def count(self) -> int:
        """How many faults it has."""
        return sum(map(len, self.lanes.values()))

    def rage(self, stage: Stage, tell: Callable[[str], None]) -> None:
        """All of it; what a lane stumbles over is raised at the end."""
        wrong: list[BaseException] = []
        lanes = [
            threading.Thread(target=self._run, args=(stage, lane, tell, wrong))
            for lane in self.lanes.values()
        ]
        for lane in lanes:
            lane.start()
        for lane in lanes:
            lane.join()
        for trouble in wrong:
            raise trouble

    def _run(
        self,
        stage: Stage,
        lane: Sequence[tuple[float, float, Kind]],
        tell: Callable[[str], None],
        wrong: list[BaseException],
    ) -> None:
        try:
            for rest, held, kind in lane:
                time.sleep(rest)
                tell(f"⚡ {datetime.now(UTC):%H:%M:%S} {kind.name}, {held:.0f} s")
                begun = _now()
                with kind.strike(stage):
                    time.sleep(held)
                self.blows.append(Blow(kind.name, kind.lane, begun, _now()))
        except BaseException as trouble:
            wrong.append(trouble)


def storm(
    seed: int,
    faults: int,
    stage: Stage,
    *,
    seconds: float = 0.0,
    short: bool = False,
    only: str | None = None,
) -> Storm:
    """Every kind that this stage can have, in any order; then others until there are so many,
    spread over so many seconds or as many as they need. `only` of one lane.
    """
    chance = random.Random(seed)
    kinds = [kind for kind in kinds_for(stage) if only in (None, kind.lane)]
    made = Storm({kind.lane: [] for kind in kinds})
    for kind in chance.sample(kinds, len(kinds)):
        _add(made, kind, chance, short)
    often = [kind for kind in kinds if kind.often]
    while made.count < faults:
        lane = min({kind.lane for kind in often}, key=lambda lane: _length(made.lanes[lane]))
        _add(made, chance.choice([kind for kind in often if kind.lane == lane]), chance, short)
    _spread(made, max(made.seconds, seconds))
    return made


def kinds_for(stage: Stage) -> Iterator[Kind]:
    """All kinds of faults that can be had on this stage."""
    yield from _of_the_house(stage.michi.processes)
    yield from _of_line()
    if isinstance(stage.store, Disk):
        yield from _of_the_disk(stage.store)
    else:
        yield from _of_the_bucket(stage.store)
    if not stage.clocks.left_out:
        yield from _of_the_clocks()


def _of_the_house(programs: Sequence[str] | dict[str, int]) -> Iterator[Kind]:
    for name in ("web", "photos", "routing", "messages", "letters", "files", "clock",
                 "postgres", "redis"):  # fmt: skip
        if name in programs:
            yield Kind(f"{name}: kill -9", "house", 3, partial(killed, name=name))
    yield Kind("Redis emptied", "house", 1, emptied)
    yield Kind("web: frozen", "house", 34, partial(frozen, name="web"), often=False)
    yield Kind("messages: frozen", "house", 80, partial(frozen, name="messages"), 40, False)
    yield Kind("routing: frozen", "house", 64, partial(frozen, name="routing"), 20, False)
    yield Kind("clock: frozen", "house", 20, partial(frozen, name="clock"), 10, False)
    yield Kind("postgres: frozen", "house", 8, partial(frozen, name="postgres"))
    yield Kind("redis: frozen", "house", 8, partial(frozen, name="redis"))
    yield Kind("photos: frozen", "photos", 256, partial(frozen, name="photos-2"), 60, False)
    yield Kind("letters: frozen", "letters", 445, partial(frozen, name="letters"), 60, False)


def _of_line() -> Iterator[Kind]:
    said = partial(ordered, path=REPLY_AND_PUSH)
    fetched = partial(ordered, path=CONTENT)
    yield Kind("LINE: too many calls", "line", 8, partial(said, kind="429_rate"))
    yield Kind("LINE: too many to one", "line", 6, partial(said, kind="429_one_user"))
    yield Kind("LINE: 5xx before accepting", "line", 8, partial(said, kind="500_before"))
    yield Kind("LINE: 5xx after accepting", "line", 8, partial(said, kind="500_after"))
    for_long = partial(said, kind="500_before")
    yield Kind("LINE: 5xx until tokens end", "line", 66, for_long, often=False)
    yield Kind("LINE: reset before accepting", "line", 8, partial(said, kind="reset_before"))
    yield Kind("LINE: reset after accepting", "line", 8, partial(said, kind="reset_after"))
    yield Kind("LINE: silence", "line", 14, partial(said, kind="silence"))
    yield Kind("LINE: accepts and is silent", "line", 10, partial(said, kind="latency", ms=8000))
    yield Kind("LINE: slow", "line", 10, partial(said, kind="latency", ms=2500))
    yield Kind("LINE: away", "line", 180, away, 50, False)
    yield Kind("LINE: quota spent", "line", 15, quota_spent, None, False)
    yield Kind("LINE: no photos", "line", 8, partial(fetched, kind="500_before"))
    yield Kind("LINE: slow photos", "line", 8, partial(fetched, kind="latency", ms=3000))
    profile = partial(ordered, path="/v2/bot/profile/*", kind="500_before")
    yield Kind("LINE: no profiles", "line", 6, profile)


def _of_the_disk(disk: Disk) -> Iterator[Kind]:
    yield Kind("store: renamed", "store", 10, lambda _: disk.renamed())
    yield Kind("store: unmounted", "store", 12, lambda _: disk.unmounted())
    if disk.is_mounted:
        yield Kind("store: disk full", "store", 10, lambda _: disk.full())


def _of_the_bucket(bucket: Bucket) -> Iterator[Kind]:
    yield Kind("S3: frozen", "store", 12, lambda _: bucket.frozen())
    yield Kind("S3: frozen for long", "store", 45, lambda _: bucket.frozen(), None, False)


def _of_the_clocks() -> Iterator[Kind]:
    for name in ("web", "messages", "routing", "photos", "clock"):
        for way, seconds in (("ahead", TEN_MINUTES), ("behind", -TEN_MINUTES)):
            put = partial(clock_put, name=name, seconds=seconds)
            if name in ("web", "messages") or way == "ahead":
                yield Kind(f"{name}: clock 10 min {way}", "clocks", 12, put, None, False)


@contextmanager
def killed(stage: Stage, name: str) -> Iterator[None]:
    """With SIGKILL; its keeper starts it again."""
    while name not in stage.michi.processes:
        time.sleep(0.1)
    stage.michi.kill(name)
    yield


def started_anew(stage: Stage, name: str) -> None:
    """It is asked to stop, and its keeper starts it again."""
    with suppress(psutil.NoSuchProcess):  # then it starts just now
        psutil.Process(_pid(stage.michi, name)).terminate()


@contextmanager
def frozen(stage: Stage, name: str) -> Iterator[None]:
    """It and its children stand still (SIGSTOP), with all they have in hand; then go on."""
    parent = psutil.Process(_pid(stage.michi, name))
    parent.suspend()
    family = [parent, *parent.children(recursive=True)]
    for each in family:
        with suppress(psutil.NoSuchProcess):
            each.suspend()
    yield
    for each in family:
        with suppress(psutil.NoSuchProcess):
            each.resume()


@contextmanager
def emptied(stage: Stage) -> Iterator[None]:
    """Redis forgets everything."""
    while True:
        with suppress(redis.RedisError), redis.Redis.from_url(stage.michi.redis_url) as found:
            found.flushall()
            break
        time.sleep(0.2)
    yield


@contextmanager
def ordered(stage: Stage, path: str, kind: str, ms: int = 0) -> Iterator[None]:
    """LINE does this with every call."""
    stage.order("faults", path=path, kind=kind, ms=ms, times=ALWAYS)
    yield
    stage.line.delete("/_platform/faults").raise_for_status()


@contextmanager
def away(stage: Stage) -> Iterator[None]:
    """LINE is away with all its calls: silent at first, then every connection breaks."""
    with ordered(stage, "/v2/", "silence"):
        time.sleep(20)
    with ordered(stage, "/v2/", "reset_before"):
        yield


@contextmanager
def quota_spent(stage: Stage) -> Iterator[None]:
    """No push is left this month; afterwards the city has bought more, which the clock looks up
    every ten minutes only, and when it starts."""
    stage.order("quota", limit=0)
    yield
    stage.order("quota", limit=None)
    with killed(stage, "clock"):
        pass


@contextmanager
def clock_put(stage: Stage, name: str, seconds: int) -> Iterator[None]:
    """This process's clock jumps by ten minutes as it runs, and then back again."""
    with _clock_of_its_own(stage, name):
        stage.clocks.put(name, seconds)
        yield
        stage.clocks.put(name, 0)
        time.sleep(CLOCK_IS_READ_WITHIN)


@contextmanager
def _clock_of_its_own(stage: Stage, name: str) -> Iterator[None]:
    stage.clocks.put(name, 0)
    started_anew(stage, name)
    time.sleep(STARTED_WITHIN)
    yield
    stage.clocks.take_away(name)
    started_anew(stage, name)
    time.sleep(QUICK)  # or its keeper would take it for one that cannot start


def _pid(michi: Stack, name: str) -> int:
    while name not in michi.processes:
        time.sleep(0.1)
    return michi.processes[name]


def _add(made: Storm, kind: Kind, chance: random.Random, short: bool) -> None:
    held = kind.short if short and kind.short is not None else kind.seconds
    made.lanes[kind.lane].append((chance.uniform(1.0, MOST_AT_REST), held, kind))


def _spread(made: Storm, seconds: float) -> None:
    """All lanes last so long, by longer rests."""
    for lane in made.lanes.values():
        held = sum(held for _, held, _ in lane)
        longer = (seconds - held) / sum(rest for rest, _, _ in lane)
        lane[:] = [(rest * longer, held, kind) for rest, held, kind in lane]


def _length(lane: Sequence[tuple[float, float, Kind]]) -> float:
    return sum(rest + held for rest, held, _ in lane)


def _now() -> int:
    return int(time.time() * 1000)
