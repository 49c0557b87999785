"""Containerfile and compose.yaml name only what a release has, and nothing may do more than it
must."""

import fnmatch
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml
from dotenv import dotenv_values

from cli.app import app
from local.machine.wish import ROOT
from local.release import folder
from settings import Settings
from workers.worker import QUEUES

Json = dict[str, Any]
COMPOSE: Json = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, Json] = COMPOSE["services"]
OURS = {name: each for name, each in SERVICES.items() if each["image"].startswith("michi:")}
GIVES_A_VOLUME_AWAY = "store-room"
SETTINGS = dotenv_values(ROOT / ".env.example").keys()


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("containers") / "secrets"
    line = {"LINE_CHANNEL_SECRET": "of the channel", "LINE_CHANNEL_ACCESS_TOKEN": "its token"}
    script = str(ROOT / "local" / "containers" / "secrets.sh")
    subprocess.run([script, str(made)], check=True, env=os.environ | line, capture_output=True)
    return made


@pytest.mark.parametrize("name", SERVICES)
def test_no_container_may_do_more_than_it_must(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    if name == GIVES_A_VOLUME_AWAY:
        assert service["cap_add"] == ["CHOWN"]
        assert service["network_mode"] == "none"
    else:
        assert "cap_add" not in service
        assert int(service["user"].partition(":")[0]) > 0
    assert re.fullmatch(r"[a-z]+(/[a-z]+)?:.+", service["image"]), "a plain name, and a version"


def test_every_process_of_the_procfile_runs_and_says_whether_it_is_well() -> None:
    lines = (ROOT / "Procfile").read_text().splitlines()
    wanted = {name: rest.split()[1:] for name, _, rest in (line.partition(":") for line in lines)}
    assert {name: SERVICES[name]["command"] for name in wanted} == wanted
    for name in (*wanted, "database", "redis", "store"):
        assert SERVICES[name]["healthcheck"]["test"]
        assert SERVICES[name]["restart"] == "unless-stopped"
    once = {name for name, each in SERVICES.items() if each["restart"] == "no"}
    assert once == {"store-room", "bucket", "migrate", "backup"}


def test_every_command_is_one_of_michis() -> None:
    known = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    said = [each["command"] for each in OURS.values()]
    for each in OURS.values():
        if "healthcheck" in each:  # without michi-start it would have no settings
            how, start, *words = each["healthcheck"]["test"]
            assert (how, start) == ("CMD", "michi-start")
            said.append(words)
    for words in said:
        if words[0] == "michi":
            assert words[1] in known
            assert words[1] != "worker" or words[2] in QUEUES
        else:
            assert words == ["michi-start", "--bucket", "michi"]


def test_settings_are_ours_and_what_is_secret_comes_as_a_file(secrets: Path) -> None:
    for name, each in OURS.items():
        files = {secret.upper() for secret in each["secrets"]} - {"INSIDE_CA"}
        named = files | each["environment"].keys()
        assert {one for one in named if not one.startswith(("AWS_", "BACKUP_AWS_"))} <= SETTINGS
        assert ("DATABASE_OWNER_URL" in files) is (name in ("migrate", "backup"))
        plain = {key: value for key, value in each["environment"].items() if "$" not in value}
        given = {one: (secrets / one.lower()).read_text() for one in files}
        Settings(**{key.lower(): value for key, value in (plain | given).items() if value},
                 public_url="https://michi.example")  # fmt: skip


def test_the_owners_way_is_no_part_of_a_containers_environment(
    secrets: Path, tmp_path: Path
) -> None:
    words = (ROOT / "local" / "containers" / "start.sh").read_text(encoding="utf-8")
    script = tmp_path / "start.sh"
    script.write_text(words.replace("/run/secrets", str(secrets)))
    told = subprocess.run(
        ["sh", script, "sh", "-c", "env; echo THEN; cat <&$MICHI_OWNER_FD"],
        env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    environment, opened = told.stdout.split("THEN\n")
    owner = (secrets / "database_owner_url").read_text()
    assert owner not in environment
    assert f"SECRET_KEY={(secrets / 'secret_key').read_text()}\n" in environment
    assert opened == f"DATABASE_OWNER_URL={owner}\n"


def test_secrets_are_made_once_and_none_is_missing(secrets: Path) -> None:
    declared = {name: each["file"] for name, each in COMPOSE["secrets"].items()}
    assert declared == {name: f"./secrets/{name}" for name in declared}
    assert {file.name for file in secrets.iterdir()} == declared.keys()
    used = {secret for each in SERVICES.values() for secret in each.get("secrets", ())}
    assert used == declared.keys()
    assert secrets.stat().st_mode & 0o777 == 0o700
    before = {file.name: file.read_bytes() for file in secrets.iterdir()}
    script = str(ROOT / "local" / "containers" / "secrets.sh")
    subprocess.run([script, str(secrets)], check=True, capture_output=True)
    assert {file.name: file.read_bytes() for file in secrets.iterdir()} == before


def test_without_lines_secrets_none_is_made(tmp_path: Path) -> None:
    script = str(ROOT / "local" / "containers" / "secrets.sh")
    bare = {"PATH": os.environ["PATH"]}
    told = subprocess.run([script, str(tmp_path / "s")], env=bare, capture_output=True, text=True)
    assert told.returncode == 1
    assert "LINE_CHANNEL_SECRET" in told.stderr
    assert list((tmp_path / "s").iterdir()) == []


def test_what_is_mounted_and_copied_lies_in_a_release() -> None:
    mounted = {
        volume.partition(":")[0].removeprefix("./")
        for each in SERVICES.values()
        for volume in each.get("volumes", ())
        if volume.startswith("./")
    }
    copied = re.findall(r"^COPY (?:--chmod=\S+ )?(?!--from)(.+) \S+$", _containerfile(), re.M)
    names = {name for line in copied for name in line.split()} | mounted
    in_release = {*folder.BESIDE, folder.CHECKSUMS, "michi-*.whl"}
    for name in names:
        assert name in in_release or name.startswith(f"{folder.FOLDERS[1]}/")
        assert "*" in name or name == folder.CHECKSUMS or (ROOT / name).exists()
    let_in = [
        line[1:] for line in (ROOT / ".containerignore").read_text().split() if line[0] == "!"
    ]
    for name in names - mounted:
        assert any(fnmatch.fnmatch(name, one) for one in let_in)


def test_the_image_is_nobodys_root_and_takes_packages_by_their_checksums() -> None:
    words = _containerfile()
    assert re.search(r"^USER 10001:10001$", words, re.M)
    assert "--require-hashes --only-binary :all: -r requirements.lock" in words
    assert all(each["user"] == "10001:10001" for each in OURS.values())
    assert not re.search(r"https?://", words)


def _containerfile() -> str:
    return (ROOT / "Containerfile").read_text(encoding="utf-8")
