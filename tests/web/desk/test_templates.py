"""Staff read in which languages a template arrives."""

from datetime import UTC, datetime

import pytest

from reports.city.templates import Template
from reports.tickets.read_models import ReportSummary
from web.desk.ticket.story import spoken_by

LOOK = Template("look", "見に行きます", "note", {"ja": "見ます。", "en": "We go.", "pt": "Vamos."})


def by_who_speaks(language: str | None) -> ReportSummary:
    at = datetime(2026, 11, 30, tzinfo=UTC)
    return ReportSummary(1, at, "pin", None, "", None, None, urgent=False, language=language)


@pytest.mark.parametrize(
    ("languages", "said"),
    [
        (["en", "ja", "en"], "English"),
        (["en-GB", "pt-BR"], "en-GB・pt-BR"),
        (["ja-JP", None, "", "fr"], ""),
        ([], ""),
    ],
)
def test_only_languages_are_named_in_which_a_template_arrives(
    languages: list[str | None], said: str
) -> None:
    assert spoken_by([LOOK], map(by_who_speaks, languages)) == said
    assert spoken_by([], map(by_who_speaks, languages)) == ""
