"""What happens to the data: a page for everybody, in the city's own words, which staff edit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from reports.city import profile
from reports.city.models import TermsText
from store.database import transaction
from web.auth.sessions import Staff, Visitor
from web.kit import languages, markdown, quota
from web.kit.errors import BadInput, NotFound, Overtaken, Refusal
from web.kit.forms import Form, Posted
from web.kit.pages import page
from web.maps.base_map import Db

router = APIRouter(include_in_schema=False)

MOST_LETTERS: Final = 20_000
_OLD: Final = (
    "画面を開いている間に、ほかの人がこの文章を変えました。下の入力欄には、あなたの文章が残っています。"
    "新しい文章を別の画面で確かめて、書き直してください。"
)
_EMPTY: Final = "文章がありません。住民が読む説明を書いてください。"


@router.get("/terms")
def terms(request: Request, db: Db, lang: str = "") -> Response:
    """The text in this language, or else in the one the browser asks for; Japanese first."""
    texts = _texts(db)
    asked = request.headers.get("accept-language", "")
    chosen = lang if lang in texts else languages.preferred(asked, texts)
    answer = page(
        "open/terms.html",
        visitor=None,
        facts=profile.profile(db),
        languages=languages,
        offered=list(texts),
        text=texts[chosen] if chosen else None,
        html=markdown.as_html(texts[chosen].words) if chosen else None,
        title=markdown.title_of(texts[chosen].words) if chosen else "",
    )
    answer.headers["Vary"] = "Accept-Language"
    return answer


@router.get("/staff/terms")
def edit(visitor: Staff, db: Db, lang: str = "", saved: bool = False) -> Response:
    """One language's text with its preview, who changed it last, and when."""
    return _desk(db, visitor, lang, saved=saved)


@router.post("/staff/terms")
def save(visitor: Staff, form: Form) -> Response:
    """Fields: lang, words, seen (when the text that the page showed was changed), do.

    `do` is save, or preview: the same page with the text as it would look, and nothing kept.
    """
    lang, sentence, status = form.words("lang"), "", 200
    try:
        words = _wanted(form)
        if form.fields.get("do") != "preview":
            with transaction() as db:
                _keep(db, visitor, lang, words, seen=_moment(form.fields.get("seen", "")))
            return RedirectResponse(f"/staff/terms?lang={lang}&saved=1", 303)
    except (BadInput, Overtaken) as refusal:
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
    texts = _texts(db)
    text = texts.get(lang) or next(iter(texts.values()), None)
    kept = text.words if text else ""
    words = (typed or {}).get("words", kept)
    return page(
        "desk/terms/page.html",
        status=status,
        visitor=visitor,
        quota=quota.notice(db),
        languages=languages,
        offered=list(texts),
        text=text,
        words_now=words,
        seen=(typed or {}).get("seen") or (text.edited_at.isoformat() if text else ""),
        html=markdown.as_html(words[:MOST_LETTERS]),
        most=MOST_LETTERS,
        sentence=sentence,
        saved=saved,
    )


def _texts(db: Session) -> dict[str, TermsText]:
    """By language, Japanese first."""
    rows = {row.language: row for row in db.scalars(select(TermsText))}
    return {language: rows[language] for language in languages.ordered(rows)}


def _wanted(form: Posted) -> str:
    words = form.words("words", most=MOST_LETTERS)
    if not words:
        raise BadInput(_EMPTY)
    return words


def _keep(db: Session, visitor: Visitor, language: str, words: str, *, seen: datetime) -> None:
    """Only over the text that the page showed; the same words sent again are no clash."""
    unchanged = or_(TermsText.edited_at == seen, TermsText.words == words)
    changed = db.execute(
        update(TermsText)
        .where(TermsText.language == language, unchanged)
        .values(words=words, edited_by=visitor.name, edited_at=func.now())
        .returning(TermsText.language)
    )
    if changed.one_or_none() is None:
        raise _why_not(db, language)


def _why_not(db: Session, language: str) -> Refusal:
    known = db.scalar(select(TermsText.language).where(TermsText.language == language))
    return Overtaken(_OLD) if known else NotFound("この言語の文章はありません。")


def _moment(typed: str) -> datetime:
    try:
        return datetime.fromisoformat(typed)
    except ValueError:
        raise BadInput("画面を開き直して、もう一度保存してください。") from None
