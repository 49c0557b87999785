"""Runs inside of a drill's server: `python people_of_three_cities.py STOP DONE API…`, where each
API is a LINE platform. People of each write and send places until the file STOP is there; DONE then
says how many events were sent to each city."""

import json
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any


def call(api: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    asked = urllib.request.Request(
        f"{api}/_platform/{path}", json.dumps(body).encode(), {"content-type": "application/json"}
    )
    with urllib.request.urlopen(asked, timeout=300) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def main(stop: Path, done: Path, apis: list[str]) -> None:
    sent = dict.fromkeys(apis, 0)
    number = 0
    while not stop.exists():
        for api in apis:
            somebody = call(api, "people", {"name": f"人{number}"})
            who = somebody.get("userId") or somebody["user_id"]
            place = {
                "latitude": 35.70 + number / 1e5,
                "longitude": 139.509,
                "title": "t",
                "address": "a",
            }
            sent[api] += len(
                call(api, f"people/{who}/text", {"text": "道路に穴があります"})["events"]
            )
            sent[api] += len(call(api, f"people/{who}/location", place)["events"])
        number += 1
        time.sleep(0.5)
    done.write_text(json.dumps(sent))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
