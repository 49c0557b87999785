"""`michi` takes its settings from a file as systemd reads it; the environment wins."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import env_file, env_lines
from cli.app import app
from local.machine.wish import write_settings
from settings import ENV_FILE, ROOT

AS_SYSTEMD_READS_IT = {
    "A=plain": "plain",
    "A = with blanks   ": "with blanks",
    'A="in quotes"': "in quotes",
    "A='as $it \\stands'": "as $it \\stands",
    'A="a \\"b\\" \\$c \\\\d \\`e\\` \\f"': 'a "b" $c \\d `e` \\f',
    "A=\"one\"'two' three": "onetwothree",
    "A=it\\'s 5\\\\6": "it's 5\\6",
    "A=to be\\\ncontinued": "to becontinued",
    'A="two\nlines"': "two\nlines",
    'A=a"b"c': 'a"b"c',
    "A=# no comment": "# no comment",
    "A=": "",
}
ODD = "p@ss\"w$o`r\\d # ; ' =日本 語"


def test_a_value_is_what_systemd_takes_it_for(tmp_path: Path) -> None:
    file = tmp_path / "env"
    for text, value in AS_SYSTEMD_READS_IT.items():
        file.write_text(f"# first\n; second\n\n{text}\nB=2")
        assert env_file.read(file) == {"A": value, "B": "2"}, text


def test_what_run_writes_is_read_again_by_its_owner_alone(tmp_path: Path) -> None:
    file, other = tmp_path / "env", tmp_path / "other"
    env = {"SECRET_KEY": ODD, "AWS_REGION": "x", "HOME": "/root", "TZ": "Asia/Tokyo"}
    write_settings(file, env)
    assert file.stat().st_mode & 0o777 == 0o600
    assert env_file.read(file) == {name: env[name] for name in env if name != "HOME"}
    other.write_text(f"{env_lines.line_of('SECRET_KEY', ODD)}\n")
    assert env_file.read(other) == {"SECRET_KEY": ODD}


def test_the_environment_wins_and_one_file_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", os.environ.copy())
    named, usual = tmp_path / "named", tmp_path / ".data" / "env"
    usual.parent.mkdir()
    named.write_text("TZ=Asia/Seoul\nMAIL_FROM=a@b.jp\nHOST=h\n")
    usual.write_text("TZ=UTC\n")
    monkeypatch.setattr(env_file, "ROOT", tmp_path)
    monkeypatch.setattr(env_file, "OF_THE_CHECKOUT", usual)
    monkeypatch.chdir(usual.parent)
    os.environ |= {"TZ": "", "HOST": "mine", ENV_FILE: ""}
    env_file.take_in(None)
    assert os.environ["TZ"] == ""
    del os.environ[ENV_FILE]
    env_file.take_in(None)
    assert (os.environ["TZ"], os.environ[ENV_FILE]) == ("UTC", str(usual))
    os.environ["TZ"] = ""
    env_file.take_in(named)
    assert [os.environ[name] for name in ("TZ", "MAIL_FROM", "HOST")] == [
        "Asia/Seoul", "a@b.jp", "mine",
    ]  # fmt: skip


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    bad.write_text("A=1\nexport B=2\n")
    for file in (tmp_path / "none", bad):
        ended = CliRunner().invoke(app, ["--env-file", str(file), "secrets", "show"])
        assert (ended.exit_code, ended.output.count("\n")) == (1, 1)
        assert ended.output.startswith(f"✗ 設定のファイル {file}")
    assert "line 2" in ended.output


def test_the_owners_way_comes_as_an_open_file_and_stands_in_no_environment(
    tmp_path: Path,
) -> None:
    """/proc shows everybody of the city's user the environment of its processes."""
    url = "postgresql://owner:hard-to-guess@127.0.0.1/michi"
    file = tmp_path / "owner.env"
    file.write_text(f"# of root\nDATABASE_OWNER_URL={url}\nAWS_REGION=here\n")
    env = {"PATH": os.environ["PATH"], env_file.OWNERS: "0", ENV_FILE: ""}
    with file.open() as opened:
        ran = subprocess.run([sys.executable, "-c", _LOOKS], stdin=opened, env=env, cwd=ROOT,
                             capture_output=True, text=True, check=True)  # fmt: skip
    told = json.loads(ran.stdout)
    assert told["owner"] == url
    assert told["region"] == "here"
    assert told["typed"] == ""
    assert url not in "".join(told["environments"])
    assert told["others_may_look"] is False


_LOOKS = """
import ctypes, json, os, subprocess
PR_GET_DUMPABLE = 3
from cli import env_file
env_file.take_in(None)
from settings import settings
child = subprocess.run(["env"], capture_output=True, text=True).stdout
print(json.dumps({
    "owner": settings().database_owner_url, "region": os.environ["AWS_REGION"],
    "typed": open(0).read(), "environments": [str(os.environ), child],
    "others_may_look": bool(ctypes.CDLL(None).prctl(PR_GET_DUMPABLE, 0, 0, 0, 0)),
}))
"""
