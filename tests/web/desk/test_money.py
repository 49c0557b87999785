"""Money at the desk: what a contractor cost, what is behind a number, budgets, prices, columns."""

import html
import re

from order_scene import STAFF, firm, items_of, ordered, quantity_of
from townsfolk import rows
from web_scene import Browser, filed

from reports.actions.edit_contractor import save_contractor
from reports.city import clock
from reports.city.contractors import ContractorCard
from reports.city.fiscal import fiscal_year
from reports.orders.book import book
from store.database import transaction

HERE = "/staff/numbers/money"


def test_what_a_contractor_cost_is_one_choice_away_and_opens_its_entries(staff: Browser) -> None:
    with transaction() as db:
        doboku, one = firm(db), filed()
        save_contractor(db, "other", ContractorCard("別の会社", "", "", "", ""), STAFF)
        order = ordered(db, [one.id], doboku)
        (item,) = items_of(db, order)
        line = quantity_of(db, item)
    rows("UPDATE work_order_quantities SET actual = 2 WHERE id = :id RETURNING id", id=line)
    rows("UPDATE work_order_items SET state = 'done', done_at = now() WHERE id = :id RETURNING id",
         id=item)  # fmt: skip
    with transaction() as db:
        assert book(db) == 1
    shown = staff.get(f"{HERE}?contract={doboku}").text
    assert "<b>9,600</b>円" in shown
    behind = re.search(rf'href="({HERE}/behind\?[^"]+)"><b>9,600', shown)
    assert behind
    assert one.number in staff.get(html.unescape(behind[1])).text
    for by in ("cost", "contract", "kind", "road", "district", "month"):
        assert "<b>9,600</b>" in staff.get(f"{HERE}?by={by}").text, by
    assert "<b>0</b>円" in staff.get(f"{HERE}?contract=-").text
    assert ",9600," in staff.get(f"{HERE}/accounts.csv").text
    for odd in ("?by=x", "?month=2026-13", "?year=1", "?contract=%00x", "?year=2998&month=2099-03"):
        assert staff.get(HERE + odd).status_code in (200, 404, 422), odd


def test_budgets_prices_and_columns_are_typed_and_wrong_ones_are_told(staff: Browser) -> None:
    year = str(fiscal_year(clock.today()))
    told = {"year": year, "covers": "orders", "name": "道路維持費", "yen": "1,200,000円"}
    here = f"{HERE}/budget"
    assert staff.post(here, **told).is_redirect
    assert "1,200,000" in staff.get(here).text
    assert staff.post(here, **{**told, "yen": "5"}).status_code == 409
    assert staff.post(here, **{**told, "yen": "5", "seen-orders": "1200000"}).is_redirect
    assert staff.post(here, **{**told, "yen": "-5"}).status_code == 422
    assert staff.post(here, **{**told, "covers": "x"}).status_code == 400
    for odd in ("²", "02026999", "20260"):
        assert staff.post(here, **{**told, "year": odd}).status_code == 422, odd
    prices = {"year": year, "price-hour": "3000", "price-cold_mix": "1,001"}
    assert staff.post(f"{HERE}/prices", **prices).is_redirect
    assert 'value="1001"' in staff.get(here).text
    assert staff.post(f"{HERE}/prices", year=year, **{"price-hour": "x"}).status_code == 422
    columns = {"year": year, "columns": "伝票=整理番号\n費目", "encoding": "cp932"}
    assert staff.post(f"{HERE}/columns", **columns).is_redirect
    assert "Shift_JIS" in staff.get(f"{HERE}/accounts.csv").headers["content-type"]
    wrong = staff.post(f"{HERE}/columns", **{**columns, "columns": "<b>"})
    assert wrong.status_code == 400
    assert "<b></textarea>" not in wrong.text


def test_what_two_people_change_at_once_is_told_with_both_sides(staff: Browser) -> None:
    year = str(fiscal_year(clock.today()))
    page = f"{HERE}/budget"
    many = {f"price-m{n}": "" for n in range(150)}  # a form of a city with many materials
    first = {"year": year, "price-hour": "3000", "price-cold_mix": "100", "seen-prices": "{}"}
    assert staff.post(f"{HERE}/prices", **first, **many).is_redirect
    seen = {"year": year, "seen-prices": '{"hour": 3000, "cold_mix": 100}'}
    theirs = seen | {"price-hour": "3200", "price-cold_mix": "100"}
    assert staff.post(f"{HERE}/prices", **theirs).is_redirect
    other = seen | {"price-hour": "3000", "price-cold_mix": "120"}
    assert staff.post(f"{HERE}/prices", **other).is_redirect  # each changed another one
    shown = staff.get(page).text
    assert 'value="3200"' in shown
    assert 'value="120"' in shown
    both = staff.post(f"{HERE}/prices", **seen | {"price-hour": "2800", "price-cold_mix": "100"})
    assert both.status_code == 409
    assert 'name="price-hour" inputmode="numeric" value="2800"' in both.text
    assert "いま 3,200円(" in both.text
    assert 'value="120"' in both.text  # what I did not touch is as it is now
    again = html.unescape(re.findall(r'name="seen-prices" value="([^"]*)"', both.text)[0])
    mine = {"year": year, "seen-prices": again, "price-hour": "2800", "price-cold_mix": "120"}
    assert staff.post(f"{HERE}/prices", **mine).is_redirect
    for odd in ("[", "[1]", "[" * 20_000, '{"hour": "x"}'):
        assert staff.post(f"{HERE}/prices", **first | {"seen-prices": odd}).status_code == 409

    columns = {"year": year, "encoding": "utf-8", "seen-columns": ""}
    assert staff.post(f"{HERE}/columns", **columns, columns="整理番号").is_redirect
    late = staff.post(f"{HERE}/columns", **columns, columns="整理番号\n金額(税抜)")
    assert late.status_code == 409
    assert "いまの列(" in late.text
    assert "整理番号\n金額(税抜)</textarea>" in late.text
    now = html.unescape(re.findall(r'name="seen-columns" value="([^"]*)"', late.text)[0])
    mine = columns | {"seen-columns": now, "columns": "整理番号\n金額(税抜)"}
    assert staff.post(f"{HERE}/columns", **mine).is_redirect
