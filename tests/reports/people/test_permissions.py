"""Who may do what with whose tickets."""

import pytest

from reports.people.permissions import MAY, RESIDENT, Actor, Do, Role, Whose, may

STAFF = Actor(Role.STAFF)
ROADS = Actor(Role.CREW, department="road")
NOBODYS_CREW = Actor(Role.CREW)


@pytest.mark.parametrize("do", Do)
@pytest.mark.parametrize("department", ["road", None])
def test_staff_may_do_everything_with_everybodys_tickets(do: Do, department: str | None) -> None:
    assert may(STAFF, do, department)


@pytest.mark.parametrize("do", Do)
def test_a_crew_sees_moves_takes_notes_and_passes_on_what_is_its_departments(do: Do) -> None:
    theirs = (Do.SEE, Do.MOVE, Do.NOT_OURS, Do.PUT_IN_CHARGE, Do.NOTE, Do.PATROL)
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
    assert may(firm, do, "road", is_ordered=True) == (do in (Do.SEE, Do.MOVE))
    assert not may(firm, do, "road")
    assert not may(firm, do, None)
    for other in (ROADS, NOBODYS_CREW):
        assert not may(other, do, None, is_ordered=True)
