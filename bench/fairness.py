"""How long somebody waits to be heard beside one person who has sent very much.

    python -m bench.fairness [rounds]

In each round FLOOD events of one person come in one webhook body. When some of them are heard
already, one event of somebody else comes in a body of its own. Told are the seconds from keeping
that event to its answer, and from keeping the flood to the last of its answers; for comparison, the
same of one event with nobody beside it. Ends with an error when the other person waits for more
than LIMIT of the time that the flood takes.
"""

import json
import sys
import threading
import time
import uuid
from collections.abc import Callable
from itertools import count
from typing import Any, Final

from sqlalchemy import text

from bench.ground import ground
from bench.rounds import Samples, report
from bot.hearing import hear_everything
from bot.webhook import keep, rows_of
from store.database import transaction

LIMIT: Final = 0.05
FLOOD: Final = 2_500
SOME: Final = 100
_ANSWERS: Final = text("SELECT count(*) FROM messages WHERE recipient = :who")
_number = count(1)
_BEGAN: Final = int(time.time() * 1000)


def main(rounds: int = 3) -> int:
    samples: Samples = {"the flood": [], "somebody beside it": [], "somebody alone": []}
    with ground(durable=True):
        for _ in range(rounds):
            samples["somebody alone"].append(_heard_after(_one_event))
            flood, beside = _beside_a_flood()
            samples["the flood"].append(flood)
            samples["somebody beside it"].append(beside)
    title = f"until all is answered, {FLOOD} events of one person beside one of another"
    kept = report(title, samples, "the flood", {"somebody beside it": LIMIT}, unit="s", scale=1)
    return 0 if kept else 1


def _beside_a_flood() -> tuple[float, float]:
    flooder = _somebody()
    began = time.perf_counter()
    _arrive(*[_event(flooder) for _ in range(FLOOD)])
    ear = threading.Thread(target=hear_everything)
    ear.start()
    _wait_for(flooder, SOME)
    beside = _one_event()
    ear.join()
    hear_everything()
    _wait_for(flooder, FLOOD)
    return time.perf_counter() - began, beside


def _one_event() -> float:
    """Seconds until somebody new is answered, whoever hears them."""
    who, began = _somebody(), time.perf_counter()
    _arrive(_event(who))
    _wait_for(who, 1)
    return time.perf_counter() - began


def _heard_after(arrives: Callable[[], float]) -> float:
    """With an ear that listens as web's does."""
    stop = threading.Event()

    def listen() -> None:
        while not stop.is_set():
            if not hear_everything():
                time.sleep(0.005)

    ear = threading.Thread(target=listen)
    ear.start()
    try:
        return arrives()
    finally:
        stop.set()
        ear.join()


def _wait_for(who: str, answers: int) -> None:
    while True:
        with transaction() as db:
            if (db.scalar(_ANSWERS, {"who": who}) or 0) >= answers:
                return
        time.sleep(0.01)


def _somebody() -> str:
    return f"U{uuid.uuid4().hex}"


def _arrive(*events: dict[str, Any]) -> None:
    keep(rows_of(json.dumps({"events": events}).encode()))


def _event(who: str) -> dict[str, Any]:
    number = next(_number)
    return {
        "type": "message",
        "message": {"type": "text", "id": str(10**17 + number), "text": "状況"},
        "webhookEventId": f"01{uuid.uuid4().hex[:24].upper()}",
        "deliveryContext": {"isRedelivery": False},
        "timestamp": _BEGAN + number,
        "source": {"type": "user", "userId": who},
        "replyToken": uuid.uuid4().hex,
        "mode": "active",
    }


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
