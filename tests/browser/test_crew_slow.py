"""Over a slow line the list of today is there with the first answer, in its order."""

import pytest
from playwright.sync_api import Browser, Page, Route
from townsfolk import rows
from web_crew import copies_of
from web_scene import filed
from web_visit import PHONE, visit

from store.database import transaction

MANY = 309
LINE = {
    "offline": False,
    "latency": 2_000,
    "downloadThroughput": 50_000,
    "uploadThroughput": 50_000,
}
"""Slow 3G: milliseconds, bytes a second."""
MOST_BYTES = 50_000
SOON_MS = 2_700
"""Until the list can be used, as its bytes and the line alone make it; of three seconds."""
LOOK = """
    const seen = (globalThis.seen = {});
    const look = () => {
        const now = Math.round(performance.now());
        if (document.querySelector("#list li[data-turn='12']")) seen.row ??= now;
        if (document.getElementById("tools")) seen.whole ??= now;
        if (document.documentElement?.classList.contains("scripted")) seen.scripted ??= now;
        requestAnimationFrame(look);
    };
    look();
"""
SCATTERED = """
    UPDATE tickets SET place = ST_SetSRID(ST_MakePoint(
        139.51 + id * 7919 % 1000 / 50000.0, 35.69 + id * 104729 % 1000 / 90000.0), 4326)
"""
NUMBERS = "rows => rows.map((row) => `${row.dataset.turn} ${row.dataset.number} ${row.hidden}`)"


def numbers(page: Page) -> list[str]:
    found: list[str] = page.locator("#list li").evaluate_all(NUMBERS)
    return found


@pytest.mark.long
def test_the_list_is_in_its_order_before_any_script_and_weighs_little(
    chromium: Browser, site: str
) -> None:
    with transaction() as db:
        copies_of(db, filed().id, MANY - 1)
    rows(SCATTERED)
    page = visit(
        chromium, site, "roads", PHONE, at="/terms", service_workers="block"
    ).page  # fmt: skip
    page.add_init_script(LOOK)
    files: list[Route] = []
    page.route("**/static/**", lambda route: files.append(route))
    page.goto("/crew/", wait_until="commit")
    page.locator("#tools").wait_for()
    first = numbers(page)
    assert first[0].startswith("1 ")
    assert "約" in page.locator("#way").inner_text()
    assert page.locator("#list li a").first.is_visible()
    page.unroute("**/static/**")
    page.goto("/terms")

    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.clearBrowserCache")
    wire.send("Network.emulateNetworkConditions", LINE)
    asked: dict[str, str] = {}
    weight: dict[str, float] = {}
    wire.on(
        "Network.requestWillBeSent",
        lambda told: asked.update({told["requestId"]: told["request"]["url"]}),
    )
    wire.on(
        "Network.loadingFinished",
        lambda told: weight.update({told["requestId"]: told["encodedDataLength"]}),
    )
    page.goto("/crew/")
    page.locator("html.scripted").wait_for()
    page.wait_for_timeout(500)
    there = sum(size for id, size in weight.items() if "/photos/" not in asked[id])
    (first_answer,) = (size for id, size in weight.items() if asked[id].endswith("/crew/"))
    seconds = first_answer / LINE["downloadThroughput"]
    print(page.evaluate("seen"), round(there), len(weight), round(first_answer))
    assert LINE["latency"] + seconds * 1000 <= SOON_MS
    assert numbers(page) == first, "nothing moves when the script comes"
    assert there <= MOST_BYTES
