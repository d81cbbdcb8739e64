"""One client's whole story on one screen."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from rich.cells import cell_len

from sheetops.cli.views import one_client, story, story_text
from sheetops.cli.views.as_json import plain
from sheetops.model.history import History, Sent
from sheetops.model.mail import MailState, follow_up_key
from sheetops.plan.plan import Plan
from sheetops.workbook.raw import Value
from tests.cli.views.show_plans import CLIENTS, MESSAGES, NOTES, STEPS, TODAY, Rows, plan_of

LONG = "Send the papers of the whole year, every one"


def told(plan: Plan, key: str = "C1") -> str:
    return "\n".join(story_text.lines(story.of_client(plan, key))) + "\n"


def sent(message: str, state: str, day: date, step: str = f"C1 › {LONG}") -> Sent:
    occasion = date(2026, 11, 10)
    key = follow_up_key("w1", "C1", message, step, occasion)
    at = datetime(day.year, day.month, day.day, 7, tzinfo=UTC)
    return Sent(key, "C1", message, step, occasion, MailState(state), day, at=at)


def remembered(*found: Sent) -> History:
    return History(sent={one.key: one for one in found})


def test_the_story_of_a_client_who_is_stalled() -> None:
    history = remembered(sent("A nudge", "accepted", date(2026, 11, 12)))
    assert (
        told(plan_of(history))
        == """\
Dún Café (C1)
  Offer        Tidy books
  Owner        Mei
  Status       Active; started 2 Nov 2026
  Email        dun@cafe.example.com (service mail only)
  Promised by  18 Dec 2026
  Known        100 %
  Consistency  100 %

Today, 20 Nov 2026
  Stalled. Waiting 8 working days on the client for "Send the papers of the
  whole year, every one"; 5 are allowed. Too few are done yet to know what is
  usual.

Path (Late: working days past Due)
    Step                              Who acts  When          Due     Late Sent
 x  Sign                              Client    done 10 Nov   9 Nov      1
 >  Send the papers of the whole ye…  Client    since 10 Nov  17 Nov     3    1
    Closing call                      Mei       to come

Sent
  12 Nov 2026  A nudge about "Send the papers of the whole year, every one":
               sent

Next
  23 Nov 2026: Second nudge

What they said
* 4 Nov 2026   The daughter starts at the conservatory. (to Mei)
  6 Nov 2026   Ring after ten. (to Mei)
  5 Nov 2026   Papers are in the attic. (to Mei)
  and 1 more in Notes.
  What keeps you awake? Nothing, honestly.
"""
    )


def test_wide_letters_and_a_follow_up_that_is_held() -> None:
    assert (
        told(plan_of(), "C2")
        == """\
한별 Stationery (C2)
  Offer   Tidy books
  Owner   Mei
  Status  Active; started 9 Nov 2026
  Email   none that can be used (service mail only)
  Known   0 %

Today, 20 Nov 2026
  Stalled. Waiting 9 working days on the client for "Sign"; 5 are allowed. Too
  few are done yet to know what is usual.

Path (Late: working days past Due)
    Step  Who acts  When         Due     Late
 >  Sign  Client    since 9 Nov  16 Nov     4

Sent
  Nothing yet.

Next
  Today: "A nudge" is held. Clients!C3: There is no Email to use, and a
    follow-up is due.

Problems
  Clients!C3: There is no Email to use, and a follow-up is due. Fill it in, and
    it goes out with the next run.
"""
    )


def test_columns_stand_under_one_another_whatever_the_script() -> None:
    steps: Rows = (
        {"Client": "C1", "Step": "은행 서류를 보내 주세요", "Done": date(2026, 11, 3)},
        {"Client": "C1", "Step": "Sign", "Done": date(2026, 11, 4)},
        {"Client": "C1", "Step": "وقّع العقد", "Done": date(2026, 11, 5)},
    )
    lines = told(plan_of(Steps=steps)).splitlines()
    at = [cell_len(line.split("done ")[0]) for line in lines if " done " in line]
    assert len(at) == 3
    assert len(set(at)) == 1


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"Do not mail": True}, "No mail goes to them: Do not mail is ticked."),
        ({"Status": "Do not serve"}, "(no mail, ever: Status is Do not serve)"),
        ({"Status": "Lead"}, "No flag, because Status is Lead."),
        ({"Marketing consent": True}, "(agreed to marketing mail)"),
        ({"Start date": date(2026, 12, 1)}, "Active; starts 1 Dec 2026"),
        ({"Start date": None}, "Active; no start date"),
        (
            {"Status": "Finished", "Finished on": date(2026, 11, 19)},
            "Finished; started 2 Nov 2026, finished 19 Nov 2026",
        ),
        ({"Offer": None, "Owner": None}, "nobody looks after them"),
        (
            {"Pause until": date(2026, 12, 1), "Pause reason": "Moving house"},
            "\n  Paused until 1 Dec 2026: Moving house.\n",
        ),
        ({"Pause until": date(2026, 12, 1)}, "No mail goes to them: They are paused."),
        ({"Satisfaction": 4.0, "Result": "Filed"}, "Satisfaction  4 of 5"),
        ({"Start date": "soon"}, 'Clients!G2: "soon" is not a date.'),
    ],
)
def test_what_is_said_of_one_client(row: dict[str, Value], words: str) -> None:
    clients = ({**CLIENTS[0], **row}, *CLIENTS[1:])
    assert words in told(plan_of(Clients=clients))


@pytest.mark.parametrize(
    ("sending", "words"),
    [
        ("send", '"A nudge" goes out. "Send'),
        ("preview", '"A nudge" would go out, but Sending in Settings is preview.'),
        ("rehearse to me", '"A nudge" goes to the rehearsal address.'),
        ("ask", '"A nudge" waits for a decision in Follow-ups.'),
    ],
)
def test_what_becomes_of_todays_follow_up(sending: str, words: str) -> None:
    settings = {"Sending": sending, "Rehearsal address": "me@example.com"}
    assert words in told(plan_of(settings=settings))


def test_a_mail_that_cannot_leave_is_not_said_to_go_out() -> None:
    assert '"A nudge" does not go out with this run.' in told(
        plan_of(settings={"Sender address": ""})
    )


@pytest.mark.parametrize(
    ("state", "by_hand", "words"),
    [
        ("accepted", False, ": sent"),
        ("in doubt", False, ": in doubt: nobody knows whether it arrived"),
        ("cancelled", True, ": done by hand"),
        ("cancelled", False, ": skipped"),
    ],
)
def test_what_became_of_a_follow_up_of_the_past(state: str, by_hand: bool, words: str) -> None:
    one = sent("Welcome", state, date(2026, 11, 3), step="")
    gone = Sent(
        one.key, "C1", "Welcome", "", one.occasion, MailState(state), one.day, by_hand=by_hand
    )
    assert f"  3 Nov 2026   Welcome{words}\n" in told(plan_of(remembered(gone)))


def test_no_more_than_the_last_few_are_shown() -> None:
    history = remembered(*(sent(f"Mail {n}", "accepted", date(2026, 11, n)) for n in range(1, 10)))
    text = told(plan_of(history))
    assert "Mail 9" in text
    assert "Mail 1 " not in text
    assert "  and 4 more before that.\n" in text


def test_a_long_note_and_many_answers_leave_room_for_the_rest() -> None:
    note: dict[str, Value] = {"Date": TODAY, "Client": "C1", "What they said": "so " * 200}
    answers = tuple(
        {"Client": "C1", "Question": "What keeps you awake?", "Answer": f"Thing {n}"}
        for n in range(8)
    )
    text = told(plan_of(Notes=(note,), Answers=answers))
    assert text.count("so ") < 90
    assert "Thing 5\n  and 2 more in Answers.\n" in text


def test_a_prompt_for_the_owner_stands_in_their_morning_mail() -> None:
    to_owner = {**MESSAGES[0], "Message": "Ring them", "To": "owner", "When": "waiting 3 days"}
    by_hand = {**MESSAGES[0], "Message": "A card", "Send": "by hand", "When": "5 days after start"}
    by_hand |= {"Subject": "Welcome", "Body": "Welcome."}
    gone = remembered(sent("A nudge", "accepted", date(2026, 11, 12)))
    text = told(plan_of(gone, Messages=(MESSAGES[0], to_owner, by_hand)))
    assert '"Ring them" is for Mei, in the morning mail.' in text


def test_a_name_that_two_clients_share_is_nobodys() -> None:
    twin = {**CLIENTS[1], "Client": "Dún Café"}
    plan = plan_of(Clients=(CLIENTS[0], twin), Notes=NOTES)
    assert "conservatory" not in told(plan)
    assert "Nothing, honestly." in told(plan)  # the answer names the Client ID


def test_a_client_without_a_key_has_a_story() -> None:
    double = {**CLIENTS[1], "Client ID": "C1"}
    plan = plan_of(Clients=(CLIENTS[0], double))
    key = one_client.client_key(plan, "Dún Café")
    assert "Data problem. Clients!A2" in told(plan, key)
    assert told(plan, key).startswith("Dún Café\n")


def test_nothing_that_a_terminal_would_obey_is_printed() -> None:
    clients = ({**CLIENTS[0], "Notes": "red \x1b[31mtext\x07\nand \u202emore"}, *CLIENTS[1:])
    text = told(plan_of(Clients=clients))
    assert "red [31mtext and more" in text
    assert not {"\x1b", "\x07", "\u202e"} & set(text)


def test_no_line_is_longer_than_the_screen() -> None:
    words = {"Notes": "한별 " * 60 + "x" * 200, "Client": "A very long name " * 8}
    steps = tuple({**step, "Client": "C1", "Owner": "Bartholomew the Elder"} for step in STEPS[:3])
    plan = plan_of(Clients=({**CLIENTS[0], **words}, *CLIENTS[1:]), Steps=steps)
    assert max(map(cell_len, told(plan).splitlines())) <= 80


def test_the_story_as_data() -> None:
    found = json.loads(json.dumps(plain(story.of_client(plan_of(), "C1"))))
    assert found["today"] == TODAY.isoformat()
    assert found["path"][1] == {
        "step": LONG,
        "state": "open",
        "waiting_on": "Client",
        "owner": "Mei",
        "started": "2026-11-10",
        "due": "2026-11-17",
        "done": None,
        "waited": 8,
        "allowed": 5,
        "late": 3,
        "reminders": 0,
        "doubt": "",
    }


def test_a_client_who_is_not_there_is_an_error() -> None:
    with pytest.raises(ValueError, match="C9"):
        story.of_client(plan_of(), "C9")
