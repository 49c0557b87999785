"""Three machines on ports of this one, by the files of docs/running/three-machines.md."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from drill_ground import Ground, block_with, blocks, say, until
from redis import Redis

from local.machine.processes import free_ports
from local.machine.servers.postgis import find_binaries

BOOK = "three-machines.md"
NAMES = ("a", "b", "c")
ADDRESSES = dict(zip(NAMES, ("10.0.0.11", "10.0.0.12", "10.0.0.13"), strict=True))


class Machines:
    """Ports of each part of each machine, and its files with these ports."""

    def __init__(self, ground: Ground) -> None:
        self.ground, self.folder = ground, ground.folder
        self.folder.chmod(0o755)
        ports = iter(free_ports([0] * 11))
        self.postgres = {name: next(ports) for name in NAMES}
        self.redis = {name: next(ports) for name in NAMES}
        self.sentinel = {name: next(ports) for name in NAMES}
        self.bouncer = {name: next(ports) for name in NAMES[:2]}
        self.primary = "a"

    def here(self, words: str) -> str:
        """A file or an address of the book, on this machine's ports."""
        for name, address in ADDRESSES.items():
            for book, port in (
                ("5432", self.postgres), ("6379", self.redis), ("26379", self.sentinel),
            ):  # fmt: skip
                server = rf"{re.escape(address)}(:| port=| ){book}\b"
                words = re.sub(server, rf"127.0.0.1\g<1>{port[name]}", words)
        return re.sub(r"10\.0\.0\.(0/24|1[123])\b", _loopback, words)

    def begin(self) -> None:
        """All servers, in the book's order."""
        self._begin_postgres()
        self._begin_redis()
        self._begin_bouncers()

    def settings(self, machine: str) -> dict[str, str]:
        """Michi's, as the book has them: a's processes go through PgBouncer, b's do not."""
        words = self.here(block_with(BOOK, "TRUSTED_PROXIES=")) + self.here(
            block_with(BOOK, "DATABASE_OWNER_URL=")
        )
        found = dict(line.split("=", 1) for line in words.splitlines())
        found["DATABASE_URL"] = found["DATABASE_URL"].replace(":6432", f":{self.bouncer['a']}")
        if machine == "b":
            found["DATABASE_URL"] = found.pop("DATABASE_DIRECT_URL")
        del found["PHOTO_STORE_URL"]
        return found

    def promote(self, other: str) -> str:
        """What somebody does when the one that is written to is gone: steps 2 to 5 of the book."""
        ahead = {name: self._lsn(name) for name in NAMES if name != self.primary}
        chosen = max(ahead, key=lambda name: ahead[name])
        left = next(name for name in ahead if name != chosen)
        self._say(chosen, "SELECT pg_promote()")
        self._say(left, f"ALTER SYSTEM SET primary_conninfo = '{self._source(chosen, left)}'")
        self._say(left, "SELECT pg_reload_conf()")
        for name in self.bouncer:
            self._lead_bouncer(name, chosen)
        self.primary = chosen
        say(f"    {chosen} is written to now, {left} follows it ({other} is gone)")
        return chosen

    def give_back(self, name: str) -> None:
        """An empty data folder, and a copy of the one that is written to."""
        shutil.rmtree(self.folder / f"postgres-{name}")
        self._copy(name, self.primary)
        until(partial(self.follows, name), 60, f"{name} does not follow")

    def master(self) -> str:
        """Which Redis the Sentinels name; raises while they name none."""
        for port in self.sentinel.values():
            with suppress(Exception):
                asked: Any = Redis(port=port, socket_timeout=1, decode_responses=True)
                found = asked.execute_command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "michi")
                by_port = {str(port): name for name, port in self.redis.items()}
                return by_port[str(found[1])]
        raise LookupError

    def _begin_postgres(self) -> None:
        binaries = find_binaries()
        data = self._data("a")
        how = ("-U", "postgres", "--auth=trust", "--locale=C.UTF-8", "--encoding=UTF8")
        self._as_postgres(binaries / "initdb", "-D", data, *how)
        self._configure("a")
        hba = self.here(block_with(BOOK, "replication  michi_copies"))
        (data / "pg_hba.conf").write_text(f"local all postgres trust\n{hba}")
        self._start("a")
        for statement in block_with(BOOK, "CREATE ROLE michi_copies").split(";\n"):
            if statement.strip():
                self._say("a", statement, waits=False)
        self._say("a", "CREATE EXTENSION postgis", waits=False, database="michi")
        for name in NAMES[1:]:
            self._copy(name, "a")
        for name in NAMES[1:]:
            until(partial(self.follows, name), 60, f"{name} does not follow")

    def _copy(self, name: str, of: str) -> None:
        """By the command of the book."""
        self._data(name).chmod(0o700)
        (command,) = [block for block in blocks(BOOK) if block.startswith("pg_basebackup")]
        words = command.partition('"')[0].split()[:-2]  # without -D and -d, which are of here
        program = find_binaries() / words[0]
        whole = [program, *words[1:-1], "-D", self._data(name), "-d", self._source(of, name)]
        self._as_postgres(*whole)
        self._configure(name)
        self._start(name)

    def _configure(self, name: str) -> None:
        words = block_with(BOOK, "synchronous_standby_names").replace("10.0.0.11", "127.0.0.1")
        words = words.replace("port = 5432", f"port = {self.postgres[name]}")
        words += f"unix_socket_directories = '{self.folder}/sockets'\nshared_buffers = 64MB\n"
        file = self._data(name) / "michi.conf"
        file.write_text(words)
        main = self._data(name) / "postgresql.conf"
        line = "include 'michi.conf'\n"
        if not main.read_text().endswith(line):
            main.write_text(main.read_text() + line)
        shutil.chown(file, "postgres")

    def _start(self, name: str) -> None:
        words = (find_binaries() / "postgres", "-D", self._data(name))
        self.ground.begin(f"postgres-{name}", *words, user="postgres", cwd=Path("/"))
        until(lambda: self._say(name, "SELECT 1"), 60, f"postgres-{name} does not answer")

    def _data(self, name: str) -> Path:
        for folder in (self.folder / "sockets", self.folder / f"postgres-{name}"):
            folder.mkdir(exist_ok=True)
            shutil.chown(folder, "postgres")
        return self.folder / f"postgres-{name}"

    def _source(self, of: str, name: str) -> str:
        words = re.search(r'-d "([^"]*)"', "\n".join(blocks(BOOK)))
        assert words is not None
        found = words[1].replace("application_name=b", f"application_name={name}")
        found = found.replace("/var/lib/postgresql/.pgpass", str(self._passwords()))
        return self.here(found.replace(ADDRESSES["a"], ADDRESSES[of]))

    def _passwords(self) -> Path:
        file = self.folder / "pgpass"
        if not file.exists():
            file.write_text(block_with(BOOK, "*:michi_copies:"))
            file.chmod(0o600)
            shutil.chown(file, "postgres")
        return file

    def follows(self, name: str) -> bool:
        """Whether this standby is given what is written."""
        asked = "SELECT application_name FROM pg_stat_replication WHERE state = 'streaming'"
        return (name,) in self._say(self.primary, asked)

    def _lsn(self, name: str) -> int:
        has = "greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())"
        rows = self._say(name, f"SELECT pg_wal_lsn_diff({has}, '0/0')::bigint")
        return int(rows[0][0])

    def _say(
        self, name: str, words: str, *, waits: bool = True, database: str = "postgres"
    ) -> list[Any]:
        at: Mapping[str, Any] = {"host": self.folder / "sockets", "port": self.postgres[name]}
        with psycopg.connect(dbname=database, user="postgres", autocommit=True, **at) as db:
            if not waits:
                db.execute("SET synchronous_commit = local")
            found = db.execute(words)  # type: ignore[call-overload]
            return found.fetchall() if found.description else []

    def _as_postgres(self, *words: object) -> None:
        how = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        argv = [*how, *map(str, words)]
        done = subprocess.run(argv, cwd="/", capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    def _begin_redis(self) -> None:
        for name in NAMES:
            words = self.here(self._of(block_with(BOOK, "masterauth"), name, "6379"))
            if name == "a":
                words = words.replace(f"replicaof 127.0.0.1 {self.redis['a']}\n", "")
            self._begin_of_redis(f"redis-{name}", words)
        for name in NAMES:
            words = self._of(block_with(BOOK, "sentinel monitor"), name, "26379")
            self._begin_of_redis(f"sentinel-{name}", self.here(words), "--sentinel")
        until(lambda: self.master() == "a", 30, "no Sentinel names a Redis")

    def _of(self, words: str, name: str, port: str) -> str:
        """The book's file is a's: this one is another machine's."""
        known = self.redis if port == "6379" else self.sentinel
        return words.replace(f"\nport {port}\n", f"\nport {known[name]}\n")

    def _begin_of_redis(self, name: str, words: str, *more: str) -> None:
        file = self.folder / f"{name}.conf"
        file.write_text(words)
        self.ground.begin(name, "redis-server", file, *more, cwd=self.folder)

    def _begin_bouncers(self) -> None:
        users = self.folder / "userlist.txt"
        users.write_text(block_with(BOOK, '"michi_app" "app-password"'))
        shutil.chown(users, "postgres")
        for name in self.bouncer:
            self._bouncer_file(name, "a")
            words = ("/usr/sbin/pgbouncer", self.folder / f"pgbouncer-{name}.ini")
            self.ground.begin(f"pgbouncer-{name}", *words, user="postgres", cwd=Path("/"))

    def _bouncer_file(self, name: str, to: str) -> None:
        words = block_with(BOOK, "pool_mode = transaction").replace(ADDRESSES["a"], ADDRESSES[to])
        words = self.here(words).replace("port = 6432", f"port = {self.bouncer[name]}")
        words = words.replace("/etc/pgbouncer/userlist.txt", str(self.folder / "userlist.txt"))
        file = self.folder / f"pgbouncer-{name}.ini"
        file.write_text(words)
        shutil.chown(file, "postgres")

    def _lead_bouncer(self, name: str, to: str) -> None:
        self._bouncer_file(name, to)
        words = f"host=127.0.0.1 port={self.bouncer[name]} user=pgbouncer password=admin-password"
        with psycopg.connect(f"{words} dbname=pgbouncer", autocommit=True) as console:
            console.pgconn.exec_(b"RELOAD")


def _loopback(found: re.Match[str]) -> str:
    return "127.0.0.0/8" if found[1] == "0/24" else "127.0.0.1"
