"""Who decides whether a follow-up leaves, and how what is due is put together in one mail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sheetops.model.history import History, Unlisted
from sheetops.model.mail import FollowUp, MailState
from sheetops.plan.plan import Plan
from sheetops.plan.routing import together, without
from sheetops.workbook.raw import RawBook
from tests.sheets import (
    NOTHING,
    OFFER_STEPS,
    Row,
    afterwards,
    applied,
    client,
    grid,
    message,
    november,
    office,
    plan,
    shown,
    step,
    to_clients,
    went_out,
)

DAY = november(4)
SETTINGS = {"Rehearsal address": "olga@studio.example.com"}


def book(send: str = "auto", sending: str = "send", follow_ups: tuple[Row, ...] = ()) -> RawBook:
    """Bo, whose Contract has waited two days on the 4th, and one message about it."""
    return office(
        [client("Bo")],
        [step("Bo", "Contract")],
        [message("Nudge", "waiting 2 days", Send=send)],
        settings={**SETTINGS, "Sending": sending},
        follow_ups=follow_ups,
    )


KEY = plan(book(), DAY).routing.mailed[0].key


def row(decision: str | None, **cells: str) -> Row:
    listed: Row = {
        "Decision": decision,
        "Follow-up ID": KEY,
        "Subject": "Nudge",
        "Body": "Hello Bo,\n\nNudge.\n\nAnna",
        "Date": november(3),
    }
    return {**listed, **cells}


def place(made: Plan) -> str:
    """The one place to which the one follow-up was routed."""
    names = ("mailed", "to_staff", "waiting", "by_hand", "held", "settled", "on_hold")
    (name,) = (name for name in names if getattr(made.routing, name))
    return name


@pytest.mark.parametrize(
    ("send", "sending", "decision", "meant"),
    [
        (send, sending, decision, meant)
        for send, by_sending in {
            "auto": {
                "preview": "mailed",
                "rehearse to me": "mailed",
                "ask": "ask",
                "send": "mailed",
            },
            "ask": {"preview": "ask", "rehearse to me": "ask", "ask": "ask", "send": "ask"},
            "by hand": dict.fromkeys(("preview", "rehearse to me", "ask", "send"), "by_hand"),
        }.items()
        for sending, usual in by_sending.items()
        for decision, meant in {
            None: "waiting" if usual == "ask" else usual,
            "Send": "mailed" if usual == "ask" else usual,
            "Hold": "on_hold",
            "Skip": "settled",
            "Done by hand": "settled",
            "Sned": "on_hold",
        }.items()
    ],
)
def test_send_sending_and_decision_say_together_where_it_goes(
    send: str, sending: str, decision: str | None, meant: str
) -> None:
    assert place(plan(book(send, sending, (row(decision),)), DAY)) == meant


@pytest.mark.parametrize("send", ["auto", "ask", "by hand"])
@pytest.mark.parametrize("decision", [None, "Send", "Hold", "Skip", "Done by hand"])
def test_a_preview_sends_nothing_at_all(send: str, decision: str | None) -> None:
    assert not plan(book(send, "preview", (row(decision),)), DAY).mails


def test_in_a_rehearsal_all_goes_to_the_rehearsal_address_and_settles_nothing() -> None:
    made = plan(book(sending="rehearse to me"), DAY)
    assert {mail.to for mail in made.mails} == {"olga@studio.example.com"}
    assert {mail.purpose for mail in made.mails} == {"rehearsal"}
    assert not any(mail.items for mail in made.mails)
    assert any(mail.subject == "[for Bo at bo@example.com] Nudge" for mail in made.mails)
    assert all(mail.reply_to == "" for mail in made.mails)


def test_a_rehearsal_does_not_use_up_the_mail_of_the_day() -> None:
    rehearsed = plan(book(sending="rehearse to me"), DAY)
    history = History(mails_today=frozenset(mail.key for mail in rehearsed.mails))
    assert to_clients(plan(book(), DAY, history)) == {"BO-1": ["Nudge"]}


@pytest.mark.parametrize(
    ("missing", "sending"), [("Sender address", "send"), ("Rehearsal address", "rehearse to me")]
)
def test_without_an_address_that_it_needs_nothing_is_sent(missing: str, sending: str) -> None:
    settings = {**SETTINGS, "Sending": sending, missing: None}
    raw = office([client("Bo")], [step("Bo", "Contract")], settings=settings)
    made = plan(raw, DAY)
    assert not made.mails
    (problem,) = made.problems
    assert problem.found == f"{missing} is blank, so nothing is sent."
    assert problem.where.startswith("Settings!B")


def test_what_waits_for_approval_is_listed_once() -> None:
    raw = book("ask")
    made = plan(raw, DAY)
    (listed,) = made.rows
    assert (listed.tab, listed.key) == ("Follow-ups", KEY)
    assert listed.values["Outcome"] == "Waiting for approval"
    assert listed.values["To"] == "bo@example.com"
    later = plan(applied(raw, made), november(5), afterwards(made))
    assert place(later) == "waiting"
    assert not later.rows


def test_what_staff_approve_is_sent_as_they_edited_it() -> None:
    edited = row("Send", Subject="Dear\nBo", Body="In my own words.")
    made = plan(book("ask", "ask", (edited,)), november(5))
    (mail,) = (mail for mail in made.mails if mail.client)
    assert (mail.subject, mail.body) == ("Dear Bo", "In my own words.")


def test_an_edit_that_empties_the_words_is_no_edit() -> None:
    made = plan(book("ask", "ask", (row("Send", Subject=" ", Body=""),)), DAY)
    (mail,) = (mail for mail in made.mails if mail.client)
    assert mail.subject == "Nudge"
    assert "Nudge." in mail.body


def test_a_prompt_by_hand_goes_to_the_person_and_never_to_the_client() -> None:
    made = plan(book("by hand"), DAY)
    assert not to_clients(made)
    (listed,) = made.rows
    assert listed.values["Outcome"] == "To do by hand"
    assert listed.values["To"] == "anna@studio.example.com"


@pytest.mark.parametrize(("decision", "by_hand"), [("Skip", False), ("Done by hand", True)])
def test_what_staff_settle_is_settled_and_shown(decision: str, by_hand: bool) -> None:
    made = plan(book("ask", follow_ups=(row(decision),)), DAY)
    (settled,) = made.routing.settled
    assert settled.by_hand is by_hand
    assert shown(made, "Follow-ups", "Outcome") == {KEY: "Done by hand" if by_hand else "Skipped"}


def test_what_is_no_longer_due_says_so() -> None:
    raw = office([client("Bo")], follow_ups=[row("Send")])
    assert shown(plan(raw, DAY), "Follow-ups", "Outcome") == {KEY: "No longer due"}


def test_a_follow_up_listed_twice_is_held_and_not_listed_again() -> None:
    made = plan(book("ask", follow_ups=(row("Send"), row(None))), DAY)
    assert place(made) == "on_hold"
    assert not [new for new in made.rows if new.tab == "Follow-ups"]
    assert set(shown(made, "Follow-ups", "Outcome").values()) == {None}


@pytest.mark.parametrize("heading", ["Decision", "Follow-up ID", "Subject"])
def test_where_decisions_cannot_be_read_nothing_leaves(heading: str) -> None:
    raw = book(follow_ups=(row("Skip"),))
    rows = grid("Follow-ups", [row("Skip")])
    rows[0][rows[0].index(heading)] = "?"
    tabs = {**raw.tabs, "Follow-ups": replace(raw.tabs["Follow-ups"], rows=rows)}
    made = plan(replace(raw, tabs=tabs), DAY)
    assert place(made) == "on_hold"
    assert any(problem.tab == "Follow-ups" for problem in made.problems)


def test_without_the_tab_follow_ups_it_leaves_by_itself_all_the_same() -> None:
    raw = book()
    tabs = {name: tab for name, tab in raw.tabs.items() if name != "Follow-ups"}
    assert to_clients(plan(replace(raw, tabs=tabs), DAY)) == {"BO-1": ["Nudge"]}


def test_what_left_is_listed_with_what_became_of_it() -> None:
    made = plan(book(), DAY)
    sent = went_out(made)
    history = History(
        sent=sent, unlisted=(Unlisted(made.routing.mailed[0], "bo@example.com", DAY),)
    )
    (listed,) = plan(book(), DAY, history).rows
    assert listed.values["Outcome"] == "Sent"
    assert listed.values["Date"] == DAY


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        ("accepted", "Sent"),
        ("refused", "Refused"),
        ("in doubt", "In doubt"),
        ("cancelled", "Skipped"),
    ],
)
def test_a_listed_follow_up_shows_what_became_of_it(state: str, outcome: str) -> None:
    (sent,) = went_out(plan(book(), DAY)).values()
    history = History(sent={KEY: replace(sent, state=MailState(state))})
    made = plan(book(follow_ups=(row(None),)), DAY, history)
    assert shown(made, "Follow-ups", "Outcome") == {KEY: outcome}
    assert not to_clients(made)


def test_one_mail_leaves_per_client_and_day() -> None:
    made = plan(book(), DAY)
    again = plan(book(), DAY, afterwards(made, NOTHING))
    assert not again.mails
    forgotten = History(mails_today=frozenset(mail.key for mail in made.mails))
    assert not to_clients(plan(book(), DAY, forgotten))


def test_what_is_due_is_put_together_the_most_serious_first() -> None:
    declared = [{**one, "Order": 1} for one in OFFER_STEPS]
    raw = office(
        [client("Bo")],
        [step("Bo", "Contract"), step("Bo", "Intake", Due=november(3))],
        [message("Nudge", "waiting 2 days"), message("Late", "1 day after due")],
        offer_steps=declared,
    )
    (mail,) = (mail for mail in plan(raw, DAY).mails if mail.client)
    assert [one.message for one in mail.items] == ["Late", "Nudge"]
    assert mail.subject == "Late: Intake"
    assert mail.body == "Hello Bo,\n\nLate.\n\n— Nudge —\n\nNudge.\n\nAnna"


def item(key: str, subject: str, body: str) -> FollowUp:
    return FollowUp(
        key, "C", "Bo", "M", "", DAY, "bo@example.com", "Bo", subject, body, "why"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("bodies", "meant"),
    [
        (["Hi\n\na\n\nBye"], "Hi\n\na\n\nBye"),
        (["Hi\n\na\n\nBye", "Hi\n\nb\n\nBye"], "Hi\n\na\n\n— s1 —\n\nb\n\nBye"),
        (["Hi\na", "Ho\nb"], "Hi\na\n\n— s1 —\n\nHo\nb"),
        (["Hi\na\nBye", "Hi\nb"], "Hi\n\na\nBye\n\n— s1 —\n\nb"),
        (["same", "same"], "same\n\n— s1 —"),
        (["", "b"], "— s1 —\n\nb"),
    ],
)
def test_a_greeting_and_a_closing_that_all_share_are_said_once(
    bodies: list[str], meant: str
) -> None:
    assert together([item(str(n), f"s{n}", body) for n, body in enumerate(bodies)]) == meant


def test_a_mail_without_one_of_its_follow_ups_says_only_the_rest() -> None:
    one, other = item("1", "s1", "Hi\n\na\n\nBye"), item("2", "s2", "Hi\n\nb\n\nBye")
    mail = replace(plan(book(), DAY).mails[0], items=(one, other))
    rest = without(mail, {"1"})
    assert rest is not None
    assert (rest.subject, rest.body, rest.items) == ("s2", "Hi\n\nb\n\nBye", (other,))
    assert without(mail, {"1", "2"}) is None
