"""What each setting may be: a check gives what was set as it is used, or raises ValueError."""

import ipaddress
import re
from email.utils import getaddresses
from typing import Final
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

from pydantic import SecretStr, ValidationInfo

SHORTEST_KEY: Final = 32
SHORTEST_TOKEN: Final = 16


def one_line(words: str) -> str:
    """Nothing that a file's line ends or blanks around it have left there."""
    if words != words.strip() or not words.isprintable():
        raise ValueError
    return words


def _parts(url: str, *schemes: str) -> SplitResult:
    parts = urlsplit(one_line(url))
    if parts.scheme not in schemes or parts.port == 0:  # .port raises for what is no port
        raise ValueError
    return parts


def whole(url: str, *schemes: str) -> SplitResult:
    """Its parts, of which a bare / ? or # in the password would have cut off the rest."""
    parts = _parts(url, *schemes)
    if "#" in url or "@" in parts.path + parts.query:
        raise ValueError
    return parts


def photo_store(url: str) -> str:
    parts = _parts(url, "file", "s3")
    of_file = not parts.netloc and url.partition(":")[2].startswith("///")
    if not (of_file and parts.path.strip("/") if parts.scheme == "file" else parts.netloc):
        raise ValueError
    return url


def other_store(url: str, info: ValidationInfo) -> str:
    """A place of the same kinds, or none; not the photo store's own, nor in it."""
    if url:
        photos = str(info.data.get("photo_store_url", "")).rstrip("/")
        if f"{photo_store(url).rstrip('/')}/".startswith(f"{photos}/") and photos:
            raise ValueError
    return url


def public_keys(words: str, info: ValidationInfo) -> str:
    """Of age, as age-keygen writes them; needed where backups are made, and never a private one."""
    if bool(words) is not bool(info.data.get("backup_url", words)):
        raise ValueError
    if words and not all(_AGE_KEY.fullmatch(each.strip()) for each in one_line(words).split(",")):
        raise ValueError
    return words


_AGE_KEY: Final = re.compile(r"age1[02-9ac-hj-np-z]{58}")


def keep(words: str) -> str:
    """So many days, weeks and months: 14d 5w 3m."""
    found = KEEP.fullmatch(one_line(words))
    if not found or not int(found[1]):
        raise ValueError
    return words


KEEP: Final = re.compile(r"(\d{1,4})d(?:[ ,]+(\d{1,3})w)?(?:[ ,]+(\d{1,3})m)?", re.ASCII)
USUAL_KEEP: Final = "14d 5w"


def folder(path: str) -> str:
    """An absolute path, or none."""
    if path and (not one_line(path).startswith("/") or not path.strip("/")):
        raise ValueError
    return path


def site(url: str) -> str:
    """As a browser names it: what people typed is compared with what it sends."""
    parts = _parts(url, "http", "https")
    host = (parts.hostname or "").encode("idna").decode()
    is_plain = not (parts.username or parts.query or parts.fragment or parts.path[:2] == "//")
    if not is_plain or not _HOST.fullmatch(host) or " " in url or "?" in url or "#" in url:
        raise ValueError
    shown = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, _PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{shown}{port}{parts.path}"


_PORTS: Final = {"http": 80, "https": 443}
_HOST: Final = re.compile(r"[a-z\d_]([a-z\d_.-]*[a-z\d.])?|[\da-f:.]*:[\da-f:.]*")


def origins(words: str) -> str:
    """Sites as browsers name them, with commas between; "*" is every site, nothing is none."""
    if words in ("", "*"):
        return words
    listed = [site(each.strip()).rstrip("/") for each in one_line(words).split(",")]
    if any(urlsplit(each).path for each in listed):
        raise ValueError
    return ",".join(listed)


def not_overheard(url: str) -> str:
    """A token goes there: https, or http to this machine."""
    parts = urlsplit(url := site(url))
    host = parts.hostname or ""
    if (
        parts.scheme == "http"
        and host != "localhost"
        and not ipaddress.ip_address(host).is_loopback
    ):
        raise ValueError
    return url


def collector(url: str) -> str:
    """Of traces, which say nothing of anybody: by http within the house, too. None where empty."""
    return site(url) if url else ""


def issuer(url: str) -> str:
    """Of the provider, letter by letter as it names itself; nobody must be able to answer in its
    place."""
    if url:
        parts = _parts(url, "http", "https")
        not_overheard(f"{parts.scheme}://{parts.netloc}")
        if parts.query or parts.fragment or " " in url or "/.well-known/" in url:
            raise ValueError
    return url


def of_the_provider(given: str, info: ValidationInfo) -> str:
    """Needed with a provider, and of no use without one."""
    if bool(given) is not bool(info.data.get("oidc_issuer", given)):
        raise ValueError
    return one_line(given)


def secret_of_the_provider(given: SecretStr, info: ValidationInfo) -> SecretStr:
    of_the_provider(given.get_secret_value(), info)
    return secret(given) if given.get_secret_value() else given


def with_a_provider(name: str, info: ValidationInfo) -> str:
    """Whoever else has no password needs another way in."""
    if name and not info.data.get("oidc_issuer", name):
        raise ValueError
    return one_line(name).casefold()


def claim(name: str) -> str:
    """Of a token, or the way to it with dots between."""
    if not all(one_line(name).split(".")):
        raise ValueError
    return name


def scopes(words: str) -> str:
    """With a blank between."""
    if "openid" not in one_line(words).split(" "):
        raise ValueError
    return words


def proxies(words: str) -> str:
    """Addresses and networks, none of which is everybody's; none at all where it is empty."""
    listed = one_line(words).split(",") if words else []
    networks = [ipaddress.ip_network(each.strip()) for each in listed]
    if not all(network.prefixlen for network in networks):
        raise ValueError
    return ",".join(map(str, networks))


def hosts(words: str) -> str:
    """Names of hosts, addresses and networks, none of which is everybody's."""
    listed = [each.strip() for each in one_line(words).split(",")] if words else []
    for each in listed:
        try:
            if not ipaddress.ip_network(each).prefixlen:
                raise ValueError
        except ValueError:
            if "/" in each or not _HOST.fullmatch(each.lower()):
                raise
    return ",".join(listed)


def media_hosts(words: str) -> str:
    """Hosts, or addresses such as http://10.0.0.5:8080, with commas between; none where it is
    empty."""
    listed = [each.strip() for each in one_line(words).split(",")] if words else []
    for each in listed:
        parts = _parts(each if "://" in each else f"https://{each}", "http", "https")
        if not parts.hostname or parts.path or parts.query or parts.fragment or "@" in each:
            raise ValueError
    return ",".join(listed)


def mail_server(url: SecretStr) -> SecretStr:
    if not url.get_secret_value():
        return url
    parts = whole(url.get_secret_value(), "smtp", "smtps")
    if not parts.hostname or parts.path.strip("/") or (parts.password and not parts.username):
        raise ValueError
    if parts.query and set(parse_qs(parts.query)) != {"starttls"}:
        raise ValueError
    return url


def sender(words: str) -> str:
    """One address, with or without a name before it."""
    found = getaddresses([one_line(words)]) if words else [("", "")]
    if words and (len(found) > 1 or is_wrapped(words) or not _ADDRESS.fullmatch(found[0][1])):
        raise ValueError
    return words


_ADDRESS: Final = re.compile(
    r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@[a-z\d]([a-z\d.-]*[a-z\d])?",
    re.ASCII | re.IGNORECASE,
)


def roles(words: str) -> str:
    """Names of roles, with commas between; nobody's where it is empty."""
    listed = [each.strip() for each in one_line(words).split(",")] if words else []
    if not ROLES.issuperset(listed):
        raise ValueError
    return ",".join(listed)


ROLES: Final = frozenset({"viewer", "department", "staff", "administrator", "crew", "contractor"})


def secret(given: SecretStr) -> SecretStr:
    """It goes into headers and signatures just as it is."""
    words = one_line(given.get_secret_value())
    if not words.isascii() or is_wrapped(words):
        raise ValueError
    return given


def hard_to_guess(key: SecretStr) -> SecretStr:
    if len(key.get_secret_value()) < SHORTEST_KEY:
        raise ValueError
    return key


def token_or_none(token: SecretStr) -> SecretStr:
    words = token.get_secret_value()
    if not words:
        return token
    if len(words) < SHORTEST_TOKEN:
        raise ValueError
    return secret(token)


def other_secret(given: SecretStr) -> SecretStr:
    """The same as `secret`, or none."""
    return secret(given) if given.get_secret_value() else given


def other_keys(given: SecretStr) -> SecretStr:
    """Keys with commas between, each as SECRET_KEY may be; percent-encoded where they have one."""
    for key in keys_in(other_secret(given)):
        hard_to_guess(SecretStr(key))
    return given


def keys_in(given: SecretStr) -> tuple[str, ...]:
    """One by one, in their order."""
    return tuple(map(unquote, filter(None, given.get_secret_value().split(","))))


def is_wrapped(given: str) -> bool:
    """Whether quotes or blanks stand around it, as some readers of .env files leave them."""
    return given != given.strip() or (given[:1] in "'\"" and given[:1] == given[-1:])


def zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (KeyError, OSError) as unknown:
        raise ValueError from unknown
