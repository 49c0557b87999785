"""The audit log at a terminal: where it ends, and what somebody did to it."""

from townsfolk import rows, value
from typer.testing import CliRunner

from cli.app import app
from store.database import transaction
from store.origin import origin
from workers.clock import chain


def run(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["audit", *words])
    assert origin.get() is None
    return done.exit_code, done.stdout, done.stderr


def test_verify_names_what_a_superuser_changed_and_what_is_missing_at_the_end(
    database_url: str,
) -> None:
    rows("UPDATE departments SET phone = '1' WHERE key = 'road'")
    rows("UPDATE departments SET phone = '2' WHERE key = 'road'")
    assert run("head")[1].strip() == "0:"
    chain()
    code, said, _ = run("verify")
    many = value("SELECT count(*) FROM audit")
    assert (code, said.strip()) == (0, f"{many} rows, to place {many}; 0 wait for theirs")
    end = run("head")[1].strip()
    assert run("verify", "--head", end)[0] == 0
    changed = value("SELECT max(id) - 1 FROM audit")
    with transaction() as db:
        db.connection().exec_driver_sql(
            "SET LOCAL session_replication_role = replica;"
            f"UPDATE audit SET new = '{{}}' WHERE id = {changed};"
            f"DELETE FROM audit WHERE id > {changed}; DELETE FROM audit_seals WHERE id > {changed};"
            "DELETE FROM audit_head"
        )
    code, _, wrong = run("verify", "--head", end)
    assert code == 1
    assert f"row {changed} (place {many - 1}) was changed" in wrong
    assert f"the newest 1, from place {many} on, were removed" in wrong
    assert run("verify", "--head", "nonsense")[0] == 2
