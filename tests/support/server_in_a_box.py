"""A whole Debian server with systemd, for drills: a container of podman's without a network, out of
an image that is made by debootstrap and apt once and then kept."""

import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cli.install.machine import Machine

BASE, IMAGE = "michi-drill-base", "michi-drill-server"
NEEDED = ("podman", "runc", "debootstrap")
_SYSTEM = ("systemd", "systemd-sysv", "dbus", "procps", "curl")
_BOOKWORM = Machine("bookworm", "3.11", "15", True, False, ())
_LINES = """FROM localhost/{base}
RUN apt-get update \\
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends {names} \\
 && apt-get clean
CMD ["/sbin/init"]
"""


@dataclass(frozen=True)
class Server:
    """A running one, by the name of its container."""

    name: str

    def run(self, *words: str, stdin: str = "", fails: bool = False, user: str = "root") -> str:
        """What a command prints there, on both streams. Raises AssertionError where it ends
        otherwise than it is expected to."""
        ran = subprocess.run(
            [*_podman("exec"), "-i", "--user", user, self.name, *words],
            input=stdin, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        assert bool(ran.returncode) is fails, f"{' '.join(words)} → {ran.returncode}\n{ran.stdout}"
        return ran.stdout

    def begin(self, *words: str) -> None:
        """Start a command that goes on there by itself."""
        subprocess.run([*_podman("exec"), "-d", self.name, *words], check=True)


def lacking() -> list[str]:
    """Of what a drill needs on this machine."""
    is_root = [] if os.geteuid() == 0 else ["root"]
    return is_root + [name for name in NEEDED if not shutil.which(name)]


@contextmanager
def server(name: str, folders: Mapping[Path, str]) -> Iterator[Server]:
    """Boots one with folders of ours to read, and throws it away at the end."""
    _make_image()
    mounts = [word for here, there in folders.items() for word in ("-v", f"{here}:{there}:ro")]
    _call([*_podman("run"), "-d", "--name", name, "--hostname", name,
           "--network", "none", "--privileged", "--systemd=always", *_limits(), *mounts,
           f"localhost/{IMAGE}"])  # fmt: skip
    try:
        booted = Server(name)
        booted.run("sh", "-c", "for n in $(seq 300); do systemctl is-system-running -q && exit; "
                   "sleep 1; done; systemctl is-system-running; exit 1")  # fmt: skip
        yield booted
    finally:
        _call([*_podman("rm"), "-f", "-t", "5", name])


def _make_image() -> None:
    if _has(IMAGE):
        return
    with tempfile.TemporaryDirectory() as folder:
        if not _has(BASE):
            root = Path(folder, "root")
            _call(["debootstrap", "--variant=minbase", "bookworm", str(root)])
            packed = Path(folder, "root.tar")
            _call(["tar", "-C", str(root), "-cf", str(packed), "."])
            _call([*_podman("import"), str(packed), BASE])
        names = " ".join((*_SYSTEM, *_BOOKWORM.packages))
        Path(folder, "Containerfile").write_text(_LINES.format(base=BASE, names=names))
        _call([*_podman("build"), *_limits(), "--network", "host", "-t", IMAGE,
               "-f", f"{folder}/Containerfile", folder])  # fmt: skip


def _has(image: str) -> bool:
    return not subprocess.run([*_podman("image"), "exists", f"localhost/{image}"]).returncode


def _podman(verb: str) -> list[str]:
    return ["podman", "--runtime", "runc", verb]


def _limits() -> Sequence[str]:
    """What this machine lets processes have: nobody may raise it without being its root."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    many = min(resource.getrlimit(resource.RLIMIT_NPROC)[1] % 2**31, 4096)
    return ("--ulimit", f"nofile={files}:{files}", "--ulimit", f"nproc={many}:{many}")


def _call(words: Sequence[str]) -> None:
    ran = subprocess.run(words, text=True, capture_output=True, check=False)
    assert not ran.returncode, f"{' '.join(words)} → {ran.returncode}\n{ran.stderr[-3000:]}"
