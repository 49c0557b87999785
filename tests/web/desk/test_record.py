"""経緯書: issued by who may, made by a worker, whole to the last byte, and compared with what is."""

import json
import re
from collections.abc import Callable

import pytest
from examples import examples
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from workshop import work_off
from record_scene import Scene, claimed
from townsfolk import rows, value
from web_scene import Browser

from reports.documents.record import verify
from reports.records import keys, kept
from store.database import transaction


def issued(browser: Browser, scene: Scene, *, key: str = "k", **fields: str) -> bytes:
    """The file that the worker made of what was asked for."""
    here = f"/staff/tickets/{scene.number}/record"
    answer = browser.post(here, key=key, why="損害賠償請求の資料", **fields)
    assert answer.status_code == 303
    assert work_off("make_record") == 1
    record_id = value("SELECT max(id) FROM issued_records")
    return browser.get(f"{here}/{record_id}/file").content


def test_a_record(staff: Browser) -> None:
    scene = claimed()
    file = issued(staff, scene, personal="yes")
    open("/tmp/h/rec_t/sample.pdf", "wb").write(file)
    file = issued(staff, scene, key="l")
    open("/tmp/h/rec_t/plain.pdf", "wb").write(file)
    with transaction() as db:
        found = verify.whole(file, keys.publics(db))
        print(found.why_not, found.whose)
        a = verify.agrees(db, found)
        print(a.issued and a.issued.name, a.head, a.findings)
    print(json.dumps(found.record, ensure_ascii=False, indent=1)[:6000])
    page = staff.get(f"/staff/tickets/{scene.number}/record")
    open("/tmp/h/rec_t/page.html", "w").write(page.text)
    assert page.status_code == 200
