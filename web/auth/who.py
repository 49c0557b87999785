"""Visitors by what their route lets them do: `visitor: who.Moves` is one who may move tickets."""

from typing import Annotated

from fastapi import Depends

from reports.people.permissions import Do
from reports.people.sessions import Visitor
from web.auth.sessions import allowed

Sees = Annotated[Visitor, Depends(allowed(Do.SEE))]
Files = Annotated[Visitor, Depends(allowed(Do.FILE))]
Moves = Annotated[Visitor, Depends(allowed(Do.MOVE))]
Assigns = Annotated[Visitor, Depends(allowed(Do.ASSIGN))]
SaysNotOurs = Annotated[Visitor, Depends(allowed(Do.NOT_OURS))]
PutsInCharge = Annotated[Visitor, Depends(allowed(Do.PUT_IN_CHARGE))]
SetsDeadlines = Annotated[Visitor, Depends(allowed(Do.SET_DEADLINE))]
Relocates = Annotated[Visitor, Depends(allowed(Do.RELOCATE))]
Recategorises = Annotated[Visitor, Depends(allowed(Do.RECATEGORISE))]
Merges = Annotated[Visitor, Depends(allowed(Do.MERGE))]
Asks = Annotated[Visitor, Depends(allowed(Do.ASK))]
Notes = Annotated[Visitor, Depends(allowed(Do.NOTE))]
Calls = Annotated[Visitor, Depends(allowed(Do.CALL))]
DoesMany = Annotated[Visitor, Depends(allowed(Do.BULK))]
Releases = Annotated[Visitor, Depends(allowed(Do.RELEASE))]
Orders = Annotated[Visitor, Depends(allowed(Do.ORDER))]
IssuesRecords = Annotated[Visitor, Depends(allowed(Do.ISSUE_RECORD))]
TellsAuthorities = Annotated[Visitor, Depends(allowed(Do.AUTHORITIES))]
GoesOut = Annotated[Visitor, Depends(allowed(Do.WORKLIST))]
Patrols = Annotated[Visitor, Depends(allowed(Do.PATROL))]
SeesPatrols = Annotated[Visitor, Depends(allowed(Do.SEE_PATROLS))]
SeesNumbers = Annotated[Visitor, Depends(allowed(Do.SEE_NUMBERS))]
DoesItems = Annotated[Visitor, Depends(allowed(Do.DO_ITEMS))]
IsAtDesk = Annotated[Visitor, Depends(allowed(Do.DESK))]
LooksUp = Annotated[Visitor, Depends(allowed(Do.WHERE))]
SeesRights = Annotated[Visitor, Depends(allowed(Do.RIGHTS))]
KeepsViews = Annotated[Visitor, Depends(allowed(Do.VIEWS))]
Exports = Annotated[Visitor, Depends(allowed(Do.EXPORT))]
SeesMoney = Annotated[Visitor, Depends(allowed(Do.SEE_MONEY))]
EditsBudget = Annotated[Visitor, Depends(allowed(Do.EDIT_BUDGET))]
WritesReports = Annotated[Visitor, Depends(allowed(Do.WRITE_REPORTS))]
EditsCity = Annotated[Visitor, Depends(allowed(Do.CITY))]
EditsRules = Annotated[Visitor, Depends(allowed(Do.RULES))]
EditsDepartments = Annotated[Visitor, Depends(allowed(Do.DEPARTMENTS))]
EditsContractors = Annotated[Visitor, Depends(allowed(Do.CONTRACTORS))]
ChangesPeople = Annotated[Visitor, Depends(allowed(Do.PEOPLE))]
GivesKeys = Annotated[Visitor, Depends(allowed(Do.KEYS))]
SendsWebhooks = Annotated[Visitor, Depends(allowed(Do.WEBHOOKS))]
ReadsAudit = Annotated[Visitor, Depends(allowed(Do.AUDIT))]
PausesSenders = Annotated[Visitor, Depends(allowed(Do.PAUSE))]
EditsTerms = Annotated[Visitor, Depends(allowed(Do.TERMS))]
KeepsPrivacy = Annotated[Visitor, Depends(allowed(Do.PRIVACY))]
Publishes = Annotated[Visitor, Depends(allowed(Do.PUBLISH))]
