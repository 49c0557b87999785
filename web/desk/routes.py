"""The desk's screens, and what they and the crews' screens link to."""

from fastapi import Depends

from reports.people.permissions import Do
from web.auth.sessions import allowed
from web.desk import menu, patrol_log, photos, sheet
from web.desk.account import routes as account
from web.desk.again import routes as again
from web.desk.audit import routes as audit
from web.desk.authorities import routes as authorities
from web.desk.bulk import routes as bulk
from web.desk.calls import routes as calls
from web.desk.categories import routes as categories
from web.desk.city import routes as city
from web.desk.contractors import routes as contractors
from web.desk.deadlines import routes as deadlines
from web.desk.departments import routes as departments
from web.desk.discard import routes as discard
from web.desk.enter import routes as enter
from web.desk.map import routes as map_and_list
from web.desk.materials import routes as materials
from web.desk.money import routes as money
from web.desk.monthly import routes as monthly
from web.desk.numbers import routes as numbers
from web.desk.open311 import routes as open311
from web.desk.open_data import routes as open_data
from web.desk.orders import routes as orders
from web.desk.patrols import routes as patrols
from web.desk.people import groups
from web.desk.people import routes as people
from web.desk.plan import routes as plan
from web.desk.privacy import routes as privacy
from web.desk.programs import routes as programs
from web.desk.record import routes as record
from web.desk.redact import routes as redact
from web.desk.rights import routes as rights
from web.desk.rules import routes as rules
from web.desk.senders import routes as senders
from web.desk.table import routes as table
from web.desk.templates import routes as templates
from web.desk.terms import routes as terms
from web.desk.ticket import routes as ticket
from web.desk.views import routes as views
from web.desk.webhooks import routes as webhooks
from web.desk.where import routes as where
from web.kit.router import Router

SCREENS = (
    map_and_list, views, table, ticket, record, redact, bulk, enter, calls, orders, contractors,
    deadlines, authorities, departments,
    where, rules, rights, groups, people, audit, terms, patrols, plan,
    categories, city, templates, materials, senders, programs, webhooks,
    privacy, discard, open311, open_data, numbers, again, money, monthly,
)  # fmt: skip

router = Router()
for part in (*SCREENS, menu):
    router.include(part.router, dependencies=[Depends(allowed(Do.DESK))])
for paper in (account, photos, sheet, patrol_log):
    router.include(paper.router)
