"""Files that browsers keep: ours and those of packages, below an address that changes with them."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from fastapi import Request, Response

from settings import ROOT
from web.kit.errors import NotFound

_WEB: Final = ROOT / "web"
_PACKAGES: Final = _WEB / "node_modules"
_MAPLIBRE: Final = _PACKAGES / "maplibre-gl" / "dist"
_OF_MAPS: Final = "maplibre/"
# what a phone works with where there is no signal
_IDB: Final = "idb/index.js"
_OF_IDB: Final = b"\nexport const { openDB } = globalThis.idb;\n"
"""Of its builds the script is less than half as large as the module; what a script leaves behind is
what our modules import."""
_OF_WORKBOX: Final = "workbox/"
_WORKBOX: Final = ("workbox-core", "workbox-routing", "workbox-strategies")
_OFFLINE: Final = {
    f"{_OF_WORKBOX}{name}.js": _PACKAGES / name / "build" / f"{name}.prod.js" for name in _WORKBOX
} | {_IDB: _PACKAGES / "idb" / "build" / "umd.js"}
_OTHERS: Final = {"exifreader/": _PACKAGES / "exifreader" / "dist"}
"""Packages without which pages can do."""
_OF_CHARTS: Final = "vega/"
_CHARTS: Final = {
    f"{_OF_CHARTS}vega.js": _PACKAGES / "vega" / "build" / "vega.min.js",
    f"{_OF_CHARTS}vega-lite.js": _PACKAGES / "vega-lite" / "build" / "vega-lite.min.js",
    f"{_OF_CHARTS}interpreter.js": _PACKAGES / "vega-interpreter" / "build" / "vega-interpreter.js",
}
"""Pages show their tables without; the interpreter does what vega would otherwise do by eval, which
no page of ours may."""
_OF_VEGA_UTIL: Final = re.compile(rb"^import (\{[^}]*\}) from 'vega-util';", re.MULTILINE)
# LINE's servers and old messages know this address
_KNOWN_ELSEWHERE: Final = {"hello.png": _WEB / "open" / "hello.png"}
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
_VERSION: Final = re.compile(r"[0-9a-f]{12}/")
_FOR_EVER: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Manifest:
    """Every file by its name, and one version for all of them, made from their bytes.

    A file of ours is named by its path below web/, so that its address is where it lies.
    """

    files: dict[str, Path]
    version: str


@lru_cache(maxsize=1)
def manifest() -> Manifest:
    """What there is to give; looked up once, so that no request can name another file."""
    maplibre = {f"{_OF_MAPS}{file.name}": file for file in _below(_MAPLIBRE)}
    others = {
        f"{name}{file.name}": file for name, folder in _OTHERS.items() for file in _below(folder)
    }
    rooms = sorted(room for room in _WEB.iterdir() if (room / "__init__.py").exists())
    ours = {file.relative_to(_WEB).as_posix(): file for room in rooms for file in _below(room)}
    packages = _all_or_none(_CHARTS) | _all_or_none(_OFFLINE)
    files = maplibre | others | packages | ours | _KNOWN_ELSEWHERE
    whole = hashlib.sha256()
    for name, file in files.items():
        whole.update(name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return Manifest(files, whole.hexdigest()[:12])


class NoMapFiles(Exception):
    """MapLibre was not installed (`npm ci` in web/), so there is no page with a map."""


def has_map_files() -> bool:
    """Whether pages with a map can be shown."""
    return any(name.startswith(_OF_MAPS) for name in manifest().files)


def has_offline_files() -> bool:
    """Whether a phone can be given what it works with where there is no signal."""
    return _IDB in manifest().files


def address(name: str) -> str:
    """Where a page finds this file; modules import one another beside it.

    Raises NoMapFiles; KeyError if unknown.
    """
    if name.startswith(_OF_MAPS) and not has_map_files():
        raise NoMapFiles
    return f"/static/{manifest().version}/{name}" if manifest().files[name] else ""


def address_if_there(name: str) -> str:
    """The same of a file that a page can do without; "" where its package was not installed."""
    return address(name) if name in manifest().files else ""


def text(name: str) -> str:
    """What stands in this file of ours."""
    file = manifest().files[name]
    return file.read_text(encoding="utf-8") if file else ""


def give(path: str, request: Request) -> Response:
    """The file under /static/; with our version in the path it may be kept for ever."""
    name = _VERSION.sub("", path, count=1) if _VERSION.match(path) else path
    file = manifest().files.get(name)
    if file is None:
        raise NotFound("このファイルはありません。")
    current = path.startswith(f"{manifest().version}/")
    headers = {"Cache-Control": _FOR_EVER if current else "no-cache", "Vary": "Accept-Encoding"}
    packed = "gzip" in request.headers.get("accept-encoding", "") and file.suffix != ".png"
    if packed:
        headers["Content-Encoding"] = "gzip"
    body = _packed(name, file) if packed else _body(name, file)
    return Response(body, media_type=_TYPES[file.suffix], headers=headers)


def _below(folder: Path) -> list[Path]:
    given = (file for file in folder.rglob("*") if file.suffix in _TYPES)
    return sorted(file for file in given if "-dev" not in file.stem)


def _all_or_none(files: dict[str, Path]) -> dict[str, Path]:
    return files if all(file.is_file() for file in files.values()) else {}


def _body(name: str, file: Path) -> bytes:
    """Workbox is built as scripts that leave their own on `this`, which modules do not have; vega's
    interpreter asks a package by name for what vega itself has, and browsers know no names."""
    data = file.read_bytes()
    if name.startswith(_OF_WORKBOX):
        return b"(function () {\n" + data + b"\n}).call(globalThis);\n"
    if name == _IDB:
        return data + _OF_IDB
    if name == f"{_OF_CHARTS}interpreter.js":
        return _OF_VEGA_UTIL.sub(rb"const \1 = globalThis.vega;", data)
    return data


@lru_cache(maxsize=64)
def _packed(name: str, file: Path) -> bytes:
    return gzip.compress(_body(name, file), 9, mtime=0)
