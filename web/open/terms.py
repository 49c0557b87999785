"""What happens to the data: a page for everybody, in the city's own words."""

from fastapi import Request, Response

from reports.city import profile
from reports.city.terms import texts
from web.kit import languages, markdown
from web.kit.deps import Db
from web.kit.pages import page
from web.kit.router import Router
from web.open.limit import Limited

router = Router(include_in_schema=False, dependencies=[Limited])


@router.get("/terms")
def terms(request: Request, db: Db, lang: str = "") -> Response:
    """The text in this language, or else in the one the browser asks for; Japanese first."""
    known = texts(db)
    asked = request.headers.get("accept-language", "")
    chosen = lang if lang in known else languages.preferred(asked, known)
    text = known[chosen] if chosen else None
    answer = page(
        "open/terms.html",
        visitor=None,
        facts=profile.profile(db),
        languages=languages,
        offered=languages.ordered(known),
        text=text,
        html=markdown.as_html(text.words) if text else None,
        title=markdown.title_of(text.words) if text else "",
    )
    answer.headers["Vary"] = "Accept-Language"
    return answer
