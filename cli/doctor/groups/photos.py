"""The photo store: its marker, and whether a file can be written, read and deleted there."""

import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import httpx

from cli.doctor.asked import Asked
from cli.doctor.findings import Finding, Words, not_seen, right, warning, wrong
from cli.doctor.groups.connections import one, reading
from cli.doctor.looks import Check
from store.photo_files import (
    MARKER,
    FilesAway,
    FilesError,
    StrangeStore,
    WrongStoreUrl,
    open_files,
)


def _marker(asked: Asked) -> Iterator[Finding]:
    url, id = asked.settings.photo_store_url, _id(asked)
    try:
        mark = open_files(url, id or "").marked_by()
    except FilesError as away:
        yield _away(away)
        return
    if id is None:
        yield wrong(
            "photos.marker",
            "写真の置き場がまだ作られていません",
            "no photo store has been made yet",
            f"{asked.michi} migrate",
        )
    elif mark != id:
        is_others = mark is not None
        yield wrong(
            "photos.marker",
            "PHOTO_STORE_URL の場所は、別の Michi の置き場です"
            if is_others
            else f"印({MARKER})がありません。ディスクが外れていませんか",
            "at PHOTO_STORE_URL is the store of another Michi"
            if is_others
            else f"its marker ({MARKER}) is missing: is the disk mounted?",
            asked.to_set("PHOTO_STORE_URL=…") if is_others else f"findmnt\nls -la {_place(url)}",
        )
    else:
        yield right("photos.marker", "この Michi の置き場です", "it is this Michi's")


def _id(asked: Asked) -> str | None:
    """What the database knows of it; None where none was made. Raises psycopg.Error."""
    with reading(asked.settings.database_url) as db:
        known = one(db, "SELECT to_regclass('photo_store')::text")
        return one(db, "SELECT id FROM photo_store") if known else None


def _place(url: str) -> str:
    parts = urlsplit(url)
    return unquote(parts.path) if parts.scheme == "file" else url


def _away(away: FilesError) -> Finding:
    said = f"{away} {away.__cause__}"  # of S3 the first line may not name it
    words, to_type = next(
        (known for part, known in _SAID.items() if part in said),
        (("写真の置き場を使えません", "the photo store cannot be used"), ""),
    )
    if isinstance(away, WrongStoreUrl):
        to_type = to_type or "PHOTO_STORE_URL=s3://bucket/prefix"
    return wrong("photos.marker", *words, to_type, error=type(away).__name__)


_RIGHTS: Final = "s3:GetObject s3:PutObject s3:DeleteObject    # arn:aws:s3:::BUCKET/PREFIX/*"
_SAID: Final[Mapping[str, tuple[Words, str]]] = {
    "InvalidAccessKeyId": (
        ("AWS_ACCESS_KEY_ID が知られていません", "AWS_ACCESS_KEY_ID is not known there"),
        "AWS_ACCESS_KEY_ID=…",
    ),
    "SignatureDoesNotMatch": (
        ("AWS_SECRET_ACCESS_KEY が違います", "AWS_SECRET_ACCESS_KEY is wrong"),
        "AWS_SECRET_ACCESS_KEY=…",
    ),
    "AuthorizationHeaderMalformed": (
        ("AWS_REGION が違います", "AWS_REGION is wrong"),
        "AWS_REGION=…",
    ),
    "PermanentRedirect": (("AWS_REGION が違います", "AWS_REGION is wrong"), "AWS_REGION=…"),
    "IllegalLocationConstraint": (("AWS_REGION が違います", "AWS_REGION is wrong"), "AWS_REGION=…"),
    "RequestTimeTooSkewed": (
        ("この機械の時計がずれています", "this machine's clock is wrong"),
        "timedatectl",
    ),
    "NoSuchBucket": (
        ("そのバケットはありません", "there is no such bucket"),
        "PHOTO_STORE_URL=s3://bucket/prefix",
    ),
    "AccessDenied": (("権限がありません", "access is denied"), _RIGHTS),
    "403": (("権限がありません", "access is denied"), _RIGHTS),
    "Permission denied": (
        ("フォルダーに入れません", "the folder cannot be entered"),
        "ls -ld FOLDER; chown -R michi: FOLDER",
    ),
    "must be https": (
        ("S3 の入り口が https ではありません", "the S3 endpoint is not https"),
        "AWS_ENDPOINT_URL=https://…",
    ),
    "No such file or directory": (
        ("フォルダーがありません", "there is no such folder"),
        "findmnt    # then: michi migrate",
    ),
    "error sending request": (
        ("S3 につながりません", "S3 cannot be reached"),
        "curl -sv $AWS_ENDPOINT_URL",
    ),
}
"""By what S3 or the system says."""


def _use(asked: Asked) -> Iterator[Finding]:
    """A file of our own is put, read again and deleted; nothing else is touched."""
    id = _id(asked)
    if id is None:
        yield not_seen(
            "photos.use", "見ていません(置き場が先です)", "not looked at: first the store"
        )
        return
    data = b"michi doctor " + secrets.token_bytes(32)
    step: Words = ("書けません", "it cannot be written to")
    key = ""
    try:
        files = open_files(asked.settings.photo_store_url, id)
        key = files.put(data, "small")
        step = ("書いたものを読めません", "what was written cannot be read")
        if files.get(key) != data:
            raise FilesAway("other bytes came back")
        step = ("消せません", "nothing can be deleted")
        files.delete(key)
    except StrangeStore:
        yield not_seen("photos.use", "見ていません(印が先です)", "not looked at: first the marker")
        return
    except FilesError as away:
        known = _away(away)
        yield wrong(
            "photos.use", f"{step[0]}。{known.ja}", f"{step[1]}: {known.en}", known.to_type,
            left=key,
        )  # fmt: skip
        return
    yield right("photos.use", "書いて、読んで、消せます", "it can be written, read and deleted")


def _strangers(asked: Asked) -> Iterator[Finding]:
    """Nobody else may look into it."""
    parts = urlsplit(asked.settings.photo_store_url)
    if parts.scheme == "file":
        yield from _folder(Path(unquote(parts.path)))
        return
    address = f"{_endpoint(parts.netloc)}/{parts.path.strip('/')}/{MARKER}".replace(
        "//michi", "/michi"
    )
    try:
        answer = httpx.get(address, timeout=5, follow_redirects=False)
    except httpx.HTTPError:
        return
    if answer.is_success:
        yield wrong(
            "photos.strangers",
            "バケットを誰でも読めます",
            "everybody can read the bucket",
            f"aws s3api put-public-access-block --bucket {parts.netloc}"
            " --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,"
            "BlockPublicPolicy=true,RestrictPublicBuckets=true",
            status=answer.status_code,
        )
    else:
        yield right(
            "photos.strangers", "知らない人には読めません", "strangers cannot read it",
            status=answer.status_code,
        )  # fmt: skip


def _endpoint(bucket: str) -> str:
    """Where the bucket is asked for without a signature."""
    names = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
    own = next((os.environ[name] for name in names if os.environ.get(name)), "")
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    return f"{own.rstrip('/')}/{bucket}" if own else f"https://{bucket}.s3.{region}.amazonaws.com"


def _folder(folder: Path) -> Iterator[Finding]:
    try:
        mode = stat.S_IMODE(folder.stat().st_mode)
    except OSError:
        return
    if mode & 0o007:
        yield warning(
            "photos.strangers",
            f"この機械の誰もが {folder} をのぞけます",
            f"everybody on this machine can look into {folder}",
            f"chmod 700 {folder}",
            mode=f"{mode:04o}",
        )
    else:
        yield right(
            "photos.strangers", "ほかの利用者には見えません", "no other user can look into it",
            mode=f"{mode:04o}",
        )  # fmt: skip


CHECKS: Final = (
    Check("photos.marker", _marker, ("PHOTO_STORE_URL", "DATABASE_URL", "database"), seconds=15),
    Check("photos.use", _use, ("PHOTO_STORE_URL", "DATABASE_URL", "database"), seconds=20),
    Check("photos.strangers", _strangers, ("PHOTO_STORE_URL",)),
)
