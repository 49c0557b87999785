"""A crew's phone: a Chromium with a folder of its own, which keeps what it has over a kill."""

import io
import os
import random
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from one_chromium import CHROMIUM, FLAGS
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect
from web_scene import PASSWORD
from web_visit import NO_WEBGL, PATIENCE_MS, PHONE

from web.kit import assets

_LOOK_MS = 100
_LOOKS = PATIENCE_MS // _LOOK_MS


@contextmanager
def phone(chromium: Browser, site: str, folder: Path) -> Iterator[BrowserContext]:
    """Switched on; what it keeps lies in the folder."""
    context = chromium.browser_type.launch_persistent_context(
        folder,
        executable_path=CHROMIUM,
        args=FLAGS,
        viewport=PHONE,  # type: ignore[arg-type]
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
        base_url=site,
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(NO_WEBGL)
    try:
        yield context
    finally:
        with suppress(Error):  # it may have been killed
            context.close()


def kill(folder: Path) -> None:
    """The browser whose folder this is, all at once."""
    for process in Path("/proc").iterdir():
        if process.name.isdecimal():
            with suppress(OSError):
                if f"--user-data-dir={folder}".encode() in (process / "cmdline").read_bytes():
                    os.kill(int(process.name), signal.SIGKILL)


def sign_in(context: BrowserContext, name: str = "roads", at: str = "/crew/") -> Page:
    """Signed in by its own form, at the list, which is `at` this path."""
    page = context.pages[0]
    page.goto("/sign-in")
    page.get_by_label("名前").fill(name)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="サインイン").click()
    page.wait_for_url(f"**{at}")
    return page


def until_kept(page: Page, tickets: int) -> None:
    """All of today is on the phone."""
    page.goto("/crew/waiting")
    expect(page.locator("#kept")).to_contain_text(f"受付票 {tickets}件")


def finish(page: Page, number: str, *, turn: int = 0) -> None:
    """Two taps: a photo, and done; until the page has gone on."""
    page.goto(f"/crew/tickets/{number}")
    with page.expect_navigation():
        press_finish(page, turn=turn)


def press_finish(page: Page, *, turn: int = 0) -> None:
    """On the ticket's page."""
    photo = {"name": "after.jpg", "mimeType": "image/jpeg", "buffer": mended(turn)}
    page.locator("#finish input[type=file]").first.set_input_files([photo])  # type: ignore[list-item]
    page.locator("#finish .send").click()


def mended(turn: int = 0, width: int = 640) -> bytes:
    """A photo of the mended place, like none that residents have sent."""
    grains = random.Random(turn).randbytes(48 * 36)
    made = io.BytesIO()
    Image.frombytes("L", (48, 36), grains).convert("RGB").resize((width, width * 3 // 4)).save(
        made, "JPEG"
    )
    return made.getvalue()


def until(page: Page, done: Callable[[], bool]) -> None:
    """It is so, while the page goes on."""
    for _ in range(_LOOKS):
        if done():
            return
        page.wait_for_timeout(_LOOK_MS)
    raise AssertionError("it never came")


def in_store(page: Page, script: str, given: object = None) -> object:
    """What this script gives, in which `store` is what the phone keeps and `given` is given."""
    address = assets.address("crew/offline/store.js")
    opened = f"async (given) => {{ const store = await import('{address}'); {script} }}"
    return page.evaluate(opened, given)


def left_on(page: Page) -> Sequence[object]:
    """What waits on this phone, whoever's, and the names of what it has kept of people."""
    found = in_store(
        page,
        """const shelves = (await caches.keys()).filter((name) => name !== "michi-files");
           return [...(await store.allActs()).map((act) => act.number), ...shelves];""",
    )
    assert isinstance(found, list)
    return found


def until_drafted(page: Page, *fields: str) -> None:
    """A form with a photo and these fields, not sent yet, is on this phone."""
    script = """const names = (await store.factNames()).filter((name) => name.startsWith("draft:"));
        const drafts = await Promise.all(names.map(store.fact));
        return drafts.some(({ fields, photos }) => photos.length
            && given.every((name) => fields.some(([one]) => one === name)));"""
    until(page, lambda: bool(in_store(page, script, list(fields))))
