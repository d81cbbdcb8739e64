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
    print_lines,
    request_of,
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
    from sheetops.cli.views import outbox as shown
    from sheetops.jobs import outbox

    found = outbox.entries(request_of(config, workbook, ""), state or ())[:most]
    if as_json:
        print_json([outbox.as_data(one) for one in found])
    else:
        print_lines(shown.lines(found))


@app.command("show")
def show(
    key: Key, config: Config = None, workbook: Workbook = None, as_json: AsJson = False
) -> None:
    """Show one mail whole, with what became of it."""
    from sheetops.cli.views import outbox as shown
    from sheetops.jobs import outbox

    one = outbox.entry(request_of(config, workbook, ""), key)
    if as_json:
        print_json(outbox.as_data(one))
    else:
        print_lines(shown.whole(one))


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

    one = outbox.resolve(request_of(config, workbook, ""), key, sent=word == "sent")
    typer.echo(f"{one.key} is {one.state} now. The next run shows it in Follow-ups.")


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
    from sheetops.jobs import outbox

    found = outbox.entries(request_of(config, workbook, ""))
    if as_json:
        print_json([outbox.as_data(one) for one in found])
    else:
        typer.echo(outbox.as_csv(found), nl=False)


@app.command("suppressed")
def suppressed(config: Config = None, workbook: Workbook = None, as_json: AsJson = False) -> None:
    """List the addresses to which no mail goes, and why."""
    from sheetops.cli.views import outbox as shown
    from sheetops.jobs import outbox

    found = outbox.suppressed(request_of(config, workbook, ""))
    if as_json:
        print_json(
            [
                {"address": name, "since": one.moment.isoformat(), "why": one.why}
                for name, one in sorted(found.items())
            ]
        )
    else:
        print_lines(shown.addresses(found))


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
