"""The commands. Each is a file of its own; this one lists them."""

import typer

from hotfix.cli import (
    abort,
    checklist,
    contacts,
    doctor,
    drill,
    init,
    lock,
    log,
    logs,
    note,
    resume,
    rollback,
    start,
    status,
    takeover,
)

app = typer.Typer(
    name="hotfix",
    help='From "checkout returns 500" to a fix verified in production, and back again.',
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command("start")(start.start)
app.command("resume")(resume.resume)
app.command("status")(status.status)
app.command("rollback")(rollback.rollback)
app.command("abort")(abort.abort)
app.command("takeover")(takeover.takeover)
app.command("note")(note.note)
app.command("checklist")(checklist.checklist)
app.command("log")(log.log)
app.command("init")(init.init)
app.command("lock")(lock.lock)
app.command("logs")(logs.logs)
app.command("contacts")(contacts.contacts)
app.command("doctor")(doctor.doctor)
app.command("drill")(drill.drill)
