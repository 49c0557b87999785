"""`python -m local.release`: make a release of the commit that is checked out."""

import subprocess
import tempfile
from pathlib import Path
from typing import Annotated, Final

import typer

from local.machine.wish import ROOT
from local.release import bill, folder, wheel

USUAL_FOLDER: Final = ROOT / "dist"


def release(
    to: Annotated[Path, typer.Option(help="出来上がりの置き場 / folder of the release")] = (
        USUAL_FOLDER
    ),
    commit: Annotated[str, typer.Option(help="どのコミットから / of which commit")] = "HEAD",
    wheels: Annotated[
        bool, typer.Option("--wheels", help="部品も入れる / with the packages of the lock")
    ] = False,
) -> None:
    """リリースを作る / Make a release: wheel, lock, SBOM, checksums, files for containers."""
    _need_a_committed_tree(commit)
    with tempfile.TemporaryDirectory(prefix="michi-release-") as scratch:
        source = wheel.export(commit, Path(scratch) / "source")
        seconds = wheel.committed_at(commit)
        wheel.bring_packages(source)
        built = wheel.build(source, Path(scratch) / "built", seconds)
        made = folder.lay_out(source, built, to / f"michi-{wheel.version_of(built)}")
        bill.write(made / folder.BILL, source, built, seconds)
        if wheels:
            wheel.fetch(made / folder.LOCK, made / "wheels")
        folder.write_checksums(made)
        packed = folder.pack(made, seconds)
    typer.echo(f"✓ {made}\n✓ {packed}")


def _need_a_committed_tree(commit: str) -> None:
    """What is not committed would be missing without a word."""
    changed = subprocess.run(
        ["git", "status", "--porcelain", "--untracked-files=no"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    if commit == "HEAD" and changed.strip():
        typer.echo(
            "✗ コミットしていない変更があります。コミットするか、--commit で指定してください"
            " / there are changes that are not committed: commit them, or name one by --commit",
            err=True,
        )
        raise typer.Exit(1)


if __name__ == "__main__":
    command = typer.Typer(add_completion=False)
    command.command()(release)
    command(prog_name="python -m local.release")
