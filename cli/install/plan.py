"""The steps by which a city comes onto a machine, in their order."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cli.install import certificate, database, files, given, venv
from cli.install.files import JOURNAL, NGINX_SHARED, filled
from cli.install.given import Settings
from cli.install.layout import CHALLENGES, SETTINGS, STATE, City
from cli.install.machine import Machine, free_port
from cli.install.release import Release
from cli.install.steps import Command, File, Folder, Gone, Link, Step, Waited, succeeds
from cli.install.wishes import Wish

BACKUPS: Final = Path("/var/backups/michi")
_NGINX: Final = Path("/etc/nginx/nginx.conf")
_APT: Final = {"DEBIAN_FRONTEND": "noninteractive"}
_APT_GET: Final = (
    "apt-get",
    "-q",
    "-y",
    "-o",
    "DPkg::Lock::Timeout=300",
    "-o",
    "Acquire::Retries=3",
)


@dataclass(frozen=True)
class Part:
    """Steps that belong together. `needs_services`: PostgreSQL, Redis or systemd is asked."""

    title: str
    steps: list[Step]
    needs_services: bool = False


@dataclass(frozen=True)
class Facts:
    """What a plan is made of."""

    wish: Wish
    machine: Machine
    release: Release
    settings: Settings
    owner_settings: Settings

    @property
    def city(self) -> City:
        return self.wish.city


def facts(wish: Wish, machine: Machine, release: Release) -> Facts:
    """Raises ValueError for settings that are missing, or of which there can be no site."""
    known = given.read(wish.city.settings)
    port = int(known.get("PORT") or free_port(given.ports_taken()))
    settings = given.settings_of(wish.city, known, wish.given, port)
    lacking = [name for name in ("PUBLIC_URL", *given.NEEDED) if not settings.get(name)]
    if lacking:
        raise ValueError(
            f"足りないもの: {'、'.join(lacking)}。--address と --settings で渡してください"
            f" / missing: {', '.join(lacking)}; give them by --address and --settings"
        )
    files.site(wish.city, settings, machine)
    owner = given.owner_settings_of(wish.city, given.read(wish.city.owner_settings))
    return Facts(wish, machine, release, settings, owner)


def plan(of: Facts) -> Iterator[Part]:
    """All parts; each step says by itself whether there is anything to do."""
    city = of.city
    yield Part("システムのパッケージ / system packages", _packages(of.machine))
    yield Part("利用者とフォルダ / user and folders", _user_and_folders(city))
    yield Part("プログラム / the program", venv.steps(of.release, of.machine, city))
    yield Part("設定 / settings", _settings(of))
    yield Part("サービス / services", _services(of))
    yield Part("証明書 / certificate", certificate.steps(of.wish, files.host_of(of.settings)))
    yield Part("入口 / nginx", _proxy(of))
    yield Part("データベースと Redis / database and Redis", _stores(of), needs_services=True)
    yield Part("中身 / schema, city, people", _contents(of), needs_services=True)
    yield Part("開始 / start", _start(of), needs_services=True)


def _packages(machine: Machine) -> list[Step]:
    names = machine.packages

    def are_there() -> bool:
        return succeeds(["dpkg-query", "-W", *names]) and all(
            succeeds(["sh", "-c", f"dpkg-query -Wf '${{Status}}' {name} | grep -q ' installed$'"])
            for name in names
        )

    return [
        Command([*_APT_GET, "update"], are_there, environment=_APT),
        Command(
            [*_APT_GET, "install", "--no-install-recommends", *names],
            are_there,
            environment=_APT,
        ),
    ]  # fmt: skip


def _user_and_folders(city: City) -> list[Step]:
    user = city.user
    return [
        Folder(STATE),
        Folder(SETTINGS),
        Command(
            ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir",
             str(city.state), "--shell", "/usr/sbin/nologin", user],
            lambda: succeeds(["id", user]),
        ),
        Folder(city.state, user, user, 0o750),
        Folder(city.photos, user, user, 0o750),
        Folder(BACKUPS, mode=0o755),
        Folder(BACKUPS / city.name, user, user, 0o700),
    ]  # fmt: skip


def _settings(of: Facts) -> list[Step]:
    city = of.city
    known = given.read(city.settings)
    known_to_owner = given.read(city.owner_settings)
    return [
        File(
            city.settings,
            _kept_words(city.settings, of.settings),
            "root",
            city.user,
            0o640,
            given.shown(of.settings, known),
        ),
        File(
            city.owner_settings,
            _kept_words(city.owner_settings, of.owner_settings),
            mode=0o600,
            shown_as=given.shown(of.owner_settings, known_to_owner),
        ),
        files.command(city),
    ]


def _kept_words(file: Path, settings: Settings) -> str:
    """What somebody wrote there by hand stays, with its comments, where it says the same."""
    if given.read(file) == settings:
        return file.read_text(encoding="utf-8")
    return given.written(settings)


def _services(of: Facts) -> list[Step]:
    return [
        *files.units(of.machine),
        File(Path(JOURNAL), filled("journald.conf")),
        files.redis(of.city, of.settings, of.machine),
    ]


def _proxy(of: Facts) -> list[Step]:
    more = ["sed", "-i", r"s/worker_connections \(512\|768\|1024\);/worker_connections 8192;/"]
    return [
        Folder(CHALLENGES),
        File(Path(NGINX_SHARED), filled("nginx_shared.conf")),
        files.site(of.city, of.settings, of.machine),
        Link(of.city.site_in_use, of.city.site),
        Command([*more, str(_NGINX)], _has_many_connections),
    ]


def _has_many_connections() -> bool:
    """Each visitor takes two; Debian's own file lets a worker have 768."""
    try:
        words = _NGINX.read_text(encoding="utf-8")
    except OSError:
        return False
    return not any(f"worker_connections {few};" in words for few in (512, 768, 1024))


def _stores(of: Facts) -> list[Step]:
    steps: list[Step] = [Command(["systemctl", "daemon-reload"], lambda: _is_applied(of))]
    if not of.machine.had_redis:
        # the package's own server takes commands from everybody on this machine
        steps.append(
            Command(
                ["systemctl", "disable", "--now", "redis-server.service"],
                lambda: not succeeds(["systemctl", "is-enabled", "-q", "redis-server.service"]),
            )
        )
    return [
        *steps,
        _running("postgresql.service"),
        _running(redis_unit(of.city)),
        Command(["systemctl", "restart", redis_unit(of.city)], lambda: _is_applied(of)),
        database.make(of.city, of.settings, of.owner_settings),
    ]


def _contents(of: Facts) -> list[Step]:
    city, folder, name = of.city, of.wish.city_folder, of.wish.administrator
    michi = str(city.command)
    steps: list[Step] = [Command([michi, "migrate"], lambda: _is_migrated(of))]
    if folder:
        steps += _loaded(city, folder.resolve())
    if name:
        invite = [michi, "people", "invite", name, "--role", "administrator"]
        steps.append(Command(invite, lambda: database.holds(city, _ADMINISTRATOR), says=True))
    return steps


def _loaded(city: City, folder: Path) -> list[Step]:
    """Out of a copy that the city's user can read; once, for staff edit it from then on. It lies
    where that user can put nothing in its way, for root makes it."""
    copy = SETTINGS / f".{city.name}.city"
    words = [
        ["cp", "-rT", str(folder), str(copy)],
        ["chown", "-R", f"root:{city.user}", str(copy)],
        ["chmod", "-R", "u=rwX,g=rX,o=", str(copy)],
        [str(city.command), "load-city", str(copy)],
    ]
    loads = [Command(each, lambda: database.holds(city, _CITY), says=True) for each in words]
    return [*loads, Gone(copy)]


def _start(of: Facts) -> list[Step]:
    """Restarted only where files are not those that it was started with."""
    target = of.city.target
    ready = f"http://127.0.0.1:{of.settings['PORT']}/readyz"
    restart: list[Step] = [
        Command(words, lambda: _is_applied(of))
        for words in (
            ["systemctl", "restart", "systemd-journald"],
            ["systemctl", "enable", "-q", *_enabled(of.city)],
            ["nginx", "-t", "-q"],
            ["systemctl", "enable", "-q", "nginx.service"],
            ["systemctl", "reload-or-restart", "nginx.service"],
            ["systemctl", "restart", target],
        )
    ]
    return [
        *restart,
        _running(target),
        Waited(ready, f"systemctl list-units 'michi-*@{of.city.name}.service'"),
        *certificate.asked_for(of.wish, files.host_of(of.settings), lambda: _is_applied(of)),
        File(stamp(of.city), _state(of)),
    ]


def _enabled(city: City) -> list[str]:
    return ["michi.target", city.target, "nginx.service", redis_unit(city)]


def redis_unit(city: City) -> str:
    return f"redis-server@{city.redis}.service"


def _running(unit: str) -> Command:
    return Command(
        ["systemctl", "start", unit], lambda: succeeds(["systemctl", "is-active", "-q", unit])
    )


def _is_migrated(of: Facts) -> bool:
    needed = venv.newest_migration(of.release)
    query = f"SELECT 1 FROM alembic_version WHERE version_num >= '{needed}'"
    has_store = of.settings["PHOTO_STORE_URL"].startswith("file://") is False
    has_store = has_store or (of.city.photos / "michi-photo-store").exists()
    return bool(needed) and has_store and database.holds(of.city, query)


def stamp(city: City) -> Path:
    """What of our files the running services have read."""
    return SETTINGS / f".{city.name}.applied"


def _is_applied(of: Facts) -> bool:
    try:
        return stamp(of.city).read_text(encoding="ascii") == _state(of)
    except OSError:
        return False


def _state(of: Facts) -> str:
    whole = hashlib.sha256(str(of.release.place).encode())
    of_city = of.city
    paths = [one.path for one in (*_services(of), *_proxy(of)) if isinstance(one, File)]
    for path in (*paths, of_city.settings, of_city.certificates / "fullchain.pem"):
        whole.update(path.read_bytes() if path.exists() else b"-")
    return whole.hexdigest() + "\n"


_CITY: Final = "SELECT 1 FROM city"
_ADMINISTRATOR: Final = "SELECT 1 FROM users WHERE role = 'administrator'"
