"""Who may do what with whose tickets."""

import pytest

from reports.people.permissions import (
    MAY,
    OPENS,
    RESIDENT,
    Actor,
    Do,
    Role,
    Scope,
    Whose,
    may,
    opens,
)

STAFF = Actor(Role.STAFF)
ADMINISTRATOR = Actor(Role.ADMINISTRATOR)
OF_TWO = Actor(Role.DEPARTMENT, department="road", departments=("road", "trees"))
LOOKS = (Do.SEE, Do.SEE_PATROLS, Do.DESK, Do.WHERE, Do.RIGHTS, Do.SEE_NUMBERS, Do.SEE_MONEY)
ON_THE_WAY = (Do.WORKLIST, Do.PATROL, Do.DO_ITEMS)
OF_THE_CITY = (
    Do.AUTHORITIES, Do.CITY, Do.RULES, Do.DEPARTMENTS, Do.CONTRACTORS, Do.TERMS, Do.PAUSE,
    Do.EDIT_BUDGET, Do.PEOPLE, Do.AUDIT, Do.KEYS, Do.WEBHOOKS, Do.PRIVACY, Do.DISCARD,
    Do.PUBLISH, Do.RECORD_PERSONAL, Do.WRITE_REPORTS,
)  # fmt: skip
OF_ADMINISTRATORS = (
    Do.PEOPLE, Do.AUDIT, Do.KEYS, Do.WEBHOOKS, Do.PRIVACY, Do.DISCARD, Do.PUBLISH,
)  # fmt: skip
OF_PROGRAMS = (Do.OPEN_DATA,)
ROADS = Actor(Role.CREW, department="road")
NOBODYS_CREW = Actor(Role.CREW)


@pytest.mark.parametrize("do", Do)
@pytest.mark.parametrize("department", ["road", None])
def test_staff_may_do_all_that_is_done_at_a_desk_with_everybodys(
    do: Do, department: str | None
) -> None:
    elsewhere = (*ON_THE_WAY, *OF_PROGRAMS)
    assert may(STAFF, do, department) == (do not in (*elsewhere, *OF_ADMINISTRATORS))
    assert may(ADMINISTRATOR, do, department) == (do not in elsewhere)


@pytest.mark.parametrize("do", Do)
def test_staff_of_departments_do_with_theirs_and_nobodys_what_staff_do_with_tickets(do: Do) -> None:
    theirs = [may(OF_TWO, do, "road"), may(OF_TWO, do, "trees"), may(OF_TWO, do, None)]
    others = may(OF_TWO, do, "parks")
    assert set(theirs) == {may(STAFF, do, "road") and do not in OF_THE_CITY}
    assert others == (theirs[0] and do in (*LOOKS, Do.FILE, Do.SEE_ORIGINALS, Do.VIEWS, Do.EXPORT))


@pytest.mark.parametrize("do", Do)
def test_a_viewer_looks_and_does_nothing(do: Do) -> None:
    for department in ("road", None):
        assert may(Actor(Role.VIEWER), do, department) == (do in LOOKS)


def test_every_deed_is_somebodys() -> None:
    tables = (*MAY.values(), *OPENS.values())
    assert {do for theirs in tables for do in theirs} == set(Do)
    assert set(MAY) == set(Role)
    assert set(OPENS) == set(Scope)


SCOPES = {
    Scope.OPEN: {Do.OPEN_DATA},
    Scope.PERSONAL: {Do.OPEN_DATA, Do.SEE},
    Scope.WRITE: {Do.FILE, Do.MOVE, Do.NOTE, Do.NOT_OURS},
}


@pytest.mark.parametrize("scopes", [(), *((one,) for one in Scope), tuple(Scope)])
def test_a_program_does_what_its_keys_scopes_open_with_its_departments(
    scopes: tuple[Scope, ...],
) -> None:
    of_all = Actor(Role.PROGRAM, "works", key_id=1, scopes=scopes)
    of_roads = Actor(Role.PROGRAM, "works", key_id=1, scopes=scopes, departments=("road",))
    for do in Do:
        is_open = any(do in SCOPES[scope] for scope in scopes)
        theirs = [may(of_roads, do, one) for one in ("road", "trees", None)]
        assert (opens(scopes, do) is not None) == is_open, do
        assert [may(of_all, do, one) for one in ("road", "trees", None)] == [is_open] * 3, do
        assert theirs == [is_open, False, False], do


def test_a_crew_of_two_departments_works_for_both() -> None:
    both = Actor(Role.CREW, department="road", departments=("road", "trees"))
    assert may(both, Do.MOVE, "trees")
    assert may(both, Do.MOVE, "road")
    assert not may(both, Do.MOVE, "parks")
    assert not may(both, Do.MOVE, None)


def test_the_history_keeps_all_of_the_desk_as_staff() -> None:
    desk = (Role.VIEWER, Role.DEPARTMENT, Role.STAFF, Role.ADMINISTRATOR)
    assert {role.side for role in desk} == {Role.STAFF}
    assert {role: role.side for role in set(Role) - set(desk)} == {
        role: role for role in (Role.CREW, Role.CONTRACTOR, Role.RESIDENT, Role.PROGRAM)
    }


@pytest.mark.parametrize("do", Do)
def test_a_crew_sees_moves_takes_notes_and_passes_on_what_is_its_departments(do: Do) -> None:
    theirs = (Do.SEE, Do.MOVE, Do.NOT_OURS, Do.PUT_IN_CHARGE, Do.NOTE, Do.WORKLIST, Do.PATROL)
    theirs += (Do.SEE_PATROLS,)
    assert may(ROADS, do, "road") == (do in theirs)
    assert not may(ROADS, do, "trees")
    assert not may(ROADS, do, None)
    assert not may(NOBODYS_CREW, do, None)


@pytest.mark.parametrize("do", Do)
def test_a_resident_moves_and_corrects_their_own_and_nothing_else(do: Do) -> None:
    assert may(RESIDENT, do, "road") == (do in (Do.SEE, Do.MOVE, Do.RECATEGORISE))
    assert set(MAY[Role.RESIDENT].values()) == {Whose.THEIR_OWN}


@pytest.mark.parametrize("do", Do)
def test_a_contractor_sees_and_moves_what_stands_in_its_orders_alone(do: Do) -> None:
    firm = Actor(Role.CONTRACTOR, contractor_id=1)
    assert may(firm, do, "road", is_ordered=True) == (do in (Do.SEE, Do.MOVE, Do.DO_ITEMS))
    assert not may(firm, do, "road")
    assert not may(firm, do, None)
    for other in (ROADS, NOBODYS_CREW):
        assert not may(other, do, None, is_ordered=True)
