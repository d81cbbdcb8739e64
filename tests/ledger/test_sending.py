"""Never twice, never lost, and in doubt only where nobody can know."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Executable

from sheetops.errors import AnotherRun, LedgerError
from sheetops.ledger import RETRY_AFTER, Ledger, Settled, database, schema
from sheetops.ledger.claims import guard_of, item_facts
from sheetops.model.mail import FollowUp, Mail, Purpose
from tests.ledger.ledger_mails import (
    DAY,
    LATER,
    NOW,
    TOMORROW,
    Folder,
    Server,
    claimed,
    die,
    item,
    mail,
    sent,
    states,
)


def run_again(ledger: Ledger, *mails: Mail, clients: tuple[str, ...] = ()) -> tuple[Mail, ...]:
    """What a further run of the day may send; the run stays open."""
    run = ledger.begin_run("daily", DAY, LATER)
    return ledger.claim(run, mails, LATER, clients).mails


# ---- never twice


def test_a_second_run_sends_nothing(ledger: Ledger) -> None:
    sent(ledger, mail("C1"), mail("C2"))
    run = ledger.begin_run("daily", DAY, LATER)
    claim = ledger.claim(run, [mail("C1"), mail("C2")], LATER)
    assert claim.mails == ()
    assert [left.why for left in claim.left_out] == ["this mail is accepted already"] * 2


def test_a_follow_up_never_leaves_in_another_mail_either(ledger: Ledger) -> None:
    sent(ledger, mail("C1", item("C1", "Form")))
    tomorrow = mail("C1", item("C1", "Form"), item("C1", "Call"), day=TOMORROW)
    run = ledger.begin_run("daily", TOMORROW, LATER)
    claim = ledger.claim(run, [tomorrow], LATER)
    assert claim.mails == ()
    assert claim.left_out[0].barred == {item("C1", "Form").key: "it is accepted already"}
    assert item("C1", "Call").key not in states(ledger)


def test_a_corrected_address_does_not_send_again(ledger: Ledger) -> None:
    sent(ledger, mail("C1"))
    assert run_again(ledger, mail("C1", to="anna.new@example.com", day=TOMORROW)) == ()


def test_one_mail_a_day_per_client(ledger: Ledger) -> None:
    sent(ledger, mail("C1", item("C1", "Form")))
    run = ledger.begin_run("daily", DAY, LATER)
    claim = ledger.claim(run, [mail("C1", item("C1", "Call"), key="other")], LATER)
    assert claim.mails == ()
    assert claim.left_out[0].why == "this client has a mail today already"
    tomorrow = mail("C1", item("C1", "Call"), day=TOMORROW)
    assert ledger.claim(run, [tomorrow], LATER).mails == (tomorrow,)


def test_a_key_twice_in_one_claim_is_taken_once(ledger: Ledger) -> None:
    run = ledger.begin_run("daily", DAY, NOW)
    again = mail("C9", item("C1"), key="third")
    claim = ledger.claim(run, [mail("C1"), mail("C1"), mail("C1", key="other"), again], NOW)
    assert claim.mails == (mail("C1"),)
    assert len(claim.left_out) == 3


def test_mails_to_the_team_are_not_limited_by_client(ledger: Ledger) -> None:
    digest = dataclasses.replace(mail("C1"), key="d1", client="", purpose=Purpose.DIGEST, items=())
    other = dataclasses.replace(digest, key="d2", to="owen@example.com")
    run = ledger.begin_run("daily", DAY, NOW)
    assert ledger.claim(run, [digest, other], NOW).mails == (digest, other)


def test_the_database_itself_decides(ledger: Ledger) -> None:
    """Even a bug in the claim could not record a follow-up, or a client's day, twice."""
    sent(ledger, mail("C1"))
    row = {"day": DAY, "purpose": "follow-up", "client": "C1", "address": "x", "changed": NOW}
    with pytest.raises(LedgerError, match=r"(?i)unique"):
        write_by_hand(ledger, schema.mails.insert().values(**row, key="other", state="claimed"))
    values = {**item_facts(item("C1")), "state": "claimed", "day": DAY, "changed": NOW}
    with pytest.raises(LedgerError, match=r"(?i)unique"):
        write_by_hand(ledger, schema.follow_ups.insert().values(values))
    guard = guard_of(item("C1"), mail("C1").to)
    with pytest.raises(LedgerError, match=r"(?i)unique"):
        write_by_hand(
            ledger, schema.follow_ups.insert().values(**{**values, "key": "x", "guard": guard})
        )


def write_by_hand(ledger: Ledger, statement: Executable) -> None:
    with database.writing(ledger._engine) as connection:
        connection.execute(statement)


# ---- the second guard: a renamed client


def test_a_renamed_client_does_not_hear_it_again(ledger: Ledger) -> None:
    sent(ledger, mail("Anna", to="anna@example.com"))
    renamed = mail(
        "Anna B.", item("Anna B.", "Form"), item("Anna B.", "Call"), to="ANNA@example.com"
    )
    run = ledger.begin_run("daily", DAY, LATER)
    claim = ledger.claim(run, [renamed], LATER, clients={"Anna B."})
    assert claim.mails == ()
    barred = claim.left_out[0].barred
    assert list(barred) == [item("Anna B.", "Form").key]
    assert "already went to this address for Anna" in claim.left_out[0].why
    assert states(ledger)[item("Anna B.", "Form").key] == "cancelled"
    rest = dataclasses.replace(
        renamed, items=tuple(one for one in renamed.items if one.key not in barred)
    )
    assert ledger.claim(run, [rest], LATER, clients={"Anna B."}).mails == (rest,)


def test_two_clients_with_one_address_each_get_their_own(ledger: Ledger) -> None:
    sent(ledger, mail("Firm A", to="books@example.com"))
    other = mail("Firm B", to="books@example.com")
    assert run_again(ledger, other, clients=("Firm A", "Firm B")) == (other,)
    for key in [one.key for one in (other,)]:
        ledger.handing(key, LATER)
        ledger.accepted(key, LATER)
    renamed = mail("Firm B2", to="books@example.com")
    run = ledger.runs()[0].run
    assert ledger.claim(run, [renamed], LATER, clients={"Firm A", "Firm B2"}).mails == ()


def test_two_clients_with_one_address_may_be_in_one_claim(ledger: Ledger) -> None:
    both = mail("Firm A", to="books@example.com"), mail("Firm B", to="books@example.com")
    assert run_again(ledger, *both) == both


def test_parallel_steps_in_one_mail_are_not_taken_for_a_repetition(ledger: Ledger) -> None:
    whole = mail("C1", item("C1", "Form"), item("C1", "Call"), item("C1", "Form", "R2"))
    assert run_again(ledger, whole) == (whole,)


def test_the_owner_may_hear_the_same_about_several_clients(ledger: Ledger) -> None:
    def to_owner(client: str) -> Mail:
        return dataclasses.replace(mail(client, to="owen@example.com"), client="", key=client)

    sent(ledger, to_owner("C1"))
    assert run_again(ledger, to_owner("C2")) == (to_owner("C2"),)


# ---- addresses that get no mail


def test_suppressed_addresses_are_left_out_and_reported(ledger: Ledger) -> None:
    ledger.suppress("C1@Example.com ", "asked us to stop", NOW)
    run = ledger.begin_run("daily", DAY, NOW)
    claim = ledger.claim(run, [mail("C1"), mail("C2")], NOW)
    assert claim.mails == (mail("C2"),)
    assert claim.left_out[0].mail == mail("C1")
    assert "asked us to stop" in claim.left_out[0].why
    assert ledger.suppressed()["c1@example.com"].moment == NOW
    ledger.allow("c1@EXAMPLE.com")
    assert ledger.claim(run, [mail("C1")], NOW).mails == (mail("C1"),)


def test_an_address_is_one_however_its_domain_is_written(ledger: Ledger) -> None:
    ledger.suppress("anna@bücher.example", "bounced", NOW)
    assert run_again(ledger, mail("C1", to="Anna@xn--bcher-kva.example")) == ()


def test_an_address_that_does_not_exist_is_not_tried_again(ledger: Ledger) -> None:
    claimed(ledger, mail("C1"))
    ledger.handing(mail("C1").key, NOW)
    ledger.refused(mail("C1").key, LATER, "550 no such mailbox", bad_address=True)
    assert ledger.suppressed()["c1@example.com"].why == "550 no such mailbox"
    assert ledger.outcomes()[item("C1").key].state == "refused"


# ---- states


def test_a_mail_and_its_follow_ups_move_together(ledger: Ledger) -> None:
    whole = mail("C1", item("C1", "Form"), item("C1", "Call"))
    claimed(ledger, whole, mail("C2"))
    for move, state in ((ledger.handing, "handing"), (ledger.accepted, "accepted")):
        move(whole.key, LATER)
        found = states(ledger)
        assert [found[one.key] for one in whole.items] == [state, state]
        assert found[item("C2").key] == "claimed"
        assert ledger.outcomes()[whole.items[0].key].moment == LATER


def moves(ledger: Ledger, key: str) -> dict[str, Callable[[], object]]:
    return {
        "handing": lambda: ledger.handing(key, LATER),
        "accepted": lambda: ledger.accepted(key, LATER),
        "deferred": lambda: ledger.deferred(key, LATER),
        "refused": lambda: ledger.refused(key, LATER),
        "in doubt": lambda: ledger.in_doubt(key, LATER),
        "release": lambda: ledger.release(key, LATER),
        "resolve": lambda: ledger.resolve(key, sent=False, at=LATER),
        "withdraw": lambda: ledger.withdraw(key, "stale", LATER),
        "cancel": lambda: ledger.cancel(item("C1").key, "skipped", LATER),
    }


MAY = {
    ("claimed",): {"handing", "deferred", "refused", "release", "cancel", "withdraw"},
    ("claimed", "handing"): {"accepted", "deferred", "refused", "in doubt", "release"},
    ("claimed", "handing", "accepted"): set(),
    ("claimed", "handing", "refused"): set(),
    ("claimed", "handing", "in doubt"): {"resolve"},
    ("claimed", "handing", "deferred"): {"cancel", "withdraw"},
    ("claimed", "cancel"): set(),
    ("claimed", "release"): {"cancel", "withdraw"},
}


@pytest.mark.parametrize("path", MAY, ids=" ".join)
@pytest.mark.parametrize("move", sorted(moves(None, "")))  # type: ignore[arg-type]  # names only
def test_only_moves_that_make_sense_are_made(
    ledger: Ledger, path: tuple[str, ...], move: str
) -> None:
    claimed(ledger, mail("C1"))
    possible = moves(ledger, mail("C1").key)
    for step in path[1:]:
        possible[step]()
    before = states(ledger)
    if move in MAY[path]:
        possible[move]()
        assert move == "withdraw" or states(ledger) != before
    else:
        with pytest.raises(LedgerError, match="cannot"):
            possible[move]()
        assert states(ledger) == before


def test_a_mail_that_is_not_known_cannot_move(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="No mail nobody is known"):
        ledger.accepted("nobody", NOW)
    with pytest.raises(LedgerError, match="No follow-up nobody is known"):
        ledger.cancel("nobody", "skipped", NOW)


def test_what_a_run_claimed_and_did_not_send_is_planned_again(ledger: Ledger) -> None:
    run = claimed(ledger, mail("C1"), mail("C2"))
    ledger.handing(mail("C1").key, NOW)
    ledger.end_run(run, "stopped", {}, at=LATER)
    assert states(ledger) == {item("C1").key: "handing", item("C2").key: "planned"}
    assert run_again(ledger, mail("C1"), mail("C2")) == (mail("C2"),)


def test_today_s_words_are_sent_if_nothing_was_handed_over(ledger: Ledger) -> None:
    run = claimed(ledger, mail("C1"))
    ledger.end_run(run, "stopped", {}, at=NOW)
    edited = mail("C1", body="Hello, edited by staff")
    assert run_again(ledger, edited) == (edited,)
    assert ledger.mails("claimed") == (edited,)


def test_yesterday_s_planned_mail_gives_way_to_today_s(ledger: Ledger) -> None:
    yesterday = mail("C1", item("C1", "Form"), item("C1", "Call"))
    run = claimed(ledger, yesterday)
    ledger.end_run(run, "stopped", {}, at=NOW)
    today = mail("C1", item("C1", "Form"), day=TOMORROW)
    assert run_again(ledger, today) == (today,)
    assert ledger.mails("cancelled") == (yesterday,)
    assert states(ledger) == {item("C1", "Form").key: "claimed", item("C1", "Call").key: "planned"}


# ---- trying again


def test_a_deferred_mail_waits_and_keeps_its_words(ledger: Ledger) -> None:
    run = claimed(ledger, mail("C1"))
    ledger.handing(mail("C1").key, NOW)
    again = ledger.deferred(mail("C1").key, NOW, "451 later")
    assert again == NOW + timedelta(minutes=15)
    ledger.end_run(run, "done", {}, at=NOW)
    run = ledger.begin_run("daily", DAY, LATER)
    assert ledger.claim(run, [mail("C1", body="other words")], LATER).mails == ()
    assert ledger.retries(LATER) == ()
    assert ledger.retries(again) == (mail("C1"),)
    assert ledger.claim(run, [mail("C1", body="other words")], again).mails == (mail("C1"),)


def test_after_the_last_try_it_is_refused(ledger: Ledger) -> None:
    run = claimed(ledger, mail("C1"))
    moment = NOW
    for wait in RETRY_AFTER:
        ledger.handing(mail("C1").key, moment)
        again = ledger.deferred(mail("C1").key, moment, "451 later")
        assert again == moment + wait
        moment = again
        assert ledger.claim(run, ledger.retries(moment), moment).mails == (mail("C1"),)
    ledger.handing(mail("C1").key, moment)
    assert ledger.deferred(mail("C1").key, moment, "") is None
    assert ledger.outcomes()[item("C1").key].why == "given up after many tries"
    assert moment - NOW == timedelta(days=5, hours=5, minutes=15)


# ---- setting aside


def test_staff_may_set_aside_what_was_never_recorded(ledger: Ledger) -> None:
    ledger.cancel(item("C1"), "skipped by staff", NOW)
    assert ledger.outcomes()[item("C1").key].why == "skipped by staff"
    assert run_again(ledger, mail("C1")) == ()


def test_setting_one_aside_takes_its_mail_apart(ledger: Ledger) -> None:
    whole = mail("C1", item("C1", "Form"), item("C1", "Call"))
    run = claimed(ledger, whole)
    ledger.handing(whole.key, NOW)
    ledger.deferred(whole.key, NOW, "451 later")
    ledger.cancel(item("C1", "Form").key, "no longer due", NOW)
    assert states(ledger) == {
        item("C1", "Form").key: "cancelled",
        item("C1", "Call").key: "planned",
    }
    rest = mail("C1", item("C1", "Call"))
    assert ledger.claim(run, [rest], LATER).mails == (rest,)
    assert ledger.mails("claimed") == (rest,)


def test_a_withdrawn_mail_leaves_its_follow_ups_for_another(ledger: Ledger) -> None:
    run = claimed(ledger, mail("C1"))
    ledger.handing(mail("C1").key, NOW)
    again = ledger.deferred(mail("C1").key, NOW, "451 later")
    assert again
    ledger.withdraw(mail("C1").key, "stale", NOW)
    assert ledger.retries(again) == ()
    tomorrow = mail("C1", day=TOMORROW)
    assert ledger.claim(run, [tomorrow], again).mails == (tomorrow,)


# ---- after a crash


@pytest.mark.parametrize(
    ("handing", "transport", "state"),
    [
        (False, Folder(), "planned"),
        (False, Server(), "planned"),
        (True, Folder(), "planned"),
        (True, Folder("m-C1-20261124"), "accepted"),
        (True, Server(), "in doubt"),
    ],
)
def test_what_a_dead_run_left_is_settled(
    place: Path | str, handing: bool, transport: Folder | Server, state: str
) -> None:
    die(place, mail("C1"), handing=handing)
    with Ledger.open(place, "wb1") as ledger:
        found = "handing" if handing else "claimed"
        assert ledger.recover(transport, LATER) == [
            Settled(mail("C1").key, "C1", found=found, state=state)
        ]
        assert states(ledger) == {item("C1").key: state}
        assert ledger.recover(transport, LATER) == []
        assert run_again(ledger, mail("C1")) == ((mail("C1"),) if state == "planned" else ())


def test_a_run_that_lives_is_never_recovered(ledger: Ledger, place: Path | str) -> None:
    claimed(ledger, mail("C1"))
    assert ledger.recover(Folder(), LATER) == []
    with Ledger.open(place, "wb1") as other, pytest.raises(AnotherRun):
        other.recover(Folder(), LATER)
    assert states(ledger) == {item("C1").key: "claimed"}


@pytest.mark.parametrize(("sent_it", "state"), [(True, "accepted"), (False, "planned")])
def test_a_doubt_is_settled_by_a_person_and_by_nothing_else(
    place: Path | str, sent_it: bool, state: str
) -> None:
    die(place, mail("C1"), handing=True)
    with Ledger.open(place, "wb1") as ledger:
        ledger.recover(Server(), LATER)
        assert ledger.mails("in doubt") == (mail("C1"),)
        assert run_again(ledger, mail("C1"), mail("C1", day=TOMORROW)) == ()
        ledger.resolve(mail("C1").key, sent=sent_it, at=LATER)
        assert states(ledger) == {item("C1").key: state}


def test_words_are_kept_whole(ledger: Ledger) -> None:
    odd = FollowUp(
        **{
            **{field.name: getattr(item(), field.name) for field in dataclasses.fields(FollowUp)},
            "body": "„Ünï“ \u2028 \x00 🎉",
            "rank": 3,
            "send": "ask",
            "minutes_saved": 2.5,
        }
    )
    whole = dataclasses.replace(mail("C1", odd), marketing=True, body="a\r\nb")
    claimed(ledger, whole)
    assert ledger.mails("claimed") == (whole,)
