"""The ladder of reminders: in order, with its gaps, and never two kinds about one thing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest

from sheetops.model.history import History, Sent
from sheetops.model.mail import MailState
from sheetops.plan.plan import Plan
from sheetops.workbook.raw import RawBook, Value
from tests.sheets import (
    NOTHING,
    OFFER_STEPS,
    Row,
    client,
    message,
    november,
    office,
    plan,
    shown,
    step,
    to_clients,
    went_out,
)

FIRST, SECOND = message("First", "waiting 2 days"), message("Second", "waiting 5 days")
THIRD = message("Third", "waiting 10 days")
LADDER = [THIRD, FIRST, SECOND]


def book(*messages: Row, due: Value = None, **cells: Value) -> RawBook:
    steps = [step("Bo", "Contract", Due=due), step("Bo", "Intake"), step("Bo", "Plan")]
    return office([client("Bo", **cells)], steps, messages)


def sent(made: Plan) -> list[str]:
    return to_clients(made).get("BO-1", [])


def story(raw: RawBook, days: Iterable[int], state: str = "accepted") -> dict[int, list[str]]:
    """What leaves on each day of November where the job runs every day."""
    history, told = NOTHING, {}
    for day in days:
        made = plan(raw, november(day), history)
        if sent(made):
            told[day] = sent(made)
        out = {key: replace(one, state=MailState(state)) for key, one in went_out(made).items()}
        history = History(sent={**history.sent, **out})
    return told


def test_each_rung_goes_out_on_its_day() -> None:
    assert story(book(*LADDER), range(2, 21)) == {4: ["First"], 9: ["Second"], 16: ["Third"]}


def test_who_was_found_late_begins_at_the_first_rung_and_the_gaps_are_kept() -> None:
    assert story(book(*LADDER), range(18, 31)) == {18: ["First"], 23: ["Second"], 30: ["Third"]}


@pytest.mark.parametrize(
    "state", ["planned", "claimed", "handing", "deferred", "refused", "in doubt"]
)
def test_a_rung_waits_until_the_one_before_it_has_really_gone_out(state: str) -> None:
    told = story(book(*LADDER), range(4, 21), state)
    assert {name for names in told.values() for name in names} == {"First"}


def test_what_a_person_did_by_hand_counts_as_gone_out() -> None:
    (one,) = went_out(plan(book(*LADDER), november(4))).values()
    by_hand = replace(one, state=MailState.CANCELLED, by_hand=True)
    assert sent(plan(book(*LADDER), november(9), History(sent={one.key: by_hand}))) == ["Second"]


def test_what_a_person_skipped_did_not_go_out() -> None:
    (one,) = went_out(plan(book(*LADDER), november(4))).values()
    skipped = replace(one, state=MailState.CANCELLED)
    assert not sent(plan(book(*LADDER), november(9), History(sent={one.key: skipped})))


def test_a_ladder_stops_when_the_step_is_done() -> None:
    raw = office(
        [client("Bo")],
        [step("Bo", "Contract", Done=november(6)), step("Bo", "Plan", Started=november(9))],
        LADDER,
    )
    assert not sent(plan(raw, november(20)))


def test_a_step_that_is_done_again_has_a_ladder_of_its_own() -> None:
    history = History(sent=went_out(plan(book(*LADDER), november(4))))
    again = [step("Bo", "Contract", Done=november(5)), step("Bo", "Contract", Started=november(16))]
    raw = office([client("Bo")], again, LADDER)
    assert sent(plan(raw, november(18), history)) == ["First"]


@pytest.mark.parametrize(
    "cells",
    [{"When": "waiting two days"}, {"Body": "{{Frist name}}"}, {"To": "clinet"}, {"Body": None}],
    ids=str,
)
def test_a_rung_in_doubt_keeps_its_place(cells: Row) -> None:
    """Mending it must not find that the next one has gone out before."""
    spoilt = [FIRST | cells, SECOND, THIRD]
    assert story(book(*spoilt), (4, 9, 16, 24)) == {}


def test_a_rung_in_doubt_that_went_out_before_holds_nothing_up() -> None:
    history = History(sent=went_out(plan(book(*LADDER), november(4))))
    spoilt = [FIRST | {"Body": "{{Frist name}}"}, SECOND]
    assert sent(plan(book(*spoilt), november(9), history)) == ["Second"]


def test_a_message_that_is_no_reminder_may_be_unclear_and_holds_nothing_up() -> None:
    odd = message("Odd", "when the moment feels right", Part="referral")
    assert sent(plan(book(odd, FIRST), november(4))) == ["First"]


def test_a_message_of_the_step_takes_the_place_of_the_general_one() -> None:
    special = message("Special", "waiting 2 days", Step="contract")
    assert sent(plan(book(FIRST, special), november(4))) == ["Special"]
    assert sent(plan(book(special, FIRST), november(4))) == ["Special"]


def test_a_message_of_the_offer_takes_the_place_of_one_for_all() -> None:
    special = message("Special", "waiting 2 days", Offer="Coaching")
    closer = message("Closer", "waiting 2 days", Offer="Coaching", Step="Contract")
    assert sent(plan(book(FIRST, special), november(4))) == ["Special"]
    assert sent(plan(book(closer, FIRST, special), november(4))) == ["Closer"]


def test_nothing_general_goes_out_in_the_stead_of_a_special_one_in_doubt() -> None:
    special = message("Special", "waiting 2 days", Step="Contract", Body="{{Frist name}}")
    lost = message("Special", "waiting 2 days", Step="Contrat")
    assert not sent(plan(book(FIRST, special), november(4)))
    assert not sent(plan(book(FIRST, lost), november(4)))


@pytest.mark.parametrize(
    ("day", "gone"), [(3, []), (4, ["Soon"]), (5, ["Soon"]), (9, ["Soon"]), (10, [])]
)
def test_before_due_makes_sense_until_it_is_due(day: int, gone: list[str]) -> None:
    assert sent(plan(book(message("Soon", "3 days before due")), november(day))) == gone


@pytest.mark.parametrize(("day", "gone"), [(9, []), (10, ["Late"]), (27, ["Late"])])
def test_after_due_counts_from_the_day_after(day: int, gone: list[str]) -> None:
    assert sent(plan(book(message("Late", "1 day after due")), november(day))) == gone


def test_a_due_date_on_a_weekend_gives_the_days_before_it() -> None:
    raw = book(message("Soon", "1 day before due"), due=november(21))
    assert not sent(plan(raw, november(18)))
    assert sent(plan(raw, november(19))) == ["Soon"]


def test_of_two_kinds_about_one_step_the_later_overtakes_the_earlier() -> None:
    both = [FIRST, message("Late", "1 day after due")]
    assert sent(plan(book(*both), november(10))) == ["Late"]
    assert story(book(*both), range(9, 20)) == {9: ["First"], 10: ["Late"]}


def test_of_two_kinds_for_one_day_the_more_serious_is_said() -> None:
    both = [message("Late", "1 day after due"), FIRST, message("Soon", "1 day before due")]
    assert sent(plan(book(*both, due=november(3)), november(4))) == ["Late"]
    assert sent(plan(book(*both, due=november(5)), november(4))) == ["First"]


def test_who_was_told_that_it_is_late_is_not_told_that_it_waits() -> None:
    both = [FIRST, message("Late", "1 day after due")]
    history = History(sent=went_out(plan(book(*both), november(10))))
    assert not sent(plan(book(*both), november(11), history))


def test_what_overtook_a_rung_lets_the_next_one_go_out() -> None:
    """The ladder goes on from the day on which the other kind went out."""
    messages = [FIRST, SECOND, message("Soon", "1 day before due")]
    raw = book(*messages, due=november(6))
    assert story(raw, range(5, 16)) == {5: ["Soon"], 10: ["Second"]}


def test_a_message_to_the_owner_overtakes_none_to_the_client() -> None:
    both = [FIRST, message("Tell", "1 day after due", To="owner")]
    made = plan(book(*both), november(10))
    assert sent(made) == ["First"]
    assert [one.message for one in made.routing.to_staff] == ["Tell"]


TELL = message("Tell", "waiting 5 days", To="owner")


@pytest.mark.parametrize("party", ["Third party", "Team"])
def test_the_owner_is_told_of_every_waiting_step_and_no_client_s_rung_blocks_it(party: str) -> None:
    raw = office([client("Bo")], [step("Bo", "Contract", Waiting_on=party)], [FIRST, TELL])
    made = plan(raw, november(24))
    assert [one.message for one in made.routing.to_staff] == ["Tell"]
    assert not sent(made)


def test_where_the_client_is_asked_first_the_owner_is_told_later() -> None:
    assert not plan(book(FIRST, TELL), november(24)).routing.to_staff


def test_a_message_about_one_step_tells_the_owner_whomever_it_waits_on() -> None:
    one = TELL | {"Step": "Contract"}
    raw = office([client("Bo")], [step("Bo", "Contract", Waiting_on="Team")], [FIRST, one])
    made = plan(raw, november(24))
    assert [told.message for told in made.routing.to_staff] == ["Tell"]
    assert not sent(made)


def test_the_owner_hears_of_it_after_the_client_did() -> None:
    raw = book(FIRST, TELL)
    history = History(sent=went_out(plan(raw, november(4))))
    made = plan(raw, november(9), history)
    assert [one.message for one in made.routing.to_staff] == ["Tell"]


def test_a_client_is_not_reminded_of_what_the_team_must_do() -> None:
    raw = office([client("Bo")], [step("Bo", "Plan")], LADDER)
    assert not sent(plan(raw, november(24)))


@pytest.mark.parametrize(
    "cells",
    [
        {"Pause until": november(25)},
        {"Status": "Paused"},
        {"Status": "Lead"},
        {"Status": "Finished"},
        {"Start date": "soon"},
    ],
    ids=str,
)
def test_who_is_paused_not_served_or_in_doubt_is_not_reminded(cells: Row) -> None:
    raw = office([client("Bo") | cells], [step("Bo", "Contract", Started=november(2))], LADDER)
    made = plan(raw, november(24))
    assert not sent(made)
    assert not made.routing.held


AFTER = message("After", "2 days after finish", Part="feedback")


@pytest.mark.parametrize(
    ("day", "gone"), [(11, []), (12, ["After"]), (19, ["After"]), (20, []), (28, [])]
)
def test_after_a_finish_it_is_sent_within_the_days_that_make_sense(
    day: int, gone: list[str]
) -> None:
    raw = book(AFTER, Status="Finished", Finished_on=november(10))
    assert sent(plan(raw, november(day))) == gone


def test_how_late_is_too_late_is_the_owner_s_to_say() -> None:
    finished = client("Bo", Status="Finished", Finished_on=november(10))
    raw = office([finished], [], [AFTER], settings={"Too late after (days)": 0.0})
    assert sent(plan(raw, november(12))) == ["After"]
    assert not sent(plan(raw, november(13)))


def test_an_active_client_with_a_finish_is_not_thanked_yet() -> None:
    assert not sent(plan(book(AFTER, Finished_on=november(10)), november(12)))


def test_after_a_start_who_is_served_is_welcomed_once() -> None:
    raw = book(message("Hello", "1 day after start"))
    assert story(raw, range(2, 12)) == {3: ["Hello"]}


def test_a_corrected_address_does_not_send_again() -> None:
    first = plan(book(*LADDER), november(4))
    history = History(sent=went_out(first))
    assert not sent(plan(book(*LADDER, Email="other@example.com"), november(4), history))


def test_a_corrected_finish_thanks_nobody_twice_and_a_later_one_is_another() -> None:
    def finished(on: date) -> RawBook:
        return book(message("Thanks", "1 day after finish"), Status="Finished", Finished_on=on)

    history = History(sent=went_out(plan(finished(november(10)), november(11))))
    assert history.sent
    assert not sent(plan(finished(november(11)), november(12), history))
    assert sent(plan(finished(date(2027, 3, 10)), date(2027, 3, 11), history)) == ["Thanks"]


def test_a_corrected_due_date_is_another_occasion() -> None:
    late = message("Late", "1 day after due")
    history = History(sent=went_out(plan(book(late, due=november(5)), november(6))))
    assert not sent(plan(book(late, due=november(5)), november(9), history))
    assert sent(plan(book(late, due=november(10)), november(11), history)) == ["Late"]


def test_the_client_s_row_says_what_will_be_sent_next_and_when() -> None:
    before = plan(book(*LADDER), november(3))
    assert shown(before, "Clients", "Next follow-up") == {"BO-1": "4 Nov 2026: First"}
    history = History(sent=went_out(plan(book(*LADDER), november(4))))
    after = plan(book(*LADDER), november(4), history)
    assert shown(after, "Clients", "Next follow-up") == {"BO-1": "9 Nov 2026: Second"}


def test_reminders_that_went_out_are_counted_beside_the_step() -> None:
    history = History(sent=went_out(plan(book(*LADDER), november(4))))
    counts = shown(plan(book(*LADDER), november(5), history), "Steps", "Reminders sent")
    assert counts["BO-1 › Contract"] == 1
    assert counts["BO-1 › Intake"] is None


def test_how_often_a_message_went_out_counts_this_month_only() -> None:
    old = Sent("k1", "X", "First", "", date(2026, 10, 1), MailState.ACCEPTED, date(2026, 10, 30))
    new = Sent("k2", "Y", "First", "", date(2026, 11, 1), MailState.ACCEPTED, november(3))
    lost = Sent("k3", "Z", "First", "", date(2026, 11, 1), MailState.IN_DOUBT, november(4))
    made = plan(book(*LADDER), november(4), History(sent={s.key: s for s in (old, new, lost)}))
    assert shown(made, "Messages", "Sent this month")["First"] == 1
    assert shown(made, "Messages", "Last sent")["First"] == november(3)


def test_two_clients_climb_their_own_ladders() -> None:
    clients = [client("Bo"), client("Cy", Start_date=november(5))]
    raw = office(clients, [step("Bo", "Contract"), step("Cy", "Contract")], LADDER)
    history = History(sent=went_out(plan(raw, november(4))))
    assert to_clients(plan(raw, november(9), history)) == {"BO-1": ["Second"], "CY-1": ["First"]}


def test_side_by_side_steps_climb_their_own_ladders_in_one_mail() -> None:
    declared = [{**one, "Order": 1} for one in OFFER_STEPS]
    steps = [step("Bo", "Contract"), step("Bo", "Intake")]
    raw = office([client("Bo")], steps, LADDER, offer_steps=declared)
    (mail,) = (mail for mail in plan(raw, november(4)).mails if mail.client)
    assert [one.step for one in mail.items] == ["BO-1 › Contract", "BO-1 › Intake"]
