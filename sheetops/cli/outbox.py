"""`sheetops outbox`: what left, what is in doubt, and to whom nothing goes."""

from __future__ import annotations

from typing import Annotated

import typer

from sheetops.cli.options import (
    AsJson,
    Config,
    Today,
    Workbook,
    print_json,
    request_of,
    show,
)

app = typer.Typer(
    help="See what left, settle what is in doubt, take over from another computer.",
    no_args_is_help=True,
)
Key = Annotated[
    str, typer.Argument(help="The mail: the beginning of its key, or of a Follow-up ID.")
]
Address = Annotated[str, typer.Argument(help="An address such as anna@example.com.")]


@app.command("list")
def list_mails(
    config: Config = None,
    workbook: Workbook = None,
    state: Annotated[
        list[str] | None, typer.Option(help="Only those in this state.", show_default=False)
    ] = None,
    most: Annotated[int, typer.Option(min=1, help="How many at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List the mails, those in doubt first, then the newest."""
    from sheetops.cli.views import outbox as views
    from sheetops.jobs import outbox

    entries = outbox.entries(request_of(config, workbook, ""), state or ())[:most]
    show([views.of(entry) for entry in entries], views.lines, as_json=as_json)


@app.command("show")
def show_mail(
    key: Key, config: Config = None, workbook: Workbook = None, as_json: AsJson = False
) -> None:
    """Show one mail whole, with what became of it."""
    from sheetops.cli.views import outbox as views
    from sheetops.jobs import outbox

    entry = outbox.entry(request_of(config, workbook, ""), key)
    show(views.of(entry), views.whole, as_json=as_json)


@app.command("resolve")
def resolve(
    key: Key,
    word: Annotated[str, typer.Argument(metavar="sent|not-sent", help="What you found out.")],
    config: Config = None,
    workbook: Workbook = None,
) -> None:
    """Settle a mail in doubt: it was sent, or it was not and may go again."""
    if word not in {"sent", "not-sent"}:
        raise typer.BadParameter("Say sent or not-sent.")
    from sheetops.jobs import outbox

    entry = outbox.resolve(request_of(config, workbook, ""), key, sent=word == "sent")
    typer.echo(f"{entry.key} is {entry.state} now. The next run shows it in Follow-ups.")


@app.command("adopt")
def adopt(config: Config = None, workbook: Workbook = None, today: Today = "") -> None:
    """Let this computer's ledger be the workbook's, after taking over what Follow-ups says."""
    from sheetops.jobs import outbox

    done = outbox.adopt(request_of(config, workbook, today))
    typer.echo(f"Follow-ups taken over: {done.follow_ups}.")
    typer.echo(f"{done.computer} sends for this workbook from now on (ledger {done.ledger[:8]}).")


@app.command("export")
def export(config: Config = None, workbook: Workbook = None, as_json: AsJson = False) -> None:
    """Print every mail as CSV, or as JSON with its words."""
    from sheetops.cli.views import outbox as views
    from sheetops.jobs import outbox

    mails = [views.of(entry) for entry in outbox.entries(request_of(config, workbook, ""))]
    if as_json:
        print_json(mails)
    else:
        typer.echo(views.as_csv(mails), nl=False)


@app.command("suppressed")
def suppressed(config: Config = None, workbook: Workbook = None, as_json: AsJson = False) -> None:
    """List the addresses to which no mail goes, and why."""
    from sheetops.cli.views import outbox as views
    from sheetops.jobs import outbox

    suppressed = outbox.suppressed(request_of(config, workbook, ""))
    show(views.of_suppressed(suppressed), views.addresses, as_json=as_json)


@app.command("suppress")
def suppress(
    address: Address,
    config: Config = None,
    workbook: Workbook = None,
    why: Annotated[str, typer.Option(help="Why.")] = "asked us to stop",
) -> None:
    """Send nothing to an address from now on."""
    from sheetops.jobs import outbox

    outbox.suppress(request_of(config, workbook, ""), address, why)
    typer.echo(f"No mail goes to {address} any more.")


@app.command("allow")
def allow(address: Address, config: Config = None, workbook: Workbook = None) -> None:
    """Let mail go to a suppressed address again."""
    from sheetops.jobs import outbox

    outbox.allow(request_of(config, workbook, ""), address)
    typer.echo(f"Mail may go to {address} again.")
