"""TLS: somebody's own certificate, one from a certificate authority by ACME, or, until there is
either, one that this machine signs itself, so that nginx can begin."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from cli.install.layout import CHALLENGES, City
from cli.install.steps import Command, File, Folder, Link, Step
from cli.install.wishes import Wish

_LIVE: Final = Path("/etc/letsencrypt/live")
_RENEWED: Final = Path("/etc/letsencrypt/renewal")
_CHAIN, _KEY = "fullchain.pem", "privkey.pem"


def steps(wish: Wish, host: str) -> list[Step]:
    """Raises OSError where the files that were given cannot be read."""
    folder = wish.city.certificates
    made: list[Step] = [Folder(folder, mode=0o700)]
    if wish.certificate and wish.key:
        chain, key = (file.read_text(encoding="ascii") for file in (wish.certificate, wish.key))
        return [
            *made,
            File(folder / _CHAIN, chain, shown_as=f"({wish.certificate})"),
            File(folder / _KEY, key, mode=0o600, shown_as="***"),
        ]
    return [*made, _signed_by_itself(folder, host)]


def asked_for(wish: Wish, host: str, is_in_use: Callable[[], bool]) -> list[Step]:
    """By ACME, once nginx answers; certbot's own timer renews it. `is_in_use`: whether nginx has
    read what there is."""
    if not wish.acme_mail:
        return []
    live, folder = _LIVE / host, wish.city.certificates
    server = ["--server", wish.acme_server] if wish.acme_server else []
    words = ["certbot", "certonly", "--webroot", "-w", str(CHALLENGES), "-d", host, "-n",
             "--agree-tos", "-m", wish.acme_mail, *server,
             "--deploy-hook", "systemctl reload nginx"]  # fmt: skip
    return [
        Command(words, lambda: (live / _CHAIN).exists()),
        Link(folder / _CHAIN, live / _CHAIN),
        Link(folder / _KEY, live / _KEY),
        Command(["systemctl", "reload", "nginx"], is_in_use),
    ]


def let_go(city: City) -> list[Step]:
    """One that was asked for here is renewed no more: without its site that fails every day."""
    chain = city.certificates / _CHAIN
    live = chain.readlink().parent if chain.is_symlink() else Path()
    if live.parent != _LIVE:
        return []
    words = ["certbot", "delete", "-n", "--cert-name", live.name]
    return [Command(words, lambda: not _is_asked_for_here(_RENEWED / f"{live.name}.conf"))]


def _is_asked_for_here(renewal: Path) -> bool:
    return renewal.exists() and str(CHALLENGES) in renewal.read_text(encoding="utf-8")


def is_own(city: City) -> bool:
    """Whether what nginx has is still the one that this machine signed itself."""
    return (city.certificates / _BY_ITSELF).exists() and not _is_other(city)


def _is_other(city: City) -> bool:
    chain, mine = city.certificates / _CHAIN, city.certificates / _BY_ITSELF
    return chain.read_bytes() != mine.read_bytes()


_BY_ITSELF: Final = "of-this-machine.pem"


def _signed_by_itself(folder: Path, host: str) -> Command:
    mine, chain, key = (str(folder / name) for name in (_BY_ITSELF, _CHAIN, _KEY))
    script = (
        "umask 077; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
        f" -days 3650 -subj /CN={host} -addext subjectAltName=DNS:{host}"
        f" -keyout {key} -out {mine} 2>&1"
        f" && cp {mine} {chain}"
    )
    return Command(["sh", "-c", script], lambda: (folder / _CHAIN).exists())
