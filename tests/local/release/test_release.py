"""A release: what its bill says; and, in a long run, its wheel in a venv with nothing else."""

import base64
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from local.machine.processes import free_ports
from local.machine.wish import ROOT
from local.release import bill, folder, wheel
from local.release.lock import Locked, locked_in

LOCK = """aenum==3.1.17 \\
    --hash=sha256:{0} \\
    --hash=sha256:{1}
    # via line-bot-sdk
async-timeout==5.0.1 ; python_full_version < '3.11.3' \\
    --hash=sha256:{0}
rich==15.0.0 \\
    --hash=sha256:{1}
""".format("a" * 64, "b" * 64)
SHA512 = "sha512-" + base64.b64encode(b"\x01" * 64).decode()
NPM = {
    "packages": {
        "": {"name": "michi-web"},
        "node_modules/idb": {"version": "8.0.4", "license": "ISC", "integrity": SHA512},
        "node_modules/@a/b": {"version": "1.0.0", "license": "MIT", "integrity": SHA512},
        "node_modules/axe-core": {"version": "4.0.0", "dev": True, "integrity": SHA512},
    }
}


def test_a_lock_is_read_with_markers_and_checksums() -> None:
    assert list(locked_in(LOCK)) == [
        Locked("aenum", "3.1.17", "", ("a" * 64, "b" * 64)),
        Locked("async-timeout", "5.0.1", "python_full_version < '3.11.3'", ("a" * 64,)),
        Locked("rich", "15.0.0", "", ("b" * 64,)),
    ]
    for wrong in ("rich==15.0.0\n", "-r other.lock\n"):
        with pytest.raises(ValueError, match=wrong.split()[0]):
            list(locked_in(wrong))
    assert len(list(locked_in((ROOT / "requirements.lock").read_text()))) > 80


def test_the_bill_names_every_package_with_licence_and_checksum(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "requirements.lock").write_text(LOCK)
    (tmp_path / "web" / "package-lock.json").write_text(json.dumps(NPM))
    made = tmp_path / "michi-1.2.3-py3-none-any.whl"
    made.write_bytes(b"a wheel")
    written = bill.text_of(tmp_path, made, 1_700_000_000)
    said = json.loads(written)
    found = {part["purl"]: part for part in said["components"]}
    assert found.keys() == {
        "pkg:pypi/aenum@3.1.17", "pkg:pypi/async-timeout@5.0.1", "pkg:pypi/rich@15.0.0",
        "pkg:npm/idb@8.0.4", "pkg:npm/%40a/b@1.0.0",
    }  # fmt: skip
    assert found["pkg:pypi/rich@15.0.0"]["licenses"] == [{"license": {"id": "MIT"}}]
    assert found["pkg:npm/idb@8.0.4"]["hashes"] == [{"alg": "SHA-512", "content": "01" * 64}]
    assert said["metadata"]["component"]["version"] == "1.2.3"
    assert said["metadata"]["timestamp"].startswith("2023-11-14")
    assert len(said["dependencies"][0].get("dependsOn", [])) in (0, 5)


@pytest.mark.long
def test_the_wheel_is_the_same_twice_and_works_alone(tmp_path: Path, database_url: str) -> None:
    seconds = wheel.committed_at("HEAD")
    source, other = (wheel.export("HEAD", tmp_path / name) for name in ("source", "other"))
    for one in (source, other):
        wheel.bring_packages(one)
    first = wheel.build(source, tmp_path / "1", seconds)
    again = wheel.build(other, tmp_path / "2", seconds)
    assert first.read_bytes() == again.read_bytes()
    made = folder.lay_out(source, first, tmp_path / "release")
    bill.write(made / folder.BILL, source, first, seconds)
    folder.write_checksums(made)
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", folder.CHECKSUMS], cwd=made,
                   check=True)  # fmt: skip
    venv = _venv(made, tmp_path / "venv")
    _imports_all(venv)
    version = subprocess.run([venv / "bin" / "michi", "--version"], capture_output=True, text=True)
    assert first.name.split("-")[1] in version.stdout
    _serves_a_map(venv, tmp_path)


def _venv(release: Path, to: Path) -> Path:
    """With what the lock and the wheel bring, and nothing else."""
    subprocess.run([sys.executable, "-m", "venv", str(to)], check=True)
    pip = [str(to / "bin" / "pip"), "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, "--require-hashes", "-r", str(release / folder.LOCK)], check=True)
    subprocess.run([*pip, "--no-deps", "--no-index", *release.glob("*.whl")], check=True)
    return to


def _imports_all(venv: Path) -> None:
    subprocess.run([venv / "bin" / "python", "-I", "-W", "error", "-c", _ALL], check=True)


_ALL = """
import importlib, importlib.metadata, pathlib
files = [file for file in importlib.metadata.files("michi") if file.suffix == ".py"]
left_out = ("migrations/env.py", "migrations/versions", "cli/server_files", "cli/install/__main__")
names = [".".join(file.with_suffix("").parts).removesuffix(".__init__") for file in files
         if not str(file).startswith(left_out)]
assert len(names) > 500, len(names)
for name in names:
    importlib.import_module(name)
"""


def _serves_a_map(venv: Path, where: Path) -> None:
    (port,) = free_ports([0])
    env = dict(os.environ) | {"PORT": str(port), "HOST": "127.0.0.1"}
    env.pop("PYTHONPATH", None)
    served = subprocess.Popen([venv / "bin" / "michi", "web"], cwd=where, env=env)
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{base}/healthz", timeout=5).close()
                break
            except OSError:
                time.sleep(0.5)
        page = _get(f"{base}/")
        assert b"maplibre" in page or b"<main" in page
        manifest = [line for line in page.decode().split('"') if line.endswith((".js", ".css"))]
        assert manifest
        assert all(_get(f"{base}{one}") for one in manifest if one.startswith("/"))
    finally:
        served.send_signal(signal.SIGTERM)
        served.wait(20)


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=20) as answer:
        body: bytes = answer.read()
    return body
