"""Settings: which are missing or wrong, which can be guessed, and which do not go together."""

import os
import stat
from collections.abc import Iterator
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cli.doctor.asked import Asked, env_files
from cli.doctor.findings import Finding, right, warning, wrong
from cli.doctor.looks import Check
from settings import Settings

_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_LINES_OWN: Final = "https://api.line.me"
_A_CHANNELS_SECRET: Final = 32
"""Hexadecimal digits, as LINE makes them."""
_WORDS_OF_EXAMPLES: Final = (
    "changeme", "change-me", "change_me", "secret", "password", "example", "michi", "test",
    "0123456789", "abcdefgh", "qwerty", "xxxx",
)  # fmt: skip
_FEWEST_LETTERS: Final = 12
"""Of 64 hexadecimal digits made at random 16 are different."""


def is_here(url: str) -> bool:
    """Whether an address is this machine's own name for itself."""
    return urlsplit(url).hostname in _LOOPBACK


def _readable(asked: Asked) -> Iterator[Finding]:
    for name, (ja, en) in asked.wrong.items():
        yield wrong(
            f"settings.{name}",
            f"{name} {ja}",
            f"{name} {en}",
            _to_set(asked, name),
            setting=name,
        )
    many = len(Settings.model_fields) - len(asked.wrong)
    yield right(
        "settings.read", f"{many} の設定を読めました", f"{many} settings can be read", read=many
    )


def _to_set(asked: Asked, name: str) -> str:
    if name == "SECRET_KEY":
        return f'echo "SECRET_KEY=$(openssl rand -hex 32)" >> {asked.file}'
    return asked.to_set(f"{name}={'Asia/Tokyo' if name == 'TZ' else '…'}")


def _keys(asked: Asked) -> Iterator[Finding]:
    given = asked.settings
    key = given.secret_key.get_secret_value()
    found = {"SECRET_KEY": "" if asked.lacks("SECRET_KEY") else key}
    if not asked.lacks("LINE_CHANNEL_SECRET") and given.line_api_url == _LINES_OWN:
        found["LINE_CHANNEL_SECRET"] = given.line_channel_secret.get_secret_value()
    guessed = [name for name, value in found.items() if value and is_guessable(value)]
    for name in guessed:
        yield wrong(
            "settings.guessable",
            f"{name} は推測できます(見本の言葉や、少ない種類の文字)",
            f"{name} can be guessed: words of an example, or few different letters",
            _to_set(asked, name),
            setting=name,
        )
    secret = found.get("LINE_CHANNEL_SECRET", "")
    if secret and not guessed and not _is_hex(secret, _A_CHANNELS_SECRET):
        yield warning(
            "settings.channel_secret",
            "LINE_CHANNEL_SECRET が LINE の形(16進32文字)ではありません",
            "LINE_CHANNEL_SECRET is not what LINE makes (32 hexadecimal digits)",
            asked.to_set("LINE_CHANNEL_SECRET=…"),
            letters=len(secret),
        )
    elif not guessed and any(found.values()):
        yield right("settings.guessable", "鍵は推測できません", "keys cannot be guessed")


def is_guessable(key: str) -> bool:
    """Whether somebody would try it: a word of an example, or a few letters again and again."""
    plain = key.casefold()
    return len(set(key)) < _FEWEST_LETTERS or any(word in plain for word in _WORDS_OF_EXAMPLES)


def _is_hex(word: str, letters: int) -> bool:
    return len(word) == letters and all(letter in "0123456789abcdef" for letter in word.lower())


def _zone(asked: Asked) -> Iterator[Finding]:
    zone = asked.settings.tz
    if zone != "Asia/Tokyo":
        yield warning(
            "settings.zone",
            f"時間帯が {zone} です。期限と統計は、この時間帯の日付で数えます",
            f"the time zone is {zone}: deadlines and figures count its days",
            asked.to_set("TZ=Asia/Tokyo"),
            zone=zone,
        )
    else:
        yield right("settings.zone", "時間帯は Asia/Tokyo です", "time zone Asia/Tokyo", zone=zone)


def _https(asked: Asked) -> Iterator[Finding]:
    given = asked.settings
    is_local = is_here(given.public_url)
    if given.is_secure:
        yield right("settings.https", f"{given.base} は https です", "PUBLIC_URL is https")
    elif is_local and is_here(given.line_api_url):
        yield right(
            "settings.https",
            "この機械だけで使う設定です(LINE もこの機械の中)",
            "for this machine alone, LINE with it",
        )
    else:
        host = urlsplit(given.public_url).hostname or "michi.example.jp"
        host = "michi.example.jp" if is_local else host
        yield wrong(
            "settings.https",
            "PUBLIC_URL が https ではありません。LINE は https だけに送り、"
            "パスワードは平文で流れます",
            "PUBLIC_URL is not https: LINE sends to https alone, and passwords can be overheard",
            asked.to_set(f"PUBLIC_URL=https://{host}"),
        )


def _proxies(asked: Asked) -> Iterator[Finding]:
    """Whom the web process listens to, and whom it believes."""
    given = asked.settings
    if not given.is_secure or asked.lacks("TRUSTED_PROXIES", "FORWARDED_ALLOW_IPS"):
        return
    if not given.trusted_proxies:
        yield warning(
            "settings.trusted_proxies",
            "TRUSTED_PROXIES が空です。https を受けるプロキシの後ろでは、"
            "みなが同じアドレスに見えます",
            "TRUSTED_PROXIES is empty: behind the proxy that ends TLS everybody has one address",
            asked.to_set("TRUSTED_PROXIES=127.0.0.1,::1"),
        )
        return
    networks = [ip_network(each) for each in given.trusted_proxies.split(",")]
    is_on_this_machine = all(network.network_address.is_loopback for network in networks)
    if is_on_this_machine and given.host not in _LOOPBACK:
        yield warning(
            "settings.host",
            f"プロキシはこの機械にあるのに、web は {given.host} で誰からも待ち受けます",
            f"the proxy is on this machine, and web listens to everybody ({given.host})",
            asked.to_set("HOST=127.0.0.1"),
            host=given.host,
        )
    else:
        yield right(
            "settings.trusted_proxies", "信じるプロキシは決まっています", "proxies are named"
        )


def _together(asked: Asked) -> Iterator[Finding]:
    given = asked.settings
    if bool(given.smtp_url.get_secret_value()) is not bool(given.mail_from):
        lacks = "MAIL_FROM" if not given.mail_from else "SMTP_URL"
        yield wrong(
            "settings.mail",
            f"{lacks} がないので、メールは送られません",
            f"{lacks} is not set, so no mail is sent",
            asked.to_set(f"{lacks}=…"),
        )
    if given.map_tiles_url and not given.map_tiles_attribution:
        yield warning(
            "settings.attribution",
            "MAP_TILES_ATTRIBUTION(背景地図の出典)がありません",
            "MAP_TILES_ATTRIBUTION, whose map it is, is not set",
            asked.to_set("MAP_TILES_ATTRIBUTION=国土地理院"),
        )
    for name in _misspelt():
        meant = get_close_matches(name, _NAMES, 1, _LIKE)[0]
        yield warning(
            "settings.misspelt",
            f"{name} という設定はありません。{meant} のことですか",
            f"there is no setting {name}: is {meant} meant?",
            asked.to_set(f"{meant}=…"),
            setting=name,
            meant=meant,
        )


_NAMES: Final = sorted(name.upper() for name in (*Settings.model_fields, "forwarded_allow_ips"))
_LIKE: Final = 0.88


def _misspelt() -> list[str]:
    set_ = [name for name, value in os.environ.items() if value and "_" in name]
    return [
        name for name in set_ if name not in _NAMES and get_close_matches(name, _NAMES, 1, _LIKE)
    ]


def _private(asked: Asked) -> Iterator[Finding]:
    """Who may read the files that hold the secrets."""
    files = [*env_files(), *([Path(asked.file)] if asked.city else [])]
    for file in files:
        try:
            mode = stat.S_IMODE(file.stat().st_mode)
        except OSError:
            continue
        if mode & 0o007:
            yield wrong(
                "settings.file",
                f"{file} を、この機械の誰もが読めます",
                f"everybody on this machine can read {file}",
                f"chmod o= {file}",
                file=str(file),
                mode=f"{mode:04o}",
            )
        else:
            yield right(
                "settings.file",
                f"{file} は、ほかの利用者には読めません",
                f"nobody else can read {file}",
                file=str(file),
                mode=f"{mode:04o}",
            )


CHECKS: Final = (
    Check("settings.read", _readable),
    Check("settings.guessable", _keys),
    Check("settings.zone", _zone, ("TZ",)),
    Check("settings.https", _https, ("PUBLIC_URL", "LINE_API_URL")),
    Check("settings.trusted_proxies", _proxies, ("PUBLIC_URL",)),
    Check("settings.together", _together),
    Check("settings.file", _private),
)
