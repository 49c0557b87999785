"""The doctor and what survives a restart: a fault is planted in each, and found."""

import datetime
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

import psycopg
import pytest
from doctors_round import found, set_again
from redis import Redis, RedisError
from rq import SimpleWorker
from rq.serializers import JSONSerializer
from townsfolk import rows

from cli.doctor.asked import Asked, read
from cli.doctor.findings import Level
from cli.doctor.groups import clocks, disk, processes
from cli.doctor.groups.versions import numbers, postgresql
from local.machine.processes import free_ports
from reports.city.clock import today
from reports.records import keys
from store.database import transaction
from store.photo_files import MARKER, marker_of
from workers.worker import QUEUES

RIGHT, WARNING, WRONG = Level.RIGHT, Level.WARNING, Level.WRONG


@pytest.fixture
def asked(database_url: str) -> Asked:
    return read()


@contextmanager
def another_role(url: str, *statements: str) -> Iterator[str]:
    """A role of its own that may use the tables, and what else these statements give or take; the
    address of the database for it."""
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("CREATE ROLE doctors_app LOGIN")
        try:
            owner.execute("GRANT USAGE ON SCHEMA public TO doctors_app")
            tables = "ALL TABLES IN SCHEMA public"
            owner.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO doctors_app")
            owner.execute(
                "REVOKE UPDATE, DELETE ON audit, audit_seals, audit_stones FROM doctors_app"
            )
            for statement in statements:
                owner.execute(statement)
            yield url.replace("//michi@", "//doctors_app@")
        finally:
            owner.execute("DROP OWNED BY doctors_app")
            owner.execute("DROP ROLE doctors_app")


@pytest.mark.parametrize(
    ("statements", "level"),
    [
        ((), RIGHT),
        (("GRANT UPDATE ON audit TO doctors_app",), WRONG),
        (("REVOKE INSERT ON tickets FROM doctors_app",), WRONG),
        (("GRANT michi TO doctors_app",), WARNING),
    ],
)
def test_a_role_that_may_too_much_or_too_little_is_found(
    database_url: str, monkeypatch: pytest.MonkeyPatch, statements: tuple[str, ...], level: Level
) -> None:
    with another_role(database_url, *statements) as url:
        seen = found(set_again(monkeypatch, DATABASE_URL=url), "database.role")["database.role"]
    assert seen.level is level, seen


def test_an_owner_who_does_not_own_is_found(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = set_again(monkeypatch, DATABASE_OWNER_URL=database_url)
    assert found(owner, "database.owner")["database.owner"].level is RIGHT
    with another_role(database_url) as url:
        asked = set_again(monkeypatch, DATABASE_OWNER_URL=url)
        assert found(asked, "database.owner")["database.owner"].level is WRONG
    asked = set_again(monkeypatch, DATABASE_OWNER_URL="postgresql://nobody@127.0.0.1:9/michi")
    assert found(asked, "database.owner")["database.owner"].level is WRONG


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("postgresql://nobody@127.0.0.1:9/michi", "pg_isready"),
        ("postgresql://nobody@nowhere.invalid/michi", "getent hosts nowhere.invalid"),
        ("/michi_none?", "createdb"),
        ("//nobody_at_all@", "createuser"),
    ],
)
def test_a_database_that_is_away_is_told_with_what_to_type(
    database_url: str, monkeypatch: pytest.MonkeyPatch, change: str, says: str
) -> None:
    name = psycopg.conninfo.conninfo_to_dict(database_url)["dbname"]
    url = database_url.replace("//michi@" if "@" in change else f"/{name}?", change)
    asked = set_again(monkeypatch, DATABASE_URL=change if "://" in change else url)
    away = found(asked, "database.connection")["database.connection"]
    assert (away.level, says in away.to_type) == (WRONG, True), away


def test_what_a_database_does_not_keep_or_is_behind_with_is_found(asked: Asked) -> None:
    """The servers of the tests keep nothing over a power cut, and say so."""
    seen = found(asked, "database.connection", "database.promises", "database.extensions",
                 "database.migrations", "database.indexes", "database.size")  # fmt: skip
    levels = {name: each.level for name, each in seen.items()}
    assert levels.pop("database.promises") in (WRONG, WARNING)
    assert set(levels.values()) == {RIGHT}
    rows("UPDATE alembic_version SET version_num = '0044'")
    behind = found(asked, "database.migrations")["database.migrations"]
    assert behind.level is WRONG
    assert behind.details["pending"][0].startswith("0045")
    rows("UPDATE alembic_version SET version_num = '9999'")
    assert found(asked, "database.migrations")["database.migrations"].level is WARNING


@pytest.mark.changes_the_schema
def test_an_index_that_nobody_uses_and_a_missing_extension_are_found(asked: Asked) -> None:
    rows("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_tasks_due'::regclass")
    seen = found(asked, "database.indexes")["database.indexes"]
    assert (seen.level, seen.details["index"]) == (WRONG, "ix_tasks_due")
    rows("DROP EXTENSION postgis CASCADE")
    seen = found(asked, "database.extensions")["database.extensions"]
    assert (seen.level, "CREATE EXTENSION" in seen.to_type) == (WRONG, True)


@pytest.mark.parametrize(
    ("server", "level"),
    [((13, 9), WRONG), ((14, 2), WRONG), ((17, 1), WRONG), ((15, 18), WARNING), ((17, 4), RIGHT)],
)
def test_old_and_bad_versions_are_known(server: tuple[int, ...], level: Level) -> None:
    assert postgresql(server, datetime.date(2028, 1, 1)).level is level


def test_the_versions_of_everything_are_told(asked: Asked) -> None:
    seen = found(asked, "versions.python", "versions.postgresql", "versions.redis")
    assert {"versions.geos", "versions.proj", "versions.postgis", "versions.redis"} <= set(seen)
    assert numbers("3.11.1-CAPI-1.17.1") == (3, 11, 1)


@pytest.fixture(scope="module")
def own_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Redis over TCP, to be spoilt."""
    (port,) = free_ports([0])
    words = ["--port", str(port), "--save", "", "--dir", str(tmp_path_factory.mktemp("redis"))]
    with subprocess.Popen(
        ["redis-server", *words, "--loglevel", "warning"], stdout=subprocess.DEVNULL
    ) as server:
        with Redis(port=port, retry=None) as link:
            answers = False
            while not answers and server.poll() is None:
                with suppress(RedisError):
                    answers = bool(link.ping())
        yield f"127.0.0.1:{port}"
        server.terminate()


REDIS_FAULTS = [
    ([], "redis://{}/0", "redis.strangers", WARNING),
    (["CONFIG SET maxmemory-policy allkeys-lru"], "redis://{}/0", "redis.policy", WRONG),
    (["CONFIG SET maxmemory 900000"], "redis://{}/0", "redis.memory", WRONG),
    (["REPLICAOF 127.0.0.1 9"], "redis://{}/0", "redis.writes", WRONG),
    (["CONFIG SET requirepass aaaa"], "redis://{}/0", "redis.connection", WRONG),
    (["CONFIG SET requirepass aaaa"], "redis://:bbbb@{}/0", "redis.connection", WRONG),
    (["CONFIG SET requirepass aaaa"], "redis://:aaaa@{}/0", "redis.strangers", RIGHT),
    (["ACL SETUSER few on >aaaa ~rq:* +@all -@dangerous"], "redis://few:aaaa@{}/0", "redis.writes",
     WRONG),
    (["ACL SETUSER few on >aaaa ~rq:* +@all -@dangerous"], "redis://few:aaaa@{}/0", "redis.policy",
     WARNING),
    ([], "redis://127.0.0.1:9/0", "redis.connection", WRONG),
]  # fmt: skip
WITH_ITS_POLICY = {"redis.memory": "redis.policy"}


@pytest.mark.usefixtures("database_url")
@pytest.mark.parametrize(("faults", "url", "name", "level"), REDIS_FAULTS)
def test_each_fault_of_redis_is_found(
    own_redis: str, monkeypatch: pytest.MonkeyPatch,
    faults: list[str], url: str, name: str, level: Level,
) -> None:  # fmt: skip
    host, port = own_redis.split(":")
    link = Redis(host, int(port))
    for fault in faults:
        link.execute_command(*fault.split())
    try:
        asked = set_again(monkeypatch, REDIS_URL=url.format(own_redis))
        seen = found(asked, WITH_ITS_POLICY.get(name, name))[name]
        assert seen.level is level, seen
        assert bool(seen.to_type) is (level is not RIGHT)
    finally:
        for mended in ("CONFIG SET requirepass ''", "CONFIG SET maxmemory 0", "REPLICAOF NO ONE",
                       "CONFIG SET maxmemory-policy noeviction", "ACL DELUSER few"):  # fmt: skip
            link.execute_command(*mended.replace("''", "").split(" "))
        link.close()


def test_each_fault_of_the_photo_store_is_found(asked: Asked, tmp_path: Path) -> None:
    names = ("photos.marker", "photos.use", "photos.strangers")
    folder = tmp_path / "photos"
    folder.chmod(0o700)
    assert {each.level for each in found(asked, *names).values()} == {RIGHT}
    assert [file.name for file in folder.rglob("*") if file.is_file()] == [MARKER]
    folder.chmod(0o755)
    assert found(asked, *names)["photos.strangers"].level is WARNING
    (folder / MARKER).write_bytes(marker_of("another's"))
    assert "another Michi" in found(asked, *names)["photos.marker"].en
    (folder / MARKER).unlink()
    assert "findmnt" in found(asked, *names)["photos.marker"].to_type
    rows("DELETE FROM photo_store")
    assert "michi migrate" in found(asked, *names)["photos.marker"].to_type


@pytest.mark.long
@pytest.mark.usefixtures("database_url")
def test_each_fault_of_s3_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    import httpx
    from kept_photos import ID
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    httpx.put(f"http://{host}:{port}/city").raise_for_status()
    names = ("photos.marker", "photos.use")
    aws = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_REGION": "ap-northeast-1",
        "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "PHOTO_STORE_URL": "s3://city/x",
    }  # fmt: skip
    asked = set_again(monkeypatch, **aws)
    assert found(asked, *names)["photos.marker"].level is WRONG
    marker = f"http://{host}:{port}/city/x/{MARKER}"
    httpx.put(marker, content=marker_of(ID)).raise_for_status()
    seen = found(asked, *names, "photos.strangers")
    assert {each.level for each in seen.values()} == {RIGHT}
    public = {"x-amz-acl": "public-read", "Authorization": "AWS a:b"}  # as its owner
    httpx.put(marker, content=marker_of(ID), headers=public).raise_for_status()
    assert found(asked, "photos.strangers")["photos.strangers"].level is WRONG
    asked = set_again(monkeypatch, PHOTO_STORE_URL="s3://none/x")
    assert "no such bucket" in found(asked, "photos.marker")["photos.marker"].en
    server.stop()


def test_little_room_is_found(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("disk.photos", "disk.temporary")
    free = found(asked, *names)["disk.photos"].details["free"]
    monkeypatch.setattr(
        disk, "LITTLE", {"photos": (free * 2, 0), "temporary": (free * 4, free * 3)}
    )
    seen = found(asked, *names)
    assert (seen["disk.photos"].level, seen["disk.temporary"].level) == (WARNING, WRONG)
    monkeypatch.setattr("tempfile.tempdir", "/proc")
    assert found(asked, *names)["disk.temporary"].level is WRONG


@pytest.mark.parametrize(("off", "level"), [(0.0, RIGHT), (9.0, WARNING), (-99.0, WRONG)])
def test_a_clock_that_is_off_is_found(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, off: float, level: Level
) -> None:
    right_time = clocks.time.time
    monkeypatch.setattr(clocks.time, "time", lambda: right_time() + off)
    seen = found(asked, "clock.database", "clock.redis")
    assert {each.level for each in seen.values()} == {level}


def test_who_does_not_run_and_what_waits_is_found(asked: Asked) -> None:
    names = ("processes.web", "processes.photos", "processes.oldest_event")
    seen = found(asked, *names)
    gone = {"processes.web", "processes.clock", *(f"processes.{queue}" for queue in QUEUES)}
    assert {name for name, each in seen.items() if each.level is WRONG} == gone
    redis = Redis.from_url(os.environ["REDIS_URL"])
    workers = [
        SimpleWorker([queue], connection=redis, serializer=JSONSerializer) for queue in QUEUES
    ]
    for worker in workers:
        worker.register_birth()
    url = asked.settings.database_url
    with (
        psycopg.connect(url, application_name="michi web"),
        psycopg.connect(url, application_name="michi clock"),
    ):
        seen = found(asked, *names)
    assert {each.level for each in seen.values()} == {RIGHT}
    assert processes._clock(asked, 1, 99.0).level is WRONG


@pytest.mark.parametrize(
    ("statement", "name", "level"),
    [
        ("INSERT INTO inbox (key, person, occurred_at, raw, received_at)"
         " VALUES ('a', 'U1', now(), '{}', now() - interval '1 hour')", "oldest_event", WRONG),
        ("INSERT INTO tasks (name, queue, args, due_at, created_at) SELECT 'route_ticket',"
         " 'routing', '{}', ago, ago FROM (SELECT now() - interval '5 minutes') AS of (ago)",
         "oldest_task", WARNING),
        ("INSERT INTO tasks (name, queue, args, due_at, finished_at, gave_up_at)"
         " VALUES ('route_ticket', 'routing', '{}', now(), now(), now())", "given_up", WARNING),
    ],
)  # fmt: skip
def test_what_has_waited_for_long_is_found(
    asked: Asked, statement: str, name: str, level: Level
) -> None:
    rows(statement)
    seen = found(asked, "processes.oldest_event")[f"processes.{name}"]
    assert seen.level is level


def test_a_key_of_records_that_nobody_opens_and_papers_that_do_not_come_are_found(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = "papers.record_key", "papers.counted", "papers.monthly"
    rows("INSERT INTO fact_state (id, pass_after) VALUES (1, NULL)"
         " ON CONFLICT (id) DO UPDATE SET pass_after = NULL")  # fmt: skip
    assert {each.level for each in found(asked, *names).values()} == {RIGHT}
    before = token_hex(32)
    first = set_again(monkeypatch, SECRET_KEY=before)
    with transaction() as db:
        keys.change(db)
    assert found(first, names[0])[names[0]].level is RIGHT
    other = set_again(monkeypatch, SECRET_KEY=token_hex(32))
    lost = found(other, names[0])[names[0]]
    assert lost.level is WARNING
    assert "SECRET_KEYS_ALSO" in lost.to_type
    both = set_again(monkeypatch, SECRET_KEYS_ALSO=before)
    assert found(both, names[0])[names[0]].to_type == "michi secrets reseal"
    last = today().replace(day=1) - datetime.timedelta(days=1)
    rows(f"INSERT INTO fact_months (month) VALUES ('{last.replace(year=last.year - 1, day=1)}')")
    rows(f"INSERT INTO monthly_reports (month, state) VALUES ('{last.replace(day=1)}', 'failed')")
    seen = found(both, *names[1:])
    assert {seen[name].level for name in names[1:]} == {WARNING}
