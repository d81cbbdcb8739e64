"""Messages of the sheet: which can be used, whom they reach, and their words."""

from __future__ import annotations

import pytest

from sheetops.plan.plan import Plan
from sheetops.workbook.raw import NO_VALUE, Value
from tests.sheets import (
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
)

NUDGE = message("Nudge", "waiting 2 days")


def of_bo(*messages: Row, **cells: Value) -> Plan:
    """The plan of Bo, whose Contract has waited two days on the 4th."""
    postal = {"Postal address": "1 Quay Street, Cork"}
    raw = office([client("Bo", **cells)], [step("Bo", "Contract")], messages, settings=postal)
    return plan(raw, november(4))


def words(made: Plan) -> tuple[str, str]:
    (mail,) = (mail for mail in made.mails if mail.client)
    return mail.subject, mail.body


@pytest.mark.parametrize(
    ("cells", "where", "said"),
    [
        ({"When": "soon"}, "Messages!F2", '"soon" is not understood. Understood are: waiting'),
        ({"When": None}, "Messages!F2", "When is blank."),
        ({"To": None}, "Messages!E2", "To is blank."),
        ({"To": "clinet"}, "Messages!E2", "Did you mean client?"),
        ({"Subject": None}, "Messages!J2", "Subject is blank."),
        ({"Body": None}, "Messages!K2", "Body is blank."),
        ({"Body": NO_VALUE}, "Messages!K2", "no saved value"),
        ({"Part": "remnder"}, "Messages!B2", "Did you mean reminder?"),
        ({"Step": "Contrat"}, "Messages!D2", 'Did you mean "Contract"?'),
        ({"Offer": "Coachng"}, "Messages!C2", 'Did you mean "Coaching"?'),
        ({"Send": "atuo"}, "Messages!H2", "Did you mean auto?"),
        ({"Kind": "srvice"}, "Messages!G2", "Did you mean service?"),
        ({"Subject": "Hi {{Frist name}}"}, "Messages!J2", 'Did you mean "First name"?'),
        ({"Body": "Hi {{Frist name|there}}"}, "Messages!K2", 'field "Frist name" is not known.'),
        ({"Body": "Hi {{First name"}, "Messages!K2", "is not known."),
        ({"Body": "{{Do not mail}}"}, "Messages!K2", "is not known."),
    ],
)  # fmt: skip
def test_a_message_that_cannot_be_used_says_why_and_is_not_sent(
    cells: Row, where: str, said: str
) -> None:
    made = of_bo(NUDGE | cells)
    assert not to_clients(made)
    assert any(p.where == where and said in str(p) for p in made.problems), made.problems


def test_a_field_of_a_step_is_unknown_where_there_is_no_step() -> None:
    made = of_bo(message("Hello", "1 day after start", Body="{{Step}}"))
    assert 'field "Step" is not known.' in str(made.problems[0])


def test_a_third_party_is_written_to_about_steps_only() -> None:
    made = of_bo(NUDGE | {"To": "third party", "When": "2 days after start"})
    assert any("about a step that waits on them" in str(problem) for problem in made.problems)


def test_fields_are_filled_from_the_client_step_offer_owner_and_business() -> None:
    fields = [
        "Client", "First name", "Value", "Start date", "Step", "Days waiting", "Due by", "Started",
        "Link", "Price", "Owner", "Owner email", "Business name",
    ]  # fmt: skip
    one = NUDGE | {"Body": "; ".join(f"{{{{{name}}}}}" for name in fields)}
    declared = [{**OFFER_STEPS[0], "Link": "https://sign.example.com"}]
    raw = office(
        [client("Bo", Value=1200.0)], [step("Bo", "Contract")], [one],
        offer_steps=declared, Offers=[{"Offer": "Coaching", "Price": 99.5}],
    )  # fmt: skip
    assert words(plan(raw, november(4)))[1] == (
        "Bo; Bo; 1,200; 2 Nov 2026; Contract; 2; 9 Nov 2026; 2 Nov 2026; "
        "https://sign.example.com; 99.50; Anna; anna@studio.example.com; The Studio"
    )


def test_a_blank_field_with_a_fallback_takes_it() -> None:
    made = of_bo(NUDGE, First_name=None)
    assert words(made)[1].startswith("Hello there,")


def test_a_blank_field_without_a_fallback_holds_that_one_follow_up() -> None:
    one = NUDGE | {"Body": "Dear {{First name}}"}
    clients = [client("Bo", First_name=None), client("Cy")]
    made = plan(
        office(clients, [step("Bo", "Contract"), step("Cy", "Contract")], [one]), november(4)
    )
    assert to_clients(made) == {"CY-1": ["Nudge"]}
    (problem,) = made.problems
    assert problem.where == "Clients!C2"
    assert 'First name is blank, and "Nudge" needs it.' in str(problem)
    assert made.routing.held[0].held == f"Clients!C2: {problem.found}"


@pytest.mark.parametrize("heading", ["First name", "Value", "Owner"])
def test_words_that_need_a_cell_nobody_can_read_are_held(heading: str) -> None:
    one = NUDGE | {"Body": f"Dear {{{{{heading}|friend}}}}"}
    made = of_bo(one, **{heading: "Zoe" if heading == "Owner" else NO_VALUE})
    assert not to_clients(made)
    assert "cannot be read, and the words need it." in made.routing.held[0].held
    assert to_clients(of_bo(NUDGE | {"Body": "Hi"}, **{heading: NO_VALUE}))


def test_words_that_need_an_unreadable_cell_of_the_step_are_held() -> None:
    declared = [{**OFFER_STEPS[0], "Link": NO_VALUE}]
    one = NUDGE | {"Body": "Here: {{Link|answer this mail}}"}
    raw = office([client("Bo")], [step("Bo", "Contract")], [one], offer_steps=declared)
    made = plan(raw, november(4))
    assert made.routing.held[0].held.startswith("Offer steps!K2 cannot be read")


def test_a_name_that_looks_like_a_field_stays_a_name() -> None:
    made = of_bo(NUDGE, First_name="{{Email}}")
    assert words(made)[1].startswith("Hello {{Email}},")


def test_a_subject_is_one_line() -> None:
    assert words(of_bo(NUDGE | {"Subject": "One\nBcc: two"}))[0] == "One Bcc: two"


@pytest.mark.parametrize("address", [None, "nobody", "a@example.com; b@example.com"])
def test_without_one_address_a_follow_up_is_held_and_says_so(address: str | None) -> None:
    made = of_bo(NUDGE, Email=address)
    assert not to_clients(made)
    assert any(p.where == "Clients!D2" and "a follow-up is due" in p.found for p in made.problems)


def test_do_not_mail_stops_mail_and_nothing_is_even_proposed() -> None:
    made = of_bo(NUDGE, Do_not_mail="x")
    assert not to_clients(made)
    assert not made.routing.held
    assert not made.problems


def test_do_not_mail_does_not_stop_what_is_for_the_team() -> None:
    made = of_bo(NUDGE | {"To": "owner"}, Do_not_mail="x")
    assert [one.message for one in made.routing.to_staff] == ["Nudge"]


@pytest.mark.parametrize("status", ["Refunded", "Do not serve"])
@pytest.mark.parametrize("to", ["client", "owner"])
@pytest.mark.parametrize("when", ["waiting 2 days", "2 days after start", "2 days after finish"])
def test_refunded_and_do_not_serve_get_nothing_ever(status: str, to: str, when: str) -> None:
    made = of_bo(message("M", when, To=to), Status=status, Finished_on=november(2))
    assert not to_clients(made)
    assert not made.routing.to_staff
    assert not made.routing.waiting


@pytest.mark.parametrize("consent", [None, "no", "x"])
@pytest.mark.parametrize("cells", [{"Kind": "marketing"}, {"Part": "subscribe"}, {"Part": "join"}])
def test_marketing_needs_consent_and_some_parts_are_marketing(
    cells: Row, consent: str | None
) -> None:
    hello = message("Hello", "2 days after start") | cells
    made = of_bo(hello, Marketing_consent=consent)
    assert bool(to_clients(made)) == (consent == "x")
    assert all(mail.marketing for mail in made.mails if mail.client)


def test_a_marketing_part_is_marketing_even_if_it_says_service() -> None:
    hello = message("Hello", "2 days after start", Part="resale", Kind="service")
    assert not to_clients(of_bo(hello))


def test_a_message_for_another_offer_or_step_goes_to_nobody() -> None:
    elsewhere: Row = {"Offer": "Year end", "Order": 1.0, "Step": "Books", "Waiting on": "Team"}
    only: tuple[Row, ...] = ({"Offer": "Year end"}, {"Step": "Books"})
    for cells in only:
        raw = office(
            [client("Bo")], [step("Bo", "Contract")], [NUDGE | cells],
            offer_steps=[*OFFER_STEPS, elsewhere],
        )  # fmt: skip
        assert not to_clients(plan(raw, november(4)))


def test_replies_go_to_the_owner_of_the_client() -> None:
    (mail,) = (mail for mail in of_bo(NUDGE, Owner="Ben").mails if mail.client)
    assert mail.reply_to == "ben@studio.example.com"


def test_without_a_tab_messages_nothing_is_sent_and_nothing_is_wrong() -> None:
    raw = office([client("Bo")], [step("Bo", "Contract")])
    tabs = {name: tab for name, tab in raw.tabs.items() if name != "Messages"}
    made = plan(type(raw)(raw.name, tabs), november(4))
    assert not made.problems
    assert not to_clients(made)


def test_how_often_a_message_went_out_this_month_is_shown() -> None:
    made = of_bo(NUDGE)
    assert shown(made, "Messages", "Sent this month") == {"Nudge": None}
