"""`michi install` and `michi uninstall`: words in, a machine that is so, and 0, 1 or 2."""

import argparse
import getpass
import sys
from collections.abc import Sequence

from cli.install import certificate, given, perform, remove
from cli.install.given import Settings
from cli.install.layout import City, city_of
from cli.install.machine import UnknownMachine, need_root, own_release, this_machine
from cli.install.plan import Facts, facts, plan
from cli.install.release import NoRelease, release_in
from cli.install.steps import Failed
from cli.install.wishes import Wish, install_words, uninstall_words


def install(words: Sequence[str]) -> int:
    """Raises SystemExit with 2 for words that are wrong."""
    asked = install_words().parse_args(words)
    try:
        wish = _wish(asked)
        here = this_machine()
        of = facts(wish, here, release_in(wish.release))
        return _installed(of)
    except (ValueError, OSError, UnknownMachine, NoRelease, Failed) as trouble:
        print(f"✗ {trouble}", file=sys.stderr)
        return 1


def uninstall(words: Sequence[str]) -> int:
    """Raises SystemExit with 2 for words that are wrong."""
    asked = uninstall_words().parse_args(words)
    try:
        city = city_of(asked.name)
        if not city.settings.exists() and not city.program.is_symlink():
            raise ValueError(f"{city.name} はここにありません / {city.name} is not on this machine")
        parts = list(remove.plan(city, delete_data=asked.delete_data))
        if asked.dry_run:
            perform.show(parts)
            return 0
        need_root()
        _need_the_name(city, deletes=asked.delete_data)
        perform.perform(parts, starts=this_machine().has_systemd)
    except (ValueError, OSError, UnknownMachine, Failed) as trouble:
        print(f"✗ {trouble}", file=sys.stderr)
        return 1
    print(_GONE if asked.delete_data else _KEPT.format(city=city))
    return 0


def _installed(of: Facts) -> int:
    wish, city = of.wish, of.city
    if wish.dry_run:
        perform.show(plan(of))
        return 0
    need_root()
    starts = wish.start and of.machine.has_systemd
    if wish.start and not starts:
        raise ValueError(
            "systemd が動いていません。ファイルだけ置くなら --no-start を付けてください"
            " / systemd does not run here; --no-start writes the files alone"
        )
    taken = perform.perform(plan(of), starts=starts)
    if starts and certificate.is_own(city):
        print(_OWN_CERTIFICATE, file=sys.stderr)
    print(
        f"✓ {of.settings['PUBLIC_URL']}  {taken} 件を変更 / changed: {taken}"
        if taken
        else f"✓ {of.settings['PUBLIC_URL']}  変更なし / nothing to change"
    )
    return 0


def _wish(asked: argparse.Namespace) -> Wish:
    city = city_of(asked.name)
    if bool(asked.certificate) != bool(asked.key):
        raise ValueError("--certificate と --key は両方 / --certificate and --key go together")
    settings = given.handed_over(asked.settings)
    if asked.address:
        settings["PUBLIC_URL"] = asked.address.rstrip("/")
    if not asked.dry_run:
        settings |= _asked_for(city, settings)
    else:
        settings = _shown_for(city) | settings
    return Wish(
        city=city,
        given=settings,
        release=(asked.release or own_release()).resolve(),
        city_folder=asked.city,
        administrator=asked.administrator,
        certificate=asked.certificate,
        key=asked.key,
        acme_mail=asked.acme_mail,
        acme_server=asked.acme_server,
        dry_run=asked.dry_run,
        start=not asked.no_start,
    )


def _asked_for(city: City, settings: Settings) -> Settings:
    """LINE's secret and token, unseen, where nobody has given them and somebody sits there."""
    known = given.read(city.settings) | settings
    lacking = [name for name in given.NEEDED if not known.get(name)]
    if not lacking or not sys.stdin.isatty():
        return {}
    return {name: getpass.getpass(f"{name}: ").strip() for name in lacking}


def _shown_for(city: City) -> Settings:
    """What stands for LINE's secret and token where they are not known yet."""
    known = given.read(city.settings)
    return {name: given.ASKED for name in given.NEEDED if not known.get(name)}


def _need_the_name(city: City, *, deletes: bool) -> None:
    """Raises ValueError: whoever types it knows which city it is."""
    what = "データごと消す / delete it with all data" if deletes else "外す / take it off"
    try:
        typed = input(f"{what}: {city.name} と入力 / type its name: ").strip()
    except EOFError:
        typed = ""
    if typed != city.name:
        raise ValueError("名前が違います。何もしていません / not its name; nothing was done")


_OWN_CERTIFICATE = (
    "⚠ 証明書は、このマシンが自分で署名した仮のものです。"
    "--acme-mail か --certificate を付けて、もう一度実行してください"
    " / the certificate is this machine's own for now: run it again with --acme-mail"
    " or --certificate"
)
_GONE = "✓ 何も残っていません / nothing is left"
_KEPT = (
    "✓ 外しました。残したもの / taken off; left are: {city.settings}, {city.owner_settings},"
    " {city.certificates}, {city.state}, PostgreSQL {city.database}"
)
