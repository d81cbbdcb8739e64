"""Morning mails: to who should have them, and to nobody else."""

from __future__ import annotations

from typing import Any

from sheetops.model.mail import Mail
from sheetops.plan.plan import Plan
from sheetops.workbook.raw import Value
from tests.sheets import (
    OFFER_STEPS,
    TEAM,
    Row,
    client,
    message,
    november,
    offer_step,
    office,
    plan,
    step,
)

ANNA, BEN, OLGA = "anna@studio.example.com", "ben@studio.example.com", "olga@studio.example.com"
WAITS = [step("Bo", "Contract"), step("Bo", "Intake"), step("Bo", "Plan")]


def team_mails(made: Plan) -> dict[str, Mail]:
    mails = [mail for mail in made.mails if not mail.client]
    assert len({mail.to for mail in mails}) == len(mails)
    return {mail.to: mail for mail in mails}


def mails_of(*clients: Row, day: int = 24, **tabs: Any) -> dict[str, Mail]:
    return team_mails(plan(office(clients, **{"steps": WAITS, **tabs}), november(day)))


def test_a_stalled_client_is_told_to_their_owner_and_to_nobody_else() -> None:
    mails = mails_of(client("Bo"))
    assert mails.keys() == {ANNA, OLGA}
    assert mails[ANNA].subject == "Tue 24 Nov: 1 stalled"
    assert mails[ANNA].body.startswith(
        "Good morning Anna,\n\nStalled\n- Bo: Waiting 16 working days"
    )
    assert mails[ANNA].reply_to == OLGA


def test_who_has_nothing_to_know_gets_no_mail() -> None:
    assert mails_of(client("Bo"), day=2).keys() == {OLGA}


def test_risk_boundary_and_how_to_stand_beside_the_step_that_is_stalled() -> None:
    advice = {"Risk": "They lose it.", "Boundary": "No chasing", "SOP link": "sop/1"}
    body = mails_of(client("Bo"), offer_steps=[{**OFFER_STEPS[0], **advice}])[ANNA].body
    assert "Risk: They lose it. Boundary: No chasing. How we do it: sop/1." in body


def test_a_step_of_the_team_is_told_to_whoever_must_act() -> None:
    steps = [step("Bo", "Plan", Owner="Ben")]
    mails = mails_of(client("Bo"), day=3, steps=steps)
    assert 'For you to do\n- Bo: "Plan", due by 5 Nov 2026.' in mails[BEN].body
    assert mails[BEN].subject == "Tue 3 Nov: 1 for you to do"


def test_the_most_urgent_of_one_s_steps_comes_first() -> None:
    clients = [client("Bo"), client("Cy")]
    steps = [step("Bo", "Plan", Due=november(30)), step("Cy", "Plan", Due=november(26))]
    body = mails_of(*clients, steps=steps)[ANNA].body
    assert body.index('- Cy: "Plan"') < body.index('- Bo: "Plan"')


def test_what_needs_mending_is_told_to_the_client_s_owner() -> None:
    mails = mails_of(client("Bo", Start_date="soon"), steps=[])
    assert (
        'Please mend in the workbook\n- Bo: Clients!H2: "soon" is not a date.' in mails[ANNA].body
    )


def test_nobody_is_told_of_paused_finished_or_refunded_clients() -> None:
    clients = [
        client("Bo", Status="Paused"), client("Cy", Status="Finished"),
        client("Di", Status="Refunded"), client("Ed", Pause_until=november(25)),
    ]  # fmt: skip
    steps = [step(name, "Plan") for name in ("Bo", "Cy", "Di", "Ed")]
    assert mails_of(*clients, steps=steps).keys() == {OLGA}


def test_approvals_and_prompts_are_told_to_the_owner_of_the_client() -> None:
    messages = [
        message("Asked", "waiting 2 days", Send="ask"),
        message("Call", "2 days after start", Send="by hand"),
        message("Tell", "waiting 2 days", To="owner"),
    ]
    raw = office([client("Bo", Owner="Ben")], WAITS, messages)
    mails = team_mails(plan(raw, november(4)))
    assert mails.keys() == {BEN, OLGA}
    body = mails[BEN].body
    assert 'Please decide: choose Send, Hold or Skip in Follow-ups\n- Bo: "Asked".' in body
    assert "Please do by hand, then choose Done by hand in Follow-ups\n- Bo: Call." in body
    assert "Waiting for a decision in Follow-ups: 1\n- Bo: Asked" in mails[OLGA].body


def test_what_the_owner_is_told_is_settled_by_the_digest_that_tells_it() -> None:
    raw = office([client("Bo")], WAITS, [message("Tell", "waiting 2 days", To="owner")])
    mails = team_mails(plan(raw, november(4)))
    assert [one.message for one in mails[ANNA].items] == ["Tell"]
    assert not mails[OLGA].items


def test_who_has_no_address_gets_no_mail_and_the_others_do() -> None:
    team: list[Row] = [{"Name": "Anna"}, TEAM[1]]
    steps = [*WAITS, step("Cy", "Plan")]
    mails = mails_of(client("Bo"), client("Cy", Owner="Ben"), steps=steps, team=team)
    assert mails.keys() == {BEN, OLGA}


def test_without_an_owner_s_address_there_is_no_summary() -> None:
    assert mails_of(client("Bo"), settings={"Owner's address": None}).keys() == {ANNA}


def test_the_summary_counts_flags_mails_and_problems() -> None:
    clients = [
        client("Bo"),
        client("Cy", Owner=None, Value="about 9"),
        client("Di", First_name=None),
    ]
    steps = [step("Bo", "Contract"), step("Cy", "Intake"), step("Di", "Contract")]
    one = message("Dear", "waiting 2 days", Body="Dear {{First name}}")
    made = plan(office(clients, steps, [one]), november(24))
    mail = team_mails(made)[OLGA]
    assert mail.subject == "Tue 24 Nov: 3 stalled, 2 mails to clients, 2 problems"
    assert mail.body.startswith(
        "Good morning,\n\nClients today: 3 stalled.\n\nStalled\n- Bo (Anna): "
    )
    assert "- Cy (nobody looks after them): Waiting" in mail.body
    assert "Mails to clients today\n- Bo: Dear\n- Cy: Dear" in mail.body
    assert "Held back until something is mended\n- Di: Dear. Clients!C4: " in mail.body
    assert 'Problems in the workbook\n- Clients!K3: "about 9" is not a number.' in mail.body


def test_where_nobody_is_served_the_summary_says_so() -> None:
    body = mails_of(steps=[])[OLGA].body
    assert body == "Good morning,\n\nNo client is being served today."


def test_a_long_list_is_cut_and_says_how_many_more() -> None:
    clients = [client(f"N{at}") for at in range(23)]
    steps = [step(f"N{at}", "Contract") for at in range(23)]
    body = mails_of(*clients, steps=steps)[ANNA].body
    assert body.count("\n- N") == 20
    assert "- and 3 more; the workbook shows all." in body


def test_the_summary_and_a_digest_at_one_address_are_one_mail() -> None:
    settings: dict[str, Value] = {"Owner's address": ANNA}
    alone = plan(office([client("Bo")], WAITS), november(24))
    made = plan(office([client("Bo")], WAITS, settings=settings), november(24))
    (mail,) = made.mails
    assert mail.to == ANNA
    assert mail.key == team_mails(alone)[OLGA].key
    assert mail.body.startswith("Good morning Anna,\n\nStalled")
    assert "The whole business" in mail.body
    assert "Clients today: 1 stalled." in mail.body


def test_steps_without_a_party_are_nobody_s_to_do() -> None:
    declared = [offer_step(1, "Contract", "Client", 5)]
    mails = mails_of(client("Bo"), day=3, steps=[step("Bo", "Extra")], offer_steps=declared)
    assert mails.keys() == {OLGA}
