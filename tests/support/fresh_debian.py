"""A Debian that has nothing yet, with systemd as its first process and a network of its own: made
by debootstrap once, kept in a folder, and booted over a layer that is thrown away."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

KEPT = Path(tempfile.gettempdir()) / "michi-drill"
SUITE = "bookworm"
NETWORK = "10.213.7"
ADDRESS, HOST = f"{NETWORK}.2", f"{NETWORK}.1"
_ALSO = "systemd,systemd-sysv,dbus,ca-certificates,iproute2,procps"
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class FreshDebian:
    """Boots when entered; nothing of it is left behind but what `KEPT` holds."""

    def __init__(self, folder: Path, name: str = "michidrill") -> None:
        self.name, self._folder = name, folder
        self.root = folder / "root"
        self._booted: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "FreshDebian":
        try:
            self._lay()
            self._connect()
            self._boot()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._booted:
            if first := self._first():
                self.run("systemctl poweroff", check=False, first=first)
            try:
                self._booted.wait(180)
            except subprocess.TimeoutExpired:
                self._booted.kill()
                self._booted.wait()
        _said(["umount", str(self.root / "var/cache/apt/archives")], check=False)
        _said(["umount", str(self.root)], check=False)
        _said(["iptables", *_translated("-D")], check=False)
        _said(["ip", "link", "del", "mdh"], check=False)
        _said(["ip", "netns", "del", self.name], check=False)
        shutil.rmtree(self._folder / "work", ignore_errors=True)

    def run(
        self, line: str, *, check: bool = True, first: int | None = None, stdin: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """As root types it there, in root's home."""
        words = ["nsenter", "-t", str(first or self._first()), "-m", "-u", "-i", "-n", "-p", "-C"]
        words += ["--", "env", "-i", f"PATH={_PATH}", "HOME=/root", "LANG=C.UTF-8", "TERM=dumb"]
        ran = subprocess.run(
            [*words, "bash", "-c", f"cd /root\n{line}"],
            input=stdin, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if check and ran.returncode:
            raise AssertionError(f"{line} → {ran.returncode}\n{ran.stdout[-3000:]}\n{ran.stderr}")
        return ran

    def beside(self, words: Sequence[str], **options: object) -> "subprocess.Popen[str]":
        """A program of ours, on that machine's network."""
        return subprocess.Popen(
            ["ip", "netns", "exec", self.name, *words], text=True, stdout=subprocess.PIPE,
            **options,  # type: ignore[call-overload]
        )  # fmt: skip

    def _lay(self) -> None:
        base = KEPT / SUITE
        if not (base / "sbin/init").exists():
            shutil.rmtree(base, ignore_errors=True)
            KEPT.mkdir(parents=True, exist_ok=True)
            part = KEPT / f"{SUITE}.part"
            shutil.rmtree(part, ignore_errors=True)
            mirror = "http://deb.debian.org/debian"
            _said(
                ["debootstrap", "--variant=minbase", f"--include={_ALSO}", SUITE, str(part), mirror]
            )
            part.rename(base)
        for name in ("upper", "work", "root"):
            (self._folder / name).mkdir()
        layers = f"lowerdir={base},upperdir={self._folder}/upper,workdir={self._folder}/work"
        _said(["mount", "-t", "overlay", "overlay", "-o", layers, str(self.root)])
        archives = KEPT / "apt"
        archives.mkdir(exist_ok=True)
        _said(["mount", "--bind", str(archives), str(self.root / "var/cache/apt/archives")])
        self._as_this_machine_fetches()

    def _as_this_machine_fetches(self) -> None:
        """Names, packages and whom it trusts for them, and no waiting for the disk."""
        shutil.copy("/etc/resolv.conf", self.root / "etc/resolv.conf")
        shutil.copy("/etc/apt/sources.list.d/debian.sources", self.root / "etc/apt/sources.list.d")
        (self.root / "etc/apt/sources.list").write_text("")
        (self.root / "etc/dpkg/dpkg.cfg.d/quick").write_text("force-unsafe-io\n")
        for one in Path("/usr/local/share/ca-certificates").glob("*.crt"):
            shutil.copy(one, self.root / "usr/local/share/ca-certificates")

    def _connect(self) -> None:
        inside = ["ip", "-n", self.name]
        for words in (
            ["ip", "netns", "add", self.name],
            ["ip", "link", "add", "mdh", "type", "veth", "peer", "name", "mdg"],
            ["ip", "link", "set", "mdg", "netns", self.name],
            ["ip", "addr", "add", f"{HOST}/30", "dev", "mdh"],
            ["ip", "link", "set", "mdh", "mtu", "1400", "up"],
            [*inside, "addr", "add", f"{ADDRESS}/30", "dev", "mdg"],
            [*inside, "link", "set", "mdg", "mtu", "1400", "up"],
            [*inside, "link", "set", "lo", "up"],
            [*inside, "route", "add", "default", "via", HOST],
            ["iptables", *_translated("-A")],
        ):
            _said(words)

    def _boot(self) -> None:
        words = ["systemd-nspawn", "--register=no", "--keep-unit", "--resolv-conf=off",
                 f"--network-namespace-path=/run/netns/{self.name}", f"--machine={self.name}",
                 "-D", str(self.root), "--boot", "--console=pipe"]  # fmt: skip
        self._booted = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True, env={"PATH": os.environ["PATH"]},
        )  # fmt: skip
        until = time.monotonic() + 300
        while not (self._first() and "running" in self._state()):
            if time.monotonic() > until:
                raise AssertionError(f"systemd does not come up: {self._state()}")
            time.sleep(1)
        self.run("update-ca-certificates")

    def _state(self) -> str:
        return self.run("systemctl is-system-running", check=False).stdout if self._first() else ""

    def _first(self) -> int | None:
        """The machine's process 1, as this machine counts."""
        if not self._booted:
            return None
        found = _said(["pgrep", "-P", str(self._booted.pid)], check=False).split()
        return int(found[0]) if found else None


def _translated(what: str) -> list[str]:
    way = ["-s", f"{NETWORK}.0/30", "!", "-d", f"{NETWORK}.0/30", "-j", "MASQUERADE"]
    return ["-t", "nat", what, "POSTROUTING", *way]


def _said(words: Sequence[str], *, check: bool = True) -> str:
    ran = subprocess.run(words, capture_output=True, text=True, check=False)
    if check and ran.returncode:
        raise AssertionError(f"{' '.join(words)} → {ran.returncode}\n{ran.stdout}{ran.stderr}")
    return ran.stdout
