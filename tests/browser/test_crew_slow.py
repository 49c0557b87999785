"""The list of today over a slow line: readable, in its order, and to be pressed with its first answer."""

import pytest
from playwright.sync_api import Browser
from web_scene import filed
from web_visit import PHONE, visit

from geo.points import Point

SLOW_3G = {"offline": False, "latency": 2_000, "downloadThroughput": 50_000}
SLOW_3G["uploadThroughput"] = 50_000


@pytest.mark.long
def test_measure(chromium: Browser, site: str) -> None:
    import random
    import time

    t0 = time.time()
    some = random.Random(7)
    for turn in range(200):
        east, north = some.random() * 0.02, some.random() * 0.008
        filed("debris" if turn % 11 == 0 else "pothole", Point(139.515 + east, 35.698 + north))
    print("filed", time.time() - t0, flush=True)
    first = visit(chromium, site, "roads", PHONE, at="/crew/account")
    page = first.page
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.clearBrowserCache")
    line.send("Network.emulateNetworkConditions", SLOW_3G)
    got = {}

    def asked(e):
        got[e["requestId"]] = [e["request"]["url"], 0]

    def resp(e):
        if e["requestId"] in got:
            got[e["requestId"]].append(
                e["response"]["timing"] if e["response"].get("timing") else None
            )

    def end(e):
        if e["requestId"] in got:
            got[e["requestId"]][1] = e["encodedDataLength"]

    line.on("Network.requestWillBeSent", asked)
    line.on("Network.loadingFinished", end)
    page.add_init_script("""
      const seen = globalThis.seen = {};
      const look = () => {
        const now = Math.round(performance.now());
        const row = document.querySelector("#list li");
        if (row && !("row" in seen) && row.getBoundingClientRect().height) seen.row = now;
        if (document.querySelector("#list li[data-turn]")) seen.turn ??= now;
        if (document.documentElement.classList.contains("scripted")) seen.scripted ??= now;
        if (document.readyState !== "loading") seen.parsed ??= now;
        requestAnimationFrame(look);
      };
      look();
    """)
    page.goto("/crew/", wait_until="commit")
    page.wait_for_function("seen.scripted", timeout=60000)
    page.wait_for_timeout(1000)
    print(page.evaluate("JSON.stringify(seen)"))
    print(page.evaluate("JSON.stringify(performance.getEntriesByType('navigation')[0].toJSON())"))
    print(
        page.evaluate(
            "JSON.stringify(performance.getEntriesByType('paint').map(e=>[e.name,e.startTime]))"
        )
    )
    page.wait_for_timeout(4000)
    for url, size in got.values():
        print(size, url)
    print(sum(size for url, size in got.values() if "/photos/" not in url))
