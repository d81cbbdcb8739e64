"""The command line: thin commands over `run`. Data goes to stdout, talk to stderr."""

from __future__ import annotations

import json
import shutil
import sys
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sheetops import __version__
from sheetops.errors import ConfigError, SheetopsError

if TYPE_CHECKING:
    from sheetops.run import Request
    from sheetops.settings import Settings


class Exit(IntEnum):
    """The exit statuses."""

    DONE = 0
    ERROR = 1
    USAGE = 2
    PROBLEMS = 3
    UNSAFE = 4
    LOCKED = 5
    BUG = 70
    INTERRUPTED = 130


app = typer.Typer(
    name="sheetops",
    help="Read the workbook, flag what is stalled and why, and send the day's follow-ups.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

_STATUS_HELP = (
    "Exit status: 0 done, 1 error, 2 usage, 3 done with problems, 4 refused for safety, "
    "5 another run is under way, 70 a bug, 130 interrupted."
)

Config = Annotated[Path | None, typer.Option(help="Use this sheetops.toml.", show_default=False)]
Workbook = Annotated[Path | None, typer.Option(help="Use this workbook.", show_default=False)]
Today = Annotated[
    str,
    typer.Option(
        metavar="DATE", help="Take this day for today, as 2026-11-24.", show_default=False
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Say nothing on stderr but errors.")]
Client = Annotated[
    str,
    typer.Option(
        metavar="CLIENT", help="Only this client, by name or Client ID.", show_default=False
    ),
]


@dataclass(frozen=True)
class _Talk:
    """Talk on stderr, unless it shall be quiet."""

    quiet: bool = False

    def say(self, text: str) -> None:
        if not self.quiet:
            typer.echo(text, err=True)

    def progress(self, text: str) -> None:
        """Said only to a person at a terminal."""
        if sys.stderr.isatty():
            self.say(text)


def _print(lines: Iterable[str]) -> None:
    typer.echo("\n".join(lines))


def _command() -> str:
    """How sheetops can be called from anywhere: by its name, else by its path."""
    return "sheetops" if shutil.which("sheetops") else str(Path(sys.argv[0]).absolute())


def _print_json(data: Any) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a day such as 2026-11-24.") from error


def _settings(config: Path | None, workbook: Path | None) -> Settings:
    from sheetops.settings import load

    return load(config, workbook)


def _request(config: Path | None, workbook: Path | None, today: str) -> Request:
    day = _day(today)
    from sheetops.run import Request

    return Request(_settings(config, workbook), day)


@app.callback(invoke_without_command=True, epilog=_STATUS_HELP)
def _main(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Where to lay it out.")] = Path("sheetops-demo"),
    today: Today = "",
    quiet: Quiet = False,
) -> None:
    """Lay out a made-up business of 60 clients, and run its day for real."""
    from sheetops import setup
    from sheetops.show import text

    talk = _Talk(quiet)
    talk.progress(f"Laying out sixty made-up clients in {folder} …")
    done = setup.demo(folder, _day(today))
    _print(
        [
            *text.applied(done),
            "",
            *text.problems(done.plan.problems),
            *setup.to_open(folder, _command()),
        ]
    )


@app.command()
def init(
    path: Annotated[Path, typer.Argument(help="The workbook to make, for example clients.xlsx.")],
    small: Annotated[
        bool, typer.Option("--small", help="Only the three tabs that are needed.")
    ] = False,
    today: Today = "",
    quiet: Quiet = False,
) -> None:
    """Make a new workbook from the template, and a sheetops.toml beside it."""
    from sheetops import setup

    _day(today)
    made = setup.init(path, small=small)
    talk = _Talk(quiet)
    for file in made:
        talk.say(f"Made {file}")
    talk.say(f"Open {path}, read the tab Start here, and then try: sheetops daily")


@app.command()
def check(
    config: Config = None,
    workbook: Workbook = None,
    today: Today = "",
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Read the workbook, and say which systems are on and what needs a person."""
    from sheetops.run import preview
    from sheetops.show import plain, systems, text

    plan = preview(_request(config, workbook, today))
    on = systems.of(plan.book)
    if as_json:
        found = [plain.of_problem(problem) for problem in plan.problems]
        _print_json({"systems": [one.as_dict() for one in on], "problems": found})
    else:
        _print([*systems.lines(on), "", *text.problems(plan.problems)])
    if not plan.problems:
        _Talk(quiet).say("No problems.")
    raise typer.Exit(Exit.PROBLEMS if plan.problems else Exit.DONE)


@app.command()
def daily(  # noqa: PLR0913, PLR0917 # one parameter an option
    config: Config = None,
    workbook: Workbook = None,
    today: Today = "",
    apply: Annotated[bool, typer.Option("--apply", help="Do it; else it is only shown.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Go on past the guard rails.")] = False,
    any_hour: Annotated[
        bool, typer.Option("--any-hour", help="Send outside of the mail hours, too.")
    ] = False,
    all_at_once: Annotated[
        bool, typer.Option("--all", help="Send to all, past the careful first runs.")
    ] = False,
    client: Client = "",
    html: Annotated[
        Path | None, typer.Option(help="Write the plan as a page.", show_default=False)
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Show what the day asks for, old → new and every mail; with --apply, do it."""
    if apply and client:
        raise typer.BadParameter("--client is for a preview; --apply is for the whole workbook.")
    from dataclasses import replace

    request = _request(config, workbook, today)
    request = replace(request, force=force, any_hour=any_hour, all_at_once=all_at_once)
    if apply:
        _apply(request, html=html, as_json=as_json, quiet=quiet)
    else:
        _preview(request, client=client, html=html, as_json=as_json, quiet=quiet)


def _preview(
    request: Request, *, client: str, html: Path | None, as_json: bool, quiet: bool
) -> None:
    from sheetops import run
    from sheetops.show import plain, text

    plan = run.preview(request)
    if client:
        plan = plan.only(plan.client(client))
    if html is not None:
        from sheetops.show import page

        _write_page(html, page.of_plan(plan))
    if as_json:
        _print_json(plain.of_plan(plan))
    elif html is None:
        _print(text.plan(plan))
    talk = _Talk(quiet)
    talk.say("This was a preview: nothing was written or sent. To do it: sheetops daily --apply")
    raise typer.Exit(Exit.PROBLEMS if plan.problems else Exit.DONE)


def _apply(request: Request, *, html: Path | None, as_json: bool, quiet: bool) -> None:
    from sheetops import run
    from sheetops.show import plain, text

    done = run.daily(request)
    if html is not None:
        from sheetops.show import page

        _write_page(html, page.of_plan(done.plan))
    if as_json:
        _print_json({"run": done.run, **plain.of_plan(done.plan), **plain.of_applied(done)})
    else:
        _print([*text.applied(done), "", *text.problems(done.plan.problems)])
    if done.plan.problems:
        _Talk(quiet).say("Done, with problems.")
    raise typer.Exit(Exit.PROBLEMS if done.plan.problems else Exit.DONE)


def _write_page(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"The page {path} cannot be written: {error.strerror}.") from error


@app.command()
def explain(
    client: Annotated[str, typer.Argument(help="The client, by name or Client ID.")],
    config: Config = None,
    workbook: Workbook = None,
    today: Today = "",
    as_json: AsJson = False,
) -> None:
    """Tell one client's whole story on one screen."""
    from sheetops import run
    from sheetops.show import story, telling

    plan = run.preview(_request(config, workbook, today))
    told = story.of_client(plan, plan.client(client))
    if as_json:
        _print_json(told.as_dict())
    else:
        _print(telling.lines(told))


@app.command()
def insights(  # noqa: PLR0913, PLR0917 # one parameter an option
    config: Config = None,
    workbook: Workbook = None,
    today: Today = "",
    html: Annotated[
        Path | None, typer.Option(help="Write them as a page.", show_default=False)
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Say what slows the business down, with the evidence and the clients behind it."""
    from sheetops import run
    from sheetops.show import insights as shown
    from sheetops.show import insights_page

    found = shown.of_plan(run.preview(_request(config, workbook, today)))
    if html is not None:
        _write_page(html, insights_page.of_insights(found))
        _Talk(quiet).say(f"Wrote {html}")
    if as_json:
        _print_json(found.as_dict())
    elif html is None:
        _print(shown.lines(found))


@app.command()
def runs(
    config: Config = None,
    workbook: Workbook = None,
    today: Today = "",
    as_json: AsJson = False,
    most: Annotated[int, typer.Option(min=1, help="How many at most.")] = 20,
) -> None:
    """List the last runs: when, with what result, what they did."""
    _day(today)
    from sheetops import run
    from sheetops.show import past

    found = run.past_runs(_settings(config, workbook), most)
    if as_json:
        _print_json(past.as_data(found))
    else:
        _print(past.lines(found))


@app.command()
def doctor(
    config: Config = None,
    workbook: Workbook = None,
    send_test: Annotated[
        bool, typer.Option("--send-test", help="Send the owner one test message.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Look whether everything is set up, mail above all, and say what to mend."""
    from sheetops import doctor as checks

    found = list(checks.examine(_settings(config, workbook), send_test=send_test))
    if as_json:
        _print_json([check.as_dict() for check in found])
    else:
        _print(checks.lines(found))
    raise typer.Exit(Exit.DONE if all(check.ok for check in found) else Exit.ERROR)


_outbox = typer.Typer(
    help="See what left, settle what is in doubt, take over from another computer.",
    no_args_is_help=True,
)
app.add_typer(_outbox, name="outbox")
Key = Annotated[
    str, typer.Argument(help="The mail: the beginning of its key, or of a Follow-up ID.")
]
Address = Annotated[str, typer.Argument(help="An address such as anna@example.com.")]


@_outbox.command("list")
def outbox_list(
    config: Config = None,
    workbook: Workbook = None,
    state: Annotated[
        list[str] | None, typer.Option(help="Only those in this state.", show_default=False)
    ] = None,
    most: Annotated[int, typer.Option(min=1, help="How many at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List the mails, those in doubt first, then the newest."""
    from sheetops import outbox
    from sheetops.show import outbox as shown

    found = outbox.entries(_request(config, workbook, ""), state or ())[:most]
    if as_json:
        _print_json([outbox.as_data(one) for one in found])
    else:
        _print(shown.lines(found))


@_outbox.command("show")
def outbox_show(
    key: Key, config: Config = None, workbook: Workbook = None, as_json: AsJson = False
) -> None:
    """Show one mail whole, with what became of it."""
    from sheetops import outbox
    from sheetops.show import outbox as shown

    one = outbox.entry(_request(config, workbook, ""), key)
    if as_json:
        _print_json(outbox.as_data(one))
    else:
        _print(shown.whole(one))


@_outbox.command("resolve")
def outbox_resolve(
    key: Key,
    word: Annotated[str, typer.Argument(metavar="sent|not-sent", help="What you found out.")],
    config: Config = None,
    workbook: Workbook = None,
) -> None:
    """Settle a mail in doubt: it was sent, or it was not and may go again."""
    if word not in {"sent", "not-sent"}:
        raise typer.BadParameter("Say sent or not-sent.")
    from sheetops import outbox

    one = outbox.resolve(_request(config, workbook, ""), key, sent=word == "sent")
    typer.echo(f"{one.key} is {one.state} now. The next run shows it in Follow-ups.")


@_outbox.command("adopt")
def outbox_adopt(config: Config = None, workbook: Workbook = None, today: Today = "") -> None:
    """Let this computer's ledger be the workbook's, after taking over what Follow-ups says."""
    from sheetops import outbox

    done = outbox.adopt(_request(config, workbook, today))
    typer.echo(f"Follow-ups taken over: {done.follow_ups}.")
    typer.echo(f"{done.computer} sends for this workbook from now on (ledger {done.ledger[:8]}).")


@_outbox.command("export")
def outbox_export(
    config: Config = None, workbook: Workbook = None, as_json: AsJson = False
) -> None:
    """Print every mail as CSV, or as JSON with its words."""
    from sheetops import outbox

    found = outbox.entries(_request(config, workbook, ""))
    if as_json:
        _print_json([outbox.as_data(one) for one in found])
    else:
        typer.echo(outbox.as_csv(found), nl=False)


@_outbox.command("suppressed")
def outbox_suppressed(
    config: Config = None, workbook: Workbook = None, as_json: AsJson = False
) -> None:
    """List the addresses to which no mail goes, and why."""
    from sheetops import outbox
    from sheetops.show import outbox as shown

    found = outbox.suppressed(_request(config, workbook, ""))
    if as_json:
        _print_json(
            [
                {"address": name, "since": one.moment.isoformat(), "why": one.why}
                for name, one in sorted(found.items())
            ]
        )
    else:
        _print(shown.addresses(found))


@_outbox.command("suppress")
def outbox_suppress(
    address: Address,
    config: Config = None,
    workbook: Workbook = None,
    why: Annotated[str, typer.Option(help="Why.")] = "asked us to stop",
) -> None:
    """Send nothing to an address from now on."""
    from sheetops import outbox

    outbox.suppress(_request(config, workbook, ""), address, why)
    typer.echo(f"No mail goes to {address} any more.")


@_outbox.command("allow")
def outbox_allow(address: Address, config: Config = None, workbook: Workbook = None) -> None:
    """Let mail go to a suppressed address again."""
    from sheetops import outbox

    outbox.allow(_request(config, workbook, ""), address)
    typer.echo(f"Mail may go to {address} again.")


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its status."""
    sys.exit(_run(sys.argv[1:] if arguments is None else arguments))


def _run(arguments: list[str]) -> int:
    command = typer.main.get_command(app)
    try:
        command.main(arguments, prog_name="sheetops")  # ends with SystemExit; 2 for wrong usage
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else Exit.DONE
    except SheetopsError as error:
        typer.echo(f"sheetops: {error}", err=True)
        return error.exit_status
    except Exception as error:  # the last door: a bug is told with the path of its log, not shown
        typer.echo(f"sheetops: a bug: {error!r}. Please send us {_log(error)}", err=True)
        return Exit.BUG
    return Exit.DONE


def _log(error: BaseException) -> Path:
    from sheetops.settings import log_folder

    folder = log_folder()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"bug-{datetime.now().astimezone():%Y%m%d-%H%M%S}.log"
    path.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    return path
