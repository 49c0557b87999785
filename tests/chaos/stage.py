"""The whole of Michi for the chaos: two of some workers, a store that can go, clocks to turn."""

import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString

import httpx
import psycopg
from clocks import Clocks
from photo_places import Bucket, Disk, a_bucket, a_disk
from psycopg.rows import dict_row

from local.machine.stack import Stack, running
from local.machine.wish import Wish, bare_environment

PROGRAMS: Mapping[str, str] = {
    "web": "michi web",
    "photos": "michi worker photos",
    "photos-2": "michi worker photos",
    "routing": "michi worker routing",
    "messages": "michi worker messages",
    "messages-2": "michi worker messages",
    "letters": "michi worker letters",
    "files": "michi worker files",
    "clock": "michi clock",
}
"""With a second one, what a frozen one has in hand is taken up while it lives on."""
ROUGH = {
    "batch_ms": 150,
    "shuffle": True,
    "duplicates": 0.1,
    "redeliver": True,
    "redeliver_after_ms": 3000,
    "redeliver_times": 2000,
}
"""LINE's usual weather: webhooks together, mixed, doubled, and sent again until they are taken."""
_FRESH = httpx.Limits(max_connections=None, keepalive_expiry=2)
_AWAY = (psycopg.OperationalError, psycopg.InterfaceError)

Row = dict[str, Any]


@dataclass(frozen=True)
class Stage:
    """What everybody plays on; every part of it may be used by many threads."""

    michi: Stack
    line: httpx.Client
    store: Disk | Bucket
    clocks: Clocks
    left_out: list[str] = field(default_factory=list)

    def order(self, what: str, **body: Any) -> Any:
        """One of the LINE platform's control calls."""
        answer = self.line.post(f"/_platform/{what}", json=body).raise_for_status()
        return answer.json() if answer.content else None

    def rows(self, query: LiteralString, **values: Any) -> list[Row]:
        """What the database holds; while it is away, what it will hold."""
        while True:
            try:
                with psycopg.connect(
                    self.michi.database_url,
                    row_factory=dict_row,
                    autocommit=True,
                    connect_timeout=5,
                ) as database:
                    found = database.execute(query, values or None)
                    return found.fetchall() if found.description else []
            except _AWAY:
                time.sleep(0.3)


@contextmanager
def stage(
    folder: Path, seed: int, *, s3: bool = False, programs: Mapping[str, str] | None = None
) -> Iterator[Stage]:
    """A whole Michi on it, photos on a disk or in S3, until the block ends.

    `programs`: others than the usual, by name.
    """
    folder.mkdir(exist_ok=True)
    with ExitStack() as held:
        clocks = Clocks(folder / "clocks")
        place: AbstractContextManager[Disk | Bucket] = a_bucket(folder) if s3 else a_disk(folder)
        store = held.enter_context(place)
        procfile = folder / "Procfile"
        lines = [clocks.line(*each) for each in {**PROGRAMS, **(programs or {})}.items()]
        procfile.write_text("\n".join(lines))
        env = bare_environment() | store.env
        wish = Wish(
            str(folder / "michi"), env, durable=True, throw_away=True, procfile=str(procfile)
        )
        michi = held.enter_context(running(wish))
        line = held.enter_context(httpx.Client(base_url=michi.line_api, timeout=60, limits=_FRESH))
        made = Stage(michi, line, store, clocks, [*clocks.left_out, *store.left_out])
        made.rows(_KEEP_KEYS)
        made.order("delivery", **ROUGH, seed=seed)
        yield made


# A row may get another retry key; whose the former one was cannot be told from the row alone, nor
# who had it in hand before: that is kept to find out why something went wrong.
_KEEP_KEYS: LiteralString = """
    CREATE TABLE retry_keys (retry_key uuid PRIMARY KEY, message_id bigint NOT NULL);
    CREATE FUNCTION keep_retry_key() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO retry_keys VALUES (NEW.retry_key, NEW.id) ON CONFLICT DO NOTHING;
        RETURN NULL;
    END $$;
    CREATE TRIGGER keep_retry_key AFTER INSERT OR UPDATE OF retry_key ON messages
    FOR EACH ROW EXECUTE FUNCTION keep_retry_key();
    CREATE TABLE hands (
        message_id bigint, state text, claim uuid, due_at timestamptz, waits_for text,
        said int, say text, backend int DEFAULT pg_backend_pid(), begun timestamptz DEFAULT now(),
        at timestamptz DEFAULT clock_timestamp()
    );
    CREATE FUNCTION keep_hand() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO hands (message_id, state, claim, due_at, waits_for, said, say)
        SELECT NEW.id, NEW.state, NEW.claim, NEW.due_at, NEW.waits_for,
               NEW.reply_attempts + NEW.push_attempts,
               (SELECT string_agg(said ->> 'say', '+') FROM jsonb_array_elements(NEW.say) AS said);
        RETURN NULL;
    END $$;
    CREATE TRIGGER keep_hand AFTER UPDATE ON messages FOR EACH ROW EXECUTE FUNCTION keep_hand();
    GRANT SELECT, INSERT ON retry_keys, hands TO michi_app;
"""
