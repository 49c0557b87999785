"""What is said to crew members who have linked their LINE: kinds of their own. Pure.

They are never gathered with words to the same person as a resident, nor those with them.
"""

from reports.outbox.say import Id, Say, kind, later


@kind("crew_text", crew=True)
class CrewText(Say):
    """A text of the locale, below `crew.`."""

    key: str


@kind("crew_linked", crew=True, at_least_once=True)
class CrewLinked(Say):
    """Whose account this LINE account is linked with now, and what can be done here."""


@kind("crew_ticket", crew=True, at_least_once=True)
class CrewTicket(Say):
    """An urgent ticket of their department, or in their charge."""

    ticket_id: Id


@kind("crew_list", crew=True)
class CrewList(Say):
    """The open tickets, theirs first."""


@kind("crew_choose", messages=2, crew=True)
class CrewChoose(Say):
    """Which ticket is finished? `photo`: with this one, where it came first."""

    photo: Id | None = None


@kind("crew_photo_wanted", crew=True)
class CrewPhotoWanted(Say):
    """The photo of the repaired place finishes this ticket. `outcome`: as of `Outcome`."""

    ticket_id: Id
    outcome: str = later("fixed")


@kind("crew_or_report")
class CrewOrReport(Say):
    """Whether this photo finishes a ticket, or begins a report: said with the report's question, so
    it is a resident's as well."""

    photo: Id


@kind("crew_about", crew=True, at_least_once=True)
class CrewAbout(Say):
    """What became of finishing this ticket. `metres`: how far off its photo was taken;
    `material`: what is written down for it, with its amount."""

    key: str
    ticket_id: Id
    metres: int = later(0)
    material: str = later("")
