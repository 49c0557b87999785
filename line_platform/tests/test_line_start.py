"""Starting and ending: two ports on loopback and nowhere else; the pages it serves."""

import json
import signal
import subprocess
from collections.abc import Callable

import httpx
import pytest
from line_platform_client import Platform

Starting = Callable[..., subprocess.Popen[str]]
USUAL = ("--webhook", "http://127.0.0.1:1/", "--channel-secret", "s", "--access-token", "t")


@pytest.mark.short
@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "example.com", "::"])
def test_it_refuses_to_listen_anywhere_but_on_loopback(starting: Starting, host: str) -> None:
    with starting("--host", host, *USUAL) as process:
        _, complaint = process.communicate()
    assert process.returncode == 2
    assert "not a loopback address" in complaint


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_though_pages_are_open(starting: Starting, ending: signal.Signals) -> None:
    with starting(*USUAL) as process, httpx.Client(timeout=10, trust_env=False) as http:
        assert process.stdout
        addresses = json.loads(process.stdout.readline())
        with http.stream("GET", f"{addresses['api']}/_platform/events") as stream:
            assert next(stream.iter_lines()) == ": open"
            process.send_signal(ending)
            _, complaint = process.communicate(timeout=10)
    assert process.returncode == 0
    assert complaint == ""


def test_a_port_in_use_is_told(starting: Starting, platform: Platform) -> None:
    port = str(httpx.URL(platform.api).port)
    with starting(*USUAL, "--api-port", port) as process:
        _, complaint = process.communicate()
    assert process.returncode == 1
    assert "cannot listen" in complaint


def test_the_addresses_are_different_ports_of_this_machine(platform: Platform) -> None:
    api, data, chat = (httpx.URL(platform.addresses[key]) for key in ("api", "data", "chat"))
    assert api.host == data.host == "127.0.0.1"
    assert api.port != data.port
    assert (chat.port, chat.path) == (api.port, "/chat/")


def test_the_map_tells_which_file_a_feature_is_from(platform: Platform) -> None:
    found = platform.http.get(f"{platform.api}/chat/map.geojson").json()
    assert found["type"] == "FeatureCollection"
    assert found["features"][0]["properties"] == {"name": "小金井街道", "layer": "roads"}


def test_the_camera_roll_has_pictures(platform: Platform) -> None:
    roll = platform.look("pictures")
    assert len(roll) >= 8
    for picture in roll:
        answer = platform.http.get(f"{platform.api}/_platform/pictures/{picture['file']}")
        assert answer.headers["content-type"] == "image/jpeg"
    assert platform.http.get(f"{platform.api}/_platform/pictures/none.jpg").status_code == 404


def test_the_front_door_leads_to_the_chat(platform: Platform) -> None:
    answer = platform.http.get(f"{platform.api}/")
    assert (answer.status_code, answer.headers["location"]) == (307, "/chat/")
