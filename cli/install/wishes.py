"""What somebody wants: the words behind `michi install` and `michi uninstall`."""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from cli.install.given import Settings
from cli.install.layout import City


@dataclass(frozen=True)
class Wish:
    """`given`: settings that were given now. `acme_mail`: whom the certificate authority writes
    to; `acme_server`: which one, "" is Let's Encrypt."""

    city: City
    given: Settings
    release: Path
    city_folder: Path | None
    administrator: str
    certificate: Path | None
    key: Path | None
    acme_mail: str
    acme_server: str
    dry_run: bool
    start: bool


class _Words(argparse.ArgumentParser):
    """Says in both languages that something is wrong."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"✗ 引数が違います / wrong arguments: {message}\n")


def install_words() -> argparse.ArgumentParser:
    words = _Words(prog="michi install", description=_INSTALL, allow_abbrev=False)
    words.add_argument("name", help="市の短い名前 / the city's short name: koganei")
    words.add_argument("--address", default="", help="https://michi.example.jp")
    words.add_argument(
        "--settings",
        default="",
        metavar="FILE",
        help="名前=値 の行。LINE の秘密など。- は標準入力 / lines NAME=value, LINE's secrets among"
        " them; - is standard input",
    )
    words.add_argument("--city", type=Path, metavar="FOLDER", help="市のフォルダ / its files")
    words.add_argument(
        "--administrator", default="", metavar="NAME",
        help="最初の管理者のサインイン名。招待リンクを表示"
        " / the first administrator, whose invitation is printed once",
    )  # fmt: skip
    words.add_argument(
        "--certificate", type=Path, metavar="FILE", help="証明書 / TLS, PEM, whole chain"
    )
    words.add_argument("--key", type=Path, metavar="FILE", help="その鍵 / its key, PEM")
    words.add_argument(
        "--acme-mail", default="", metavar="ADDRESS",
        help="Let's Encrypt に証明書を頼む連絡先 / asks Let's Encrypt for a certificate",
    )  # fmt: skip
    words.add_argument(
        "--acme-server", default="", metavar="URL", help="別の認証局 / another one's"
    )
    words.add_argument(
        "--release", type=Path, metavar="FOLDER", help="配布物 / the release's folder"
    )
    words.add_argument(
        "--dry-run", action="store_true", help="見せるだけ / only shown, nothing done"
    )
    words.add_argument(
        "--no-start", action="store_true",
        help="ファイルだけ置き、サービスには触れない"
        " / writes all files, starts and asks no service",
    )  # fmt: skip
    return words


def uninstall_words() -> argparse.ArgumentParser:
    words = _Words(prog="michi uninstall", description=_UNINSTALL, allow_abbrev=False)
    words.add_argument("name", help="市の短い名前 / the city's short name")
    words.add_argument(
        "--delete-data", action="store_true",
        help="データベース・写真・設定も消す / database, photos and settings as well",
    )  # fmt: skip
    words.add_argument(
        "--dry-run", action="store_true", help="見せるだけ / only shown, nothing done"
    )
    return words


_INSTALL: Final = (
    "この市をこのサーバーに入れます。2回目は、違うところだけ直します。"
    " / Installs this city on this server; a second time it changes only what is otherwise."
)
_UNINSTALL: Final = (
    "この市をこのサーバーから外します。データは --delete-data がなければ残ります。"
    " / Takes this city off this server; its data stays but for --delete-data."
)
