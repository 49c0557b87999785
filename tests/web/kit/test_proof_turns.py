"""Photos that are looked at take their turns, in whichever event loop they came."""

import threading
from functools import partial

import anyio
from starlette.responses import Response

from web.kit.proof import in_turn


def test_two_loops_in_one_process_do_not_wait_for_each_other() -> None:
    together = threading.Barrier(2, timeout=20)

    def answer() -> Response:
        together.wait()
        return Response("done")

    def several() -> None:
        async def all_of_them() -> None:
            async with anyio.create_task_group() as group:
                for _ in range(5):
                    group.start_soon(partial(in_turn, [b"photo"], answer))

        anyio.run(all_of_them)

    loops = [threading.Thread(target=several, daemon=True) for _ in range(2)]
    for loop in loops:
        loop.start()
    for loop in loops:
        loop.join(timeout=30)
    assert not any(loop.is_alive() for loop in loops)
