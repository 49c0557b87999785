"""The steps by which a city leaves a machine; its data stays, unless it is to go as well."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from cli.install import certificate, database, files
from cli.install.layout import BIN, OPT, SETTINGS, STATE, UNITS, City, cities_here
from cli.install.plan import BACKUPS, Part, redis_unit, stamp
from cli.install.steps import Command, Gone, Step, succeeds


def plan(city: City, *, delete_data: bool) -> Iterator[Part]:
    """What all cities share goes with the last one that runs here."""
    is_last = all(other == city or not other.program.is_symlink() for other in cities_here())
    yield Part("停止 / stop", _stopped(city), needs_services=True)
    if delete_data:
        yield Part("データ / data", _data(city), needs_services=True)
    yield Part("ファイル / files", _files(city, delete_data=delete_data))
    if is_last:
        yield Part("共有のもの / what cities shared", _shared(delete_data=delete_data))
    yield Part("入口 / nginx", _reloaded(is_last=is_last), needs_services=True)


def _stopped(city: City) -> list[Step]:
    timers = [f"michi-{what}@{city.name}.timer" for what in files.TIMED]
    return [
        Command(
            ["systemctl", "disable", "--now", "-q", city.target], lambda: not _is_known(city.target)
        ),
        Command(["systemctl", "stop", f"michi-*@{city.name}.service", *timers]),
        *(
            Command(["systemctl", "disable", "-q", timer], partial(_is_not_known, timer))
            for timer in timers[1:]
        ),
        Command(
            ["systemctl", "disable", "--now", "-q", redis_unit(city)],
            lambda: not city.redis_settings.exists(),
        ),
    ]


def _is_known(unit: str) -> bool:
    return succeeds(["systemctl", "is-enabled", "-q", unit])


def _is_not_known(unit: str) -> bool:
    return not _is_known(unit)


def _data(city: City) -> list[Step]:
    return [
        database.drop(city),
        Gone(city.state),
        Gone(BACKUPS / city.name),
        Gone(city.settings),
        Gone(city.owner_settings),
        *certificate.let_go(city),
        Gone(city.certificates),
    ]


def _files(city: City, *, delete_data: bool) -> list[Step]:
    gone = [city.site_in_use, city.site, city.redis_settings, city.command, city.program]
    logs = sorted(Path("/var/log/nginx").glob(f"michi-{city.name}.*")) if delete_data else []
    steps: list[Step] = [Gone(path) for path in (*gone, stamp(city), *logs)]
    if delete_data:
        user = city.user
        steps.append(Command(["userdel", user], lambda: not succeeds(["id", user])))
    return steps


def _shared(*, delete_data: bool) -> list[Step]:
    names = [*files.SHARED_NAMES, *map(files.unit_name, files.PROCESSES)]
    paths = [UNITS / name for name in names]
    paths += [Path(files.JOURNAL), Path(files.NGINX_SHARED), BIN / "michi", OPT]
    steps: list[Step] = [
        Command(
            ["systemctl", "disable", "-q", "michi.target"],
            lambda: not succeeds(["systemctl", "is-enabled", "-q", "michi.target"]),
        ),
        *map(Gone, paths),
    ]
    if delete_data:
        kept = [SETTINGS / "tls", SETTINGS, STATE / ".acme", STATE, BACKUPS]
        steps += [Gone(path, if_empty=True) for path in kept]
    return steps


def _reloaded(*, is_last: bool) -> list[Step]:
    few = ["sed", "-i", "s/worker_connections 8192;/worker_connections 768;/"]
    steps: list[Step] = [Command([*few, "/etc/nginx/nginx.conf"])] if is_last else []
    return [
        *steps,
        Command(["systemctl", "daemon-reload"]),
        Command(["systemctl", "reset-failed"]),
        Command(["systemctl", "reload", "nginx.service"]),
    ]
