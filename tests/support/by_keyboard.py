"""What somebody without a mouse cannot do at a page."""

from typing import Final

from playwright.sync_api import Page

MARK: Final = """
    () => {
        const all = [...document.querySelectorAll(
            "a[href], button, input, select, textarea, summary, iframe, [tabindex]",
        )].filter((one) => one.tabIndex >= 0 && !one.disabled && !one.closest("[inert]")
            && one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length);
        const groups = new Map();
        for (const one of all) {
            if (one.type !== "radio") continue;
            const group = `${[...document.forms].indexOf(one.form)} ${one.name}`;
            groups.set(group, [...(groups.get(group) ?? []), one]);
        }
        const left = new Set([...groups.values()].flatMap((group) => {
            const stop = group.find((one) => one.checked);
            return stop ? group.filter((one) => one !== stop) : group.slice(1);
        }));
        const stops = all.filter((one) => !left.has(one));
        stops.forEach((one, place) => { one.dataset.stop = place; });
        document.activeElement?.blur();
        return stops.length;
    }
"""
"""Numbers all that Tab leads to (of radios one of each group), and says how many there are."""
HERE: Final = """
    () => {
        const here = document.activeElement;
        if (!here || here === document.body) return null;
        const seen = [here, ...(here.labels ?? []), here.parentElement].some((one) => {
            const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
            const isRinged = outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
            return isRinged || boxShadow !== "none";
        });
        return { stop: here.dataset.stop ?? null, seen, what: here.outerHTML.slice(0, 120) };
    }
"""
MISSED: Final = """
    (stops) => stops.map((stop) => document.querySelector(`[data-stop="${stop}"]`))
        .filter((one) => one?.getClientRects().length).map((one) => one.outerHTML.slice(0, 120))
"""
BY_MOUSE_ALONE: Final = """
    () => [...document.querySelectorAll("body *")].filter((one) =>
        getComputedStyle(one).cursor === "pointer"
        && getComputedStyle(one.parentElement).cursor !== "pointer"
        && one.checkVisibility()
        && !one.closest("a[href], button, input, select, textarea, summary, label, [tabindex]")
    ).map((one) => one.outerHTML.slice(0, 120))
"""

_PARTS: Final = 8
"""Of a field for a day and a time, at each of which Tab stops once."""


def out_of_reach(page: Page) -> list[str]:
    """What Tab does not lead to, where it stays, where nothing shows that it is there, and what
    only a mouse can press."""
    many = page.evaluate(MARK)
    reached: set[str] = set()
    wrong: list[str] = []
    last, same = None, 0
    for _ in range(2 * many + 5):
        if len(reached) == many:
            break
        page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        same = same + 1 if here and here == last else 0
        last = here
        if same > _PARTS and many > 1:
            wrong.append(f"Tab stays at {here['what']}")
            break
        if here and here["stop"] is not None:
            reached.add(here["stop"])
            if not here["seen"]:
                wrong.append(f"nothing shows that Tab is at {here['what']}")
    left = [str(stop) for stop in range(many) if str(stop) not in reached]
    wrong += [f"Tab does not lead to {one}" for one in page.evaluate(MISSED, left)]
    wrong += [f"for a mouse alone: {one}" for one in page.evaluate(BY_MOUSE_ALONE)]
    return list(dict.fromkeys(wrong))
