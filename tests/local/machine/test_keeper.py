"""What keeps one machine together: restarts, stopping in order, and nothing left behind."""

import json
import os
import signal
import socket
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from street import Street, until

from local.machine.lock import only_one
from local.machine.processes import Trouble
from local.machine.stack import running

DIES = "import sys; print('no bread in the house'); sys.exit(3)"
WAITS = "import time; time.sleep(600)"


def test_a_program_that_is_killed_is_started_again(street: Street) -> None:
    with running(street.wish(street.web(), street.worker())) as stack:
        first = stack.processes["worker"]
        stack.kill("worker")
        until(lambda: stack.processes.get("worker", first) != first)


@pytest.mark.long
def test_the_horse_of_a_killed_worker_goes_with_it(street: Street) -> None:
    with running(street.wish(street.web(), street.worker())) as stack:
        until(lambda: street.horse() is not None)
        horse = street.horse()
        stack.kill("worker")
        until(lambda: horse not in street.alive())


@pytest.mark.long
def test_what_dies_five_times_in_a_row_stops_everything_with_its_last_words(
    street: Street,
) -> None:
    starter = street.start(street.wish(street.web(), street.program("clock", DIES)))
    said = starter.communicate()[0]
    assert starter.returncode == 1
    assert "no bread in the house" in said
    assert "clock ended 5 times in a row" in said
    assert street.alive() == set()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything_and_is_no_failure(
    street: Street, number: signal.Signals
) -> None:
    starter = street.start_and_wait(street.wish(street.web(), street.worker()))
    until(lambda: street.horse() is not None)
    starter.send_signal(number)
    starter.communicate(timeout=60)
    assert starter.returncode == 0
    assert street.alive() == set()


@pytest.mark.long
def test_a_closed_terminal_stops_everything(street: Street) -> None:
    terminal, starter = street.start_in_a_terminal(street.wish(street.web(), street.worker()))
    os.close(terminal)
    starter.wait(timeout=60)
    assert starter.returncode == 0
    assert street.alive() == set()


def test_after_a_kill_of_the_starter_nothing_stays_behind(street: Street) -> None:
    starter = street.start_and_wait(street.wish(street.web(), street.worker()))
    until(lambda: street.horse() is not None)
    starter.kill()
    until(lambda: street.alive() == set())


@pytest.mark.long
def test_after_a_kill_of_the_keeper_nothing_stays_behind(street: Street) -> None:
    starter = street.start_and_wait(street.wish(street.web(), street.worker()))
    until(lambda: street.horse() is not None)
    (keeper,) = psutil.Process(starter.pid).children()
    keeper.kill()
    said = starter.communicate()[0]
    assert starter.returncode == 1
    assert "keeper died" in said
    assert street.alive() == set()


def test_the_programs_stop_before_the_servers_they_use(street: Street) -> None:
    with running(replace(street.wish(street.web()), ours=("redis", "postgres"))):
        pass
    assert (street.folder / "web.txt").read_text() == "stopped while the queue still stood"


def test_a_second_start_on_the_same_data_names_the_first(street: Street) -> None:
    wish = street.wish(street.web())
    first = street.start_and_wait(wish)
    second = street.start(wish)
    said = second.communicate()[0]
    web = json.loads((Path(wish.data) / "sign-in.json").read_text())["web"]
    assert second.returncode == 1
    assert web in said
    assert str(first.pid) in said


@pytest.mark.long
def test_the_data_are_free_again_when_everything_has_stopped(street: Street) -> None:
    wish = street.wish(street.web(), street.worker())
    street.start_and_wait(wish).kill()
    with only_one(Path(wish.data)):
        assert street.alive() == set()


def test_a_command_that_fails_while_preparing_stops_the_start(street: Street) -> None:
    wish = replace(street.wish(street.web()), preparing=(("sh", "-c", "echo no map; exit 4"),))
    with pytest.raises(Trouble, match="no map; exit 4") as trouble, running(wish):
        pass
    assert trouble.value.lines[-1] == "no map"
    assert street.alive() == set()


@pytest.mark.long
def test_a_stop_while_preparing_leaves_nothing(street: Street) -> None:
    wish = replace(street.wish(street.web()), preparing=(("sh", "-c", "sleep 600; true"),))
    starter = street.start(wish)
    until(lambda: len(street.alive()) > 2)
    starter.terminate()
    starter.communicate()
    assert starter.returncode == 0
    assert street.alive() == set()


def test_what_runs_once_beside_the_others_may_fail_with_one_line_of_warning(
    street: Street,
) -> None:
    wish = street.wish(street.web(), street.worker())
    starter = street.start_and_wait(replace(wish, afterwards=(("sh", "-c", "exit 4"),)))
    assert starter.stdout
    said = next(line for line in starter.stdout if "sh -c exit 4" in line)
    assert "not all right" in said
    starter.terminate()
    assert "exit 4" not in starter.communicate()[0]
    assert starter.returncode == 0


@pytest.mark.long
def test_what_runs_once_is_neither_kept_nor_left_behind(street: Street) -> None:
    wish = street.wish(street.web(), street.worker())
    waits = replace(wish, afterwards=(("true",), ("sleep", "600")))
    with running(waits) as stack:
        stack.kill("worker")
        until(lambda: "worker" in stack.processes)
        assert set(stack.processes) == {"web", "worker"}
        assert "sleep" in {psutil.Process(pid).name() for pid in street.alive()}
    assert street.alive() == set()


def test_a_port_that_was_asked_for_and_is_taken_stops_the_start(street: Street) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        wish = replace(street.wish(street.web()), port=port, port_is_firm=True)
        with pytest.raises(Trouble, match=f"port {port} is taken"), running(wish):
            pass


@pytest.mark.long
def test_throw_away_data_are_gone_afterwards_but_for_the_logs(street: Street) -> None:
    wish = replace(street.wish(street.web()), ours=("postgres", "redis"), throw_away=True)
    with running(wish) as stack:
        assert (stack.data / "postgres").is_dir()
    assert sorted(file.name for file in stack.data.iterdir()) == ["lock", "logs"]


def test_secrets_and_sign_ins_are_for_their_owner_only(street: Street) -> None:
    with running(street.wish(street.web())) as stack:
        for name in ("secrets.json", "sign-in.json", "processes.json"):
            assert (stack.data / name).stat().st_mode & 0o077 == 0
