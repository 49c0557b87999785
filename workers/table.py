"""What there is to do after a commit: every task by its name, where it is done, and within what.

Read by each process that writes tasks down, so it imports none of the work. The names are in the
rows of running installations and stay. `time_out` is more than all the time-outs of the work
together, `lease` more than RQ needs to end what has come to its time-out.
"""

from typing import Final

from store.tasks import TaskKind

KINDS: Final = (
    TaskKind(
        "take_in_photo",
        queue="photos",
        work="workers.photos:take_in",
        give_up="workers.photos:given_up",
        time_out=310,
        lease=330,
        fair=True,
    ),
    TaskKind(
        "look_at_work",
        queue="photos",
        work="workers.crew_work:look_at_work",
        time_out=170,
        lease=190,
    ),
    TaskKind(
        "forget_files",
        queue="photos",
        work="workers.photos:forget_files",
        time_out=170,
        lease=190,
    ),
    TaskKind(
        "route_ticket",
        queue="routing",
        work="workers.routing:route_ticket",
        time_out=40,
        lease=60,
    ),
    TaskKind(
        "try_rules",
        queue="routing",
        work="workers.trials:try_rules",
        give_up="workers.trials:given_up",
        time_out=40,
        lease=60,
    ),
    TaskKind(
        "go_on_with_bulk",
        queue="routing",
        work="workers.bulk:go_on",
        give_up="workers.bulk:given_up",
        time_out=40,
        lease=60,
    ),
    TaskKind(
        "send_messages",
        queue="messages",
        work="workers.delivery:send_messages",
        time_out=50,
        lease=75,
    ),
    TaskKind(
        "show_menu",
        queue="messages",
        work="workers.menu:show_menu",
        time_out=80,
        lease=100,
    ),
    TaskKind(
        "send_mail",
        queue="letters",
        work="workers.mail:send_mail",
        give_up="workers.mail:given_up",
        time_out=420,
        lease=440,
    ),
    TaskKind(
        "send_invitation",
        queue="letters",
        work="workers.invitations:send_invitation",
        give_up="workers.invitations:given_up",
        time_out=300,
        lease=320,
    ),
    TaskKind(
        "make_export",
        queue="letters",
        work="workers.exports:make_export",
        give_up="workers.exports:given_up",
        time_out=300,
        lease=320,
    ),
    TaskKind(
        "clear_away",
        queue="letters",
        work="workers.clearing:clear_away",
        give_up="workers.clearing:given_up",
        time_out=80,
        lease=100,
    ),
)
