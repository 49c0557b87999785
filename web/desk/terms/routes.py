"""Staff edit what residents read about their data."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from fastapi import Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from reports.city.terms import NoSuchText, TextOvertaken, keep, texts
from reports.people.sessions import Visitor
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form
from web.desk import quota
from web.kit import languages, markdown
from web.kit.deps import Db
from web.kit.errors import BadInput, NotFound
from web.kit.forms import Posted
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)

MOST_LETTERS: Final = 20_000
_OLD: Final = (
    "画面を開いている間に、ほかの人がこの文章を変えました。下の入力欄には、あなたの文章が残っています。"
    "新しい文章を別の画面で確かめて、書き直してください。"
)
_EMPTY: Final = "文章がありません。住民が読む説明を書いてください。"


@router.get("/staff/terms")
def edit(visitor: who.EditsTerms, db: Db, lang: str = "", saved: bool = False) -> Response:
    """One language's text with its preview, who changed it last, and when."""
    return _desk(db, visitor, lang, saved=saved)


@router.post("/staff/terms")
def save(visitor: who.EditsTerms, form: Form) -> Response:
    """Fields: lang, words, seen (when the text that the page showed was changed), do.

    `do` is save, or preview: the same page with the text as it would look, and nothing kept.
    """
    lang, sentence, status = form.words("lang"), "", 200
    try:
        words = _wanted(form)
        if form.fields.get("do") != "preview":
            with transaction() as db:
                keep(db, lang, words, by=visitor.name, seen=_moment(form.fields.get("seen", "")))
            return RedirectResponse(f"/staff/terms?lang={lang}&saved=1", 303)
    except NoSuchText:
        raise NotFound("この言語の文章はありません。") from None
    except TextOvertaken:
        sentence, status = _OLD, 409
    except BadInput as refusal:
        sentence, status = refusal.sentence, refusal.status
    with transaction() as db:
        return _desk(db, visitor, lang, typed=form.fields, sentence=sentence, status=status)


def _desk(
    db: Session,
    visitor: Visitor,
    lang: str,
    *,
    typed: Mapping[str, str] | None = None,
    sentence: str = "",
    status: int = 200,
    saved: bool = False,
) -> Response:
    known = texts(db)
    offered = languages.ordered(known)
    text = known.get(lang) or next((known[one] for one in offered), None)
    kept = text.words if text else ""
    words = (typed or {}).get("words", kept)
    return page(
        "desk/terms/page.html",
        status=status,
        visitor=visitor,
        quota=quota.notice(db),
        languages=languages,
        offered=offered,
        text=text,
        words_now=words,
        seen=(typed or {}).get("seen") or (text.edited_at.isoformat() if text else ""),
        html=markdown.as_html(words[:MOST_LETTERS]),
        most=MOST_LETTERS,
        sentence=sentence,
        saved=saved,
    )


def _wanted(form: Posted) -> str:
    words = form.words("words", most=MOST_LETTERS)
    if not words:
        raise BadInput(_EMPTY)
    return words


def _moment(typed: str) -> datetime:
    try:
        return datetime.fromisoformat(typed)
    except ValueError:
        raise BadInput("画面を開き直して、もう一度保存してください。") from None
