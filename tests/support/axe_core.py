"""What keeps somebody from using a page, as axe-core finds it."""

from examples import LONG
from web_visit import Visit

from settings import ROOT

AXE = (ROOT / "web/node_modules/axe-core/axe.min.js").read_text("utf-8")
RUN_AXE = """
    async () => (await axe.run({ resultTypes: ["violations"] })).violations
        .filter(({ impact }) => ["serious", "critical"].includes(impact))
        .flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ target }) => `${id}: ${target}`))
"""


def faults(made: Visit) -> list[str]:
    """How far it goes off sideways, and in a long run what axe finds that keeps somebody from using
    it."""
    wide = made.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    found = [f"{wide} px wider than the screen"] if wide > 0 else []
    if not LONG:
        return found
    made.page.evaluate(AXE)
    return found + [str(fault) for fault in made.page.evaluate(RUN_AXE)]
