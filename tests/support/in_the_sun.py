"""What keeps somebody with gloves, in the sun, from using a page on a phone."""

from web_visit import Visit

SMALL = """
    () => [...document.querySelectorAll(
        "a[href], button, summary, label:has(input:is([type=checkbox], [type=radio])), label[for].shoot, label[for].pick, "
        + "input:not([type=hidden], [type=file], [type=checkbox], [type=radio]), select, textarea"
    )]
        .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".skip, .unseen, .maplibregl-ctrl-attrib, dialog:not([open])"))
        .map((one) => [one, one.getBoundingClientRect()])
        .filter(([one, { width, height }]) => width > 2 && (Math.round(height) < 48 || Math.round(width) < 44))
        .map(([one, { width, height }]) => `${(one.textContent.trim() || one.name || one.tagName).slice(0, 30)}: ${Math.round(width)} × ${Math.round(height)} px`)
"""  # noqa: E501
"""What is less than 48 pixels high, or 44 wide."""
FAINT = """
    () => {
        const parts = (colour) => colour.match(/[0-9.]+/g).map(Number);
        const light = (colour) => {
            const [r, g, b] = colour.map((one) => one / 255)
                .map((one) => (one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const behind = (one) => {
            if (!one) return [255, 255, 255];
            const [r, g, b, share = 1] = parts(getComputedStyle(one).backgroundColor);
            if (share === 1) return [r, g, b];
            const below = behind(one.parentElement);
            return [r, g, b].map((part, turn) => part * share + below[turn] * (1 - share));
        };
        const contrast = (one) => {
            const both = [light(parts(getComputedStyle(one).color)), light(behind(one))];
            return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
        };
        const main = "main h1, main h2, main b, main p, .button, .tap, .shoot, .pick, .send, button, summary, .chip, .mark";
        return [...document.querySelectorAll(main)]
            .filter((one) => one.checkVisibility() && one.textContent.trim() && !one.disabled && contrast(one) < 7)
            .map((one) => `${one.textContent.trim().slice(0, 30)}: ${contrast(one).toFixed(1)} : 1`);
    }
"""  # noqa: E501
"""What is fainter than 7 to 1 (WCAG 2.2, 1.4.6)."""


def hard_to_use(made: Visit) -> list[str]:
    """What is too small for a thumb, and what is too faint for the sun."""
    return [str(one) for look in (SMALL, FAINT) for one in made.page.evaluate(look)]
