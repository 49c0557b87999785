"""A crew's phone: a Chromium with a folder of its own, which keeps what it has over a kill."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect
from web_scene import PASSWORD, picture
from web_visit import NO_WEBGL, PATIENCE_MS, PHONE

ALL_KEPT = "/枚.*に更新/"


@contextmanager
def phone(chromium: Browser, site: str, folder: Path) -> Iterator[BrowserContext]:
    """Switched on; what it keeps lies in the folder."""
    context = chromium.browser_type.launch_persistent_context(
        folder,
        executable_path=_executable(),
        args=_flags(),
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
        context.close()


def _executable() -> str:
    from one_chromium import CHROMIUM

    return CHROMIUM


def _flags() -> list[str]:
    from one_chromium import FLAGS

    return FLAGS


def sign_in(context: BrowserContext, name: str = "roads") -> Page:
    """Signed in by its own form, at the list."""
    page = context.pages[0]
    page.goto("/sign-in")
    page.get_by_label("名前").fill(name)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="サインイン").click()
    page.wait_for_url("**/crew/")
    return page


def until_kept(page: Page, tickets: int) -> None:
    """All of today is on the phone."""
    page.goto("/crew/waiting")
    expect(page.locator("#kept")).to_contain_text(f"受付票 {tickets}件")


def finish(page: Page, number: str, *, turn: int = 0) -> None:
    """Two taps: a photo, and done."""
    page.goto(f"/crew/tickets/{number}")
    photo = {"name": "after.jpg", "mimeType": "image/jpeg", "buffer": picture(turn)}
    page.locator("#photo").set_input_files([photo])  # type: ignore[list-item]
    page.get_by_role("button", name="この写真で完了").click()
    page.wait_for_url(lambda url: not url.endswith(number))


def looks(page: Page, done: Callable[[], bool]) -> None:
    """Until it is so, while the page goes on."""
    for _ in range(300):
        if done():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it never came")
