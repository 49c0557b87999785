"""What comes back, in a real browser: sections of roads as lines on the map."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import text
from web_visit import PC, visit

from store.database import transaction
from workers.sections import cut_sections, follow_again

_PUT = text(
    "INSERT INTO tickets (number, category, status, place, place_name, owner, department_id, why,"
    " received_at) SELECT :number, :category, :status, ST_LineInterpolatePoint("
    " ST_GeometryN(line, 1), :share), town, owner, (SELECT min(id) FROM departments),"
    " jsonb_build_object('road', jsonb_build_object('owner', owner, 'name', road_name,"
    " 'ref', ref)),"
    " :at FROM road_sections WHERE in_use ORDER BY md5(key) OFFSET :turn LIMIT 1 RETURNING id"
)
_MENDED = text(
    "INSERT INTO history (ticket_id, actor, actor_name, what, to_status, at)"
    " VALUES (:id, 'staff', '山田 太郎', 'moved', 'fixed', :at)"
)


def years_of_reports(many: int) -> None:
    """So many tickets of two years; a few sections have most of them."""
    cut_sections()
    chance, now = random.Random(1), datetime.now(UTC)
    with transaction() as db:
        for turn in range(many):
            at = now - timedelta(days=chance.uniform(1, 700))
            facts = {"number": f"T-{turn:04}", "at": at, "share": chance.random()}
            facts["category"] = chance.choice(["pothole", "pothole", "drain", "sidewalk", "sign"])
            facts["status"] = chance.choice(["fixed", "received"])
            facts["turn"] = int(chance.paretovariate(0.6)) % 300
            made = db.execute(_PUT, facts).scalar_one()
            if facts["status"] == "fixed":
                db.execute(_MENDED, {"id": made, "at": at + timedelta(days=5)})
    follow_again()


@pytest.mark.long
def test_sections_are_drawn_and_one_opens_its_tickets(chromium: Browser, site: str) -> None:
    years_of_reports(300)
    seen = visit(chromium, site, "sato", PC, at="/staff/numbers/again", draws=True)
    page = seen.page
    expect(page.locator("#map canvas")).to_be_visible()
    first = page.locator(".again-table tbody tr").first
    expect(first).to_contain_text("A")
    box = page.locator("#map").bounding_box()
    assert box is not None
    first.get_by_role("link").click()
    expect(page.get_by_role("heading", name="受付票")).to_be_visible()
    expect(page.locator("a.number").first).to_be_visible()
    assert seen.complaints == []
