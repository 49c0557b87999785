"""A real Chromium's view of the site: who comes in, on which screen, and what it complains of."""

from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page
from web_scene import PASSWORD

PC = {"width": 1366, "height": 820}
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 30_000


@dataclass
class Visit:
    """One person's open page, and everything the browser complained of meanwhile."""

    page: Page
    complaints: list[str] = field(default_factory=list)


def visit(chromium: Browser, site: str, name: str, screen: dict[str, int], **more: object) -> Visit:
    context = chromium.new_context(viewport=screen, locale="ja-JP", base_url=site, **more)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    made = Visit(context.new_page())
    made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
    made.page.on(
        "console",
        lambda said: made.complaints.append(said.text) if said.type == "error" else None,
    )
    made.page.goto("/sign-in")
    made.page.get_by_label("名前").fill(name)
    made.page.get_by_label("パスワード").fill(PASSWORD)
    made.page.get_by_role("button", name="サインイン").click()
    return made
