"""Whatever is killed in between, one report becomes one ticket with one answer to each action."""

import pytest
from neighbours import Neighbour, Town, jpeg, quiet_spot, until
from redis import Redis

PHOTOS = """
    SELECT p.state FROM photos p JOIN residents r ON r.id = p.resident_id
    WHERE r.line_user_id = %s
"""
TICKETS = """
    SELECT t.routed_at FROM tickets t JOIN reports o ON o.ticket_id = t.id
    JOIN residents r ON r.id = o.resident_id WHERE r.line_user_id = %s
"""
LEASES_RUN_OUT = "UPDATE tasks SET due_at = now(), handed_at = NULL WHERE finished_at IS NULL"
"""What a killed worker had in hand is anybody's again; without this once its lease is over."""


@pytest.mark.long
def test_killed_programs_and_an_emptied_redis_lose_and_double_nothing(
    town: Town, haruka: Neighbour
) -> None:
    haruka.sends_photos(jpeg(), content={"behaviour": "202", "times": 1})
    for name in sorted(town.michi.processes):
        if name.split("-")[0] in ("photos", "routing", "messages", "clock"):
            town.michi.kill(name)
    with Redis.from_url(town.michi.redis_url) as redis:
        redis.flushall()
    town.database.execute(LEASES_RUN_OUT)
    haruka.hears(1)
    haruka.sends_place(*quiet_spot())
    haruka.says("穴")
    until(lambda: [row["routed_at"] for row in town.rows(TICKETS, haruka.user_id)] != [], 60)
    until(lambda: [row["state"] for row in town.rows(PHOTOS, haruka.user_id)] == ["stored"], 60)
    haruka.hears(3)
    assert haruka.quiet(2) == 3
    assert len(town.rows(TICKETS, haruka.user_id)) == 1
