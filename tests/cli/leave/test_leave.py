"""`michi leave` as it is typed: read back by others, whole, without a secret, and written down."""

import csv
import json
import subprocess
from datetime import datetime
from pathlib import Path

import pyogrio
import pytest
from click.testing import Result
from order_scene import firm, ordered
from townsfolk import rows, value
from typer.testing import CliRunner
from web_scene import filed, people, picture, token

from cli.app import app
from reports.records import keys
from settings import settings
from store.database import transaction
from store.photo_files import key_of

pytestmark = pytest.mark.usefixtures("database_url")
WORDS = '=1+1, "穴"\r\nが😀 \\N'


def typed(*words: object) -> Result:
    return CliRunner().invoke(app, ["leave", *map(str, words)], env={"COLUMNS": "220"})


def read(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def a_city(*, order: bool = False) -> None:
    """Tickets with words, photos (one of them hidden) and an order."""
    people()
    one = filed(words=WORDS, pictures=2)
    filed(pictures=1)
    rows("UPDATE photos SET state = 'hidden' WHERE id = (SELECT max(id) FROM photos)")
    if order:
        with transaction() as db:
            ordered(db, [one.id], firm(db))


def test_others_read_all_of_it_back_and_it_is_as_much_as_there_is(tmp_path: Path) -> None:
    a_city(order=True)
    out = tmp_path / "koganei"
    done = typed(out, "--yes")
    assert done.exit_code == 0, done.output
    assert (
        subprocess.run(["sha256sum", "--quiet", "--check", "SHA256SUMS"], cwd=out).returncode == 0
    )
    summed = {line.split("  ")[1] for line in (out / "SHA256SUMS").read_text().splitlines()}
    there = {str(file.relative_to(out)) for file in out.rglob("*") if file.is_file()}
    assert there == summed | {"SHA256SUMS"}
    said = json.loads((out / "manifest.json").read_text())
    for table, many in said["rows"].items():
        if table != "audit":
            assert (
                many
                == len(read(out, f"data/{table}.csv"))
                == value(f"SELECT count(*) FROM {table}")
            )
    for table, many in said["map"].items():
        info = pyogrio.read_info(out / "map.gpkg", layer=table)
        assert (info["features"], info["crs"]) == (many, "EPSG:4326")
    assert read(out, "data/remarks.csv")[0]["words"] == WORDS
    ticket = read(out, "data/tickets.csv")[0]
    assert datetime.fromisoformat(ticket["received_at"]).utcoffset() is not None
    assert ticket["received_at"].endswith("+09:00")
    assert float(ticket["place_lon"]) == value(
        "SELECT ST_X(place) FROM tickets ORDER BY id LIMIT 1"
    )
    described = {(line["file"], line["column"]) for line in read(out, "dictionary.csv")}
    for file in (out / "data").iterdir():
        with file.open(encoding="utf-8-sig", newline="") as opened:
            assert {(f"data/{file.name}", name) for name in next(csv.reader(opened))} <= described
    assert {file.suffix for file in (out / "papers" / "orders").iterdir()} == {".pdf", ".xlsx"}
    assert (out.stat().st_mode & 0o777, (out / "map.gpkg").stat().st_mode & 0o777) == (0o700, 0o600)


def test_what_was_issued_goes_out_with_its_very_bytes(tmp_path: Path) -> None:
    """A record's signature and a report's SHA-256 hold for these alone."""
    a_city()
    for statement in ISSUED:
        rows(statement)
    with transaction() as db:
        keys.change(db)
    out = tmp_path / "out"
    assert typed(out, "--yes").exit_code == 0
    number = value("SELECT number FROM tickets ORDER BY id LIMIT 1")
    papers = {
        str(file.relative_to(out / "papers")): file.read_bytes()
        for file in (out / "papers").rglob("*.*")
    }
    assert papers == {
        f"records/{number}-K1.pdf": b"ONETWO",
        "monthly/2026-11-v2.pdf": b"REPORT",
        "open_data/2026-11-v1.csv": b"OPEN",
    }
    assert (out / "city" / "record-keys.pem").read_text().startswith("-----BEGIN PUBLIC KEY")


ISSUED = (
    "INSERT INTO issued_records (ticket_id, serial, key, why, by_name, state, gone_at)"
    " SELECT min(id), n, n, '', '', 'done', CASE WHEN n = 2 THEN now() END"
    " FROM tickets, generate_series(1, 2) n GROUP BY n ORDER BY n",
    "INSERT INTO record_parts SELECT id, place, data FROM issued_records,"
    " (VALUES (0, 'ONE'::bytea), (1, 'TWO')) part (place, data) WHERE gone_at IS NULL",
    "INSERT INTO monthly_reports (month, version, state, made_at)"
    " VALUES ('2026-11-01', 2, 'done', now())",
    "INSERT INTO monthly_report_parts SELECT id, 0, 'REPORT' FROM monthly_reports",
    "INSERT INTO open_data_versions (month, version, state, made_at)"
    " VALUES ('2026-11-01', 1, 'done', now())",
    "INSERT INTO open_data_files SELECT id, 'csv', 4, '' FROM open_data_versions",
    "INSERT INTO open_data_parts SELECT id, 'csv', 0, 'OPEN' FROM open_data_versions",
)


def test_photos_as_they_were_sent_and_hidden_ones_go_only_when_asked_for(tmp_path: Path) -> None:
    a_city()
    for name, options, copies in (
        ("a", [], {"large": 2}),
        ("b", ["--originals"], {"large": 3, "original": 3}),
    ):
        assert typed(tmp_path / name, "--yes", *options).exit_code == 0
        listed = read(tmp_path / name, "data/photo_files.csv")
        found = [line["copy"] for line in listed if line["state"] == "whole"]
        assert {copy: found.count(copy) for copy in found} == copies
        assert {line["ticket_number"] for line in listed} <= {
            number for (number,) in rows("SELECT number FROM tickets")
        }
        for line in listed:
            data = (tmp_path / name / line["file"]).read_bytes()
            assert key_of(data, line["copy"]).removesuffix(".jpg").endswith(line["sha256"])  # type: ignore[arg-type]


def test_no_secret_is_in_it(tmp_path: Path) -> None:
    a_city(order=True)
    key = token()
    for statement in SECRETS:
        rows(statement)
    assert typed(tmp_path / "out", "--yes", "--originals").exit_code == 0
    password = value("SELECT password FROM users LIMIT 1")
    own = settings()
    secrets = [
        b"LEAK", b"LEAK".hex().encode(), key.encode(), password.encode(),
        own.secret_key.get_secret_value().encode(),
        own.line_channel_access_token.get_secret_value().encode(),
        own.line_channel_secret.get_secret_value().encode(),
    ]  # fmt: skip
    for file in (tmp_path / "out").rglob("*"):
        data = file.read_bytes() if file.is_file() else b""
        assert [secret for secret in secrets if secret in data] == [], file
    assert "argon2" not in (tmp_path / "out" / "data" / "users.csv").read_text()


SECRETS = (
    "INSERT INTO code_apps (user_id, secret, last_step) SELECT id, 'LEAK', 1 FROM users",
    "INSERT INTO recovery_codes (user_id, code_hash) SELECT id, 'LEAK' FROM users",
    "INSERT INTO passkeys (user_id, credential, public_key, sign_count, transports, name)"
    " SELECT id, ('LEAK' || id)::bytea, 'LEAK', 1, '{}', 'iPad' FROM users",
    "INSERT INTO sign_ins (token_hash, user_id, csrf, expires_at)"
    " SELECT 'LEAK' || id, id, 'LEAK', now() FROM users",
    "INSERT INTO provider_sessions SELECT token_hash, 'LEAK', 'LEAK', 'LEAK' FROM sign_ins",
    "INSERT INTO known_devices (user_id, token_hash) SELECT id, 'LEAK' || id FROM users",
    "INSERT INTO invitations (user_id, nonce, token_hash, ends_at)"
    " SELECT id, 'LEAK', 'LEAK' || id, now() FROM users",
    "INSERT INTO work_order_links (token_hash, order_id, made_by, ends_at)"
    " SELECT 'LEAK' || id, id, '', now() FROM work_orders",
    "INSERT INTO crew_links (user_id, line_user_id, flow)"
    " SELECT id, 'LEAK' || id, '{\"code\": \"LEAK\"}' FROM users",
    "INSERT INTO messages (recipient, say, reply_token, contents)"
    " VALUES ('U1', '[]', 'LEAK', '[\"LEAK\"]')",
    "UPDATE residents SET draft = '{\"words\": \"LEAK\"}'",
    "UPDATE api_tokens SET token_hash = 'LEAK' || id",
    "UPDATE history SET key = 'LEAK' || id",
)  # fmt: skip


def test_it_is_written_down_before_and_after_and_asks_first(tmp_path: Path) -> None:
    filed()
    asked = CliRunner().invoke(app, ["leave", str(tmp_path / "out")], input="n\n")
    assert (asked.exit_code, "個人情報" in asked.output, [*tmp_path.glob("out*")]) == (1, True, [])
    assert typed(tmp_path / "out", "--yes", "--no-photos").exit_code == 0
    told = rows(
        "SELECT kind, what, via LIKE 'command:%', new FROM audit WHERE kind = 'export' ORDER BY id"
    )
    assert [line[:3] for line in told] == [("export", "all data", True)] * 2
    assert told[1][3]["tickets"] == 1
    again = typed(tmp_path / "out", "--yes")
    assert (again.exit_code, "すでにあります" in again.output) == (1, True)


def test_what_was_broken_off_begins_anew_and_keeps_its_whole_photos(tmp_path: Path) -> None:
    a_city()
    whole, part = tmp_path / "out", tmp_path / "out.part"
    assert typed(whole, "--yes").exit_code == 0
    whole.rename(part)
    kept, cut = sorted((part / "photos").rglob("*.jpg"))
    cut.write_bytes(b"half")
    kept.with_name(f"{'0' * 64}.jpg").write_bytes(picture(3))
    inode = kept.stat().st_ino
    assert typed(whole, "--yes").exit_code == 0
    assert not part.exists()
    assert (whole / kept.relative_to(part)).stat().st_ino == inode
    assert len([*(whole / "photos").rglob("*.jpg")]) == 2
    assert (whole / cut.relative_to(part)).read_bytes() != b"half"
    assert subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=whole).returncode == 0


def test_a_store_that_is_away_is_a_sentence_and_photos_that_are_lost_are_listed(
    tmp_path: Path,
) -> None:
    a_city()
    lost = value("SELECT large FROM photos ORDER BY id LIMIT 1")
    store = Path(settings().photo_store_url.removeprefix("file://"))
    (store / lost).unlink()
    done = typed(tmp_path / "out", "--yes")
    assert (done.exit_code, "1 個" in done.output) == (0, True), done.output
    states = [line["state"] for line in read(tmp_path / "out", "data/photo_files.csv")]
    assert sorted(states) == ["missing", "whole"]
    store.rename(store.with_name("elsewhere"))
    away = typed(tmp_path / "more", "--yes")
    assert (away.exit_code, "--no-photos" in away.output) == (1, True)
    assert [*tmp_path.glob("more*")] == []


def test_a_folder_that_somebody_else_has_laid_ready_is_not_written_to(tmp_path: Path) -> None:
    """All of a city's data would be in the hands of whoever may write there."""
    (tmp_path / "out.part").mkdir()
    (tmp_path / "out.part").chmod(0o777)
    (tmp_path / "led").mkdir(mode=0o700)
    (tmp_path / "other.part").symlink_to(tmp_path / "led")
    for name in ("out", "other"):
        told = typed(tmp_path / name, "--no-photos", "--yes")
        assert (told.exit_code, "others may write" in told.output) == (1, True), told.output
    assert [*(tmp_path / "led").iterdir()] == []
