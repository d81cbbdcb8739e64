"""The command line: what goes where, and with which exit status it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pytest

from sheetops import __version__
from sheetops.cli.options import Exit
from sheetops.jobs import daily
from sheetops.jobs.context import Request
from sheetops.ledger import Ledger
from tests.command_line import Command
from tests.jobs.small import FRIDAY, Business

DAY = FRIDAY.isoformat()


@pytest.fixture
def business(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Business:
    made = Business(tmp_path)
    (tmp_path / "sheetops.toml").write_text(
        '[workbook]\npath = "clients.xlsx"\ncopies = "copies"\n'
        '[ledger]\npath = "ledger/small.ledger"\n',
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    return made


def test_0_when_all_is_well(business: Business, sheetops: Command) -> None:
    assert sheetops("check", "--today", DAY).status == 0
    assert sheetops("daily", "--apply", "--today", DAY).status == 0
    assert sheetops("daily", "--today", DAY).status == 0
    assert len(business.mails()) == 4


def test_1_for_an_expected_error(
    tmp_path: Path, sheetops: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = sheetops("daily")
    assert ended.status == 1
    assert ended.err.startswith("sheetops: There is no sheetops.toml")
    assert ended.out == ""


def test_1_for_a_workbook_that_is_not_there(tmp_path: Path, sheetops: Command) -> None:
    ended = sheetops("check", "--workbook", tmp_path / "none.xlsx")
    assert ended.status == 1
    assert "none.xlsx" in ended.err


def test_2_for_wrong_usage(sheetops: Command) -> None:
    assert sheetops("no-such-command").status == 2
    ended = sheetops("daily", "--today", "tomorrow")
    assert ended.status == 2
    assert "'tomorrow' is not a day such as 2026-11-24" in ended.err


def test_3_when_done_with_problems(business: Business, sheetops: Command) -> None:
    business.type_in("Clients", 2, "Start date", "next tuesday")
    ended = sheetops("daily", "--apply", "--today", DAY)
    assert ended.status == 3
    assert 'Clients!H2: "next tuesday" is not a date. Type one like 24/11/2026.' in ended.out
    assert business.rows("Clients")[0]["Flag"] == "Data problem"
    assert business.rows("Clients")[1]["Flag"] == "Stalled"


def test_4_when_refused_for_safety_and_force_goes_on(business: Business, sheetops: Command) -> None:
    assert sheetops("daily", "--apply", "--today", "2026-11-24").status == 0
    ended = sheetops("daily", "--apply", "--today", DAY)
    assert ended.status == 4
    assert "--force" in ended.err
    assert sheetops("daily", "--apply", "--today", DAY, "--force").status == 0


def test_5_when_another_run_is_under_way(business: Business, sheetops: Command) -> None:
    place = business.settings.ledger_at("small")
    with Ledger.open(place, "small") as ledger:
        ledger.begin_run("daily", FRIDAY, business.request().clock())
        assert sheetops("daily", "--apply", "--today", DAY).status == 5


def test_70_for_a_bug_with_the_path_of_its_log(
    business: Business, sheetops: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_request: Request) -> None:
        message = "this is a bug"
        raise ZeroDivisionError(message)

    monkeypatch.setattr(daily, "preview", broken)
    ended = sheetops("daily", "--today", DAY)
    assert ended.status == 70
    assert "Traceback" not in ended.err
    log = Path(ended.err.rsplit("Please send us ", 1)[1].strip())
    assert "ZeroDivisionError: this is a bug" in log.read_text(encoding="utf-8")


def test_130_when_interrupted(business: Business) -> None:
    script = (
        "import signal, sys, time, sheetops.jobs.daily as run\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # also in the background
        "def slow(request):\n    print('ready', flush=True); time.sleep(60)\n"
        "run.preview = slow\n"
        "from sheetops.cli import main\nmain(['daily'])\n"
    )
    process = subprocess.Popen(  # noqa: S603 # our own interpreter
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == b"ready"
    time.sleep(0.1)
    os.kill(process.pid, signal.SIGINT)
    assert process.wait(20) == Exit.INTERRUPTED
    process.stdout.close()


def test_json_goes_to_stdout_alone_and_talk_to_stderr(
    business: Business, sheetops: Command
) -> None:
    ended = sheetops("daily", "--json", "--today", DAY)
    plan = json.loads(ended.out)
    assert plan["today"] == DAY
    assert {change["tab"] for change in plan["cells"]} == {"Clients", "Offers", "Offer steps"}
    assert {row["tab"] for row in plan["rows"]} == {"Steps"}
    assert {mail["to"] for mail in plan["mails"]} >= {"anna@example.com"}
    assert "nothing was written or sent" in ended.err
    assert sheetops("daily", "--json", "--today", DAY, "--quiet").err == ""
    assert business.mails() == []


def test_json_of_a_run_says_what_was_written_and_sent(
    business: Business, sheetops: Command
) -> None:
    done = json.loads(sheetops("daily", "--apply", "--json", "--today", DAY).out)
    assert done["written"]["rows"] == 10  # six steps, three follow-ups, the line in Runs
    assert [f"{key}.eml" for key in sorted(done["sent"])] == business.mails()
    assert done["not_sent"] == []


def test_client_shows_one_client_only(business: Business, sheetops: Command) -> None:
    ended = sheetops("daily", "--today", DAY, "--client", "anna amber")
    assert "anna@example.com" in ended.out
    assert "bert@example.com" not in ended.out
    assert sheetops("daily", "--client", "Ana Amber", "--today", DAY).err.endswith(
        'Did you mean "Anna Amber"?\n'
    )
    assert sheetops("daily", "--client", "C1", "--apply").status == 2
    assert business.mails() == []


def test_a_client_of_a_workbook_that_cannot_be_used_is_not_called_missing(
    business: Business, sheetops: Command
) -> None:
    workbook = openpyxl.load_workbook(business.path)
    workbook["Steps"].title = "Stepps"
    workbook.save(business.path)
    ended = sheetops("explain", "C1", "--today", DAY)
    assert ended.status == 1
    assert 'Rename it to "Steps".' in ended.err
    assert sheetops("daily", "--apply", "--today", DAY).status == 3
    assert business.mails() == []


def test_html_writes_the_plan_as_a_page(business: Business, sheetops: Command) -> None:
    page = business.folder / "plan.html"
    ended = sheetops("daily", "--today", DAY, "--html", page)
    assert ended.status == 0
    assert "Anna Amber" in page.read_text(encoding="utf-8")
    ended = sheetops("daily", "--today", DAY, "--html", business.folder / "no" / "plan.html")
    assert ended.status == 1
    assert "cannot be written" in ended.err


def test_explain_tells_one_story(business: Business, sheetops: Command) -> None:
    sheetops("daily", "--apply", "--today", DAY)
    told = sheetops("explain", "C1", "--today", DAY).out
    assert "Anna Amber" in told
    assert "Stalled" in told
    assert "Nudge" in told
    assert json.loads(sheetops("explain", "C1", "--json", "--today", DAY).out)


def test_runs_are_listed_the_newest_first(business: Business, sheetops: Command) -> None:
    assert sheetops("runs").status == 0
    sheetops("daily", "--apply", "--today", DAY)
    sheetops("daily", "--apply", "--today", "2026-11-23")
    found = json.loads(sheetops("runs", "--json").out)
    assert [one["day"] for one in found] == ["2026-11-23", DAY]


def test_init_makes_a_workbook_that_runs_without_a_problem(
    tmp_path: Path, sheetops: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for arguments in (["big/clients.xlsx"], ["small/clients.xlsx", "--small"]):
        assert sheetops("init", *arguments).status == 0
        monkeypatch.chdir(tmp_path / arguments[0].split("/")[0])
        assert sheetops("check", "--today", "2026-11-24").status == 0
        assert sheetops("daily", "--apply", "--today", "2026-11-24").status == 0
        assert "Nothing differs" in sheetops("daily", "--apply", "--today", "2026-11-24").out
        monkeypatch.chdir(tmp_path)
    ended = sheetops("init", "big/clients.xlsx")
    assert ended.status == 1
    assert "is left as it is" in ended.err


def test_a_secret_in_the_settings_is_refused(business: Business, sheetops: Command) -> None:
    toml = business.folder / "sheetops.toml"
    toml.write_text(toml.read_text() + '[mail]\npassword = "x"\n', encoding="utf-8")
    ended = sheetops("check")
    assert ended.status == 1
    assert "a secret does not belong into this file" in ended.err


def test_version(sheetops: Command) -> None:
    assert sheetops("--version").out.strip() == __version__


def test_the_job_does_what_the_command_does(business: Business) -> None:
    job = Path(__file__).resolve().parents[2] / "jobs" / "daily.py"
    done = subprocess.run(  # noqa: S603 # our own script
        [sys.executable, str(job), "--today", DAY], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert len(business.mails()) == 4
