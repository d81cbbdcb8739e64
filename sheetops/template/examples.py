# ruff: noqa: E501 - tables of words: one line a row reads best
"""The example content of a fresh workbook: one small business, two offers, three clients.

Every client says Example and every address ends in example.com, which nobody owns, so no follow-up
could reach a person by accident. Dates are fixed. The open example steps carry none, so that
nothing looks overdue however late the workbook is opened.
"""

from __future__ import annotations

from datetime import date

from sheetops.template.sheet import Row

_COACHING = "Clarity coaching"
_COURSE = "First clients course"


def example_rows(*, small: bool = False) -> dict[str, list[Row]]:
    """{tab: rows} of the example; small holds one offer and the three tabs that are needed."""
    rows: dict[str, list[Row]] = {
        "Clients": _clients(),
        "Steps": _steps(),
        "Notes": _notes(),
        "Offers": _offers(),
        "Offer steps": _coaching_steps() + ([] if small else _course_steps()),
        "Messages": _messages(),
        "Questions": _questions(),
        "Answers": _answers(),
        "Segments": _segments(),
        "Team": _team(),
        "Time off": [{"Name": "Tom", "From": date(2026, 12, 21), "To": date(2026, 12, 31)}],
    }
    return {tab: rows[tab] for tab in ("Clients", "Steps", "Offer steps")} if small else rows


EXAMPLE_SETTINGS = {
    "Business name": "Example Coaching",
    "Sender address": "hello@example.com",
    "Owner's address": "olivia@example.com",
    "Rehearsal address": "olivia@example.com",
}


def _clients() -> list[Row]:
    return [
        {
            "Client ID": "EX-01",
            "Client": "Ann Example",
            "First name": "Ann",
            "Email": "ann@example.com",
            "Offer": _COACHING,
            "Owner": "Olivia",
            "Status": "Active",
            "Start date": date(2026, 11, 16),
            "Value": 1800,
            "Marketing consent": "yes",
            "Referred by": "Cara Example",
            "Notes": "Example: delete this row when you like.",
        },
        {
            "Client ID": "EX-02",
            "Client": "Ben Example",
            "First name": "Ben",
            "Email": "ben@example.com",
            "Offer": _COACHING,
            "Owner": "Tom",
            "Status": "Lead",
            "Chance %": 50,
            "Notes": "Example: a lead, not yet a client.",
        },
        {
            "Client ID": "EX-03",
            "Client": "Cara Example",
            "First name": "Cara",
            "Email": "cara@example.com",
            "Offer": _COACHING,
            "Owner": "Olivia",
            "Status": "Finished",
            "Start date": date(2026, 8, 31),
            "Finished on": date(2026, 10, 23),
            "Promised by": date(2026, 10, 30),
            "Value": 1800,
            "Result": "Signed three clients of her own",
            "Satisfaction": 5,
            "Marketing consent": "yes",
            "Last contact": date(2026, 10, 23),
            "Notes": "Example: a client whose work is done.",
        },
    ]


def _steps() -> list[Row]:
    cara = (
        ("Welcome email", date(2026, 8, 31)),
        ("Welcome form", date(2026, 9, 2)),
        ("First invoice", date(2026, 9, 3)),
        ("First session", date(2026, 9, 8)),
        ("Homework: ideal week", date(2026, 9, 16)),
        ("Written plan", date(2026, 9, 24)),
        ("Guest expert call", date(2026, 10, 6)),
        ("Closing session", date(2026, 10, 21)),
        ("Feedback survey", date(2026, 10, 23)),
    )
    done: list[Row] = [
        {"Client": "Cara Example", "Step": step, "Due": _DUE.get(step), "Done": day}
        for step, day in cara
    ]
    ann: list[Row] = [
        {"Client": "Ann Example", "Step": "Welcome email", "Done": date(2026, 11, 16)},
        {
            "Client": "Ann Example",
            "Step": "Welcome form",
            "Notes": "Example: open, waiting on Ann.",
        },
        {"Client": "Ann Example", "Step": "First invoice", "Done": "x"},
        {"Client": "Ann Example", "Step": "First session"},
        {"Client": "Ann Example", "Step": "Homework: ideal week"},
        {"Client": "Ann Example", "Step": "Written plan"},
        {"Client": "Ann Example", "Step": "Guest expert call"},
        {"Client": "Ann Example", "Step": "Closing session"},
        {"Client": "Ann Example", "Step": "Feedback survey"},
    ]
    return ann + done


_DUE = {"Written plan": date(2026, 9, 25)}


def _notes() -> list[Row]:
    return [
        {
            "Date": date(2026, 11, 16),
            "Client": "Ann Example",
            "Who": "Olivia",
            "What they said": "“I want Fridays back for my daughter. That would be worth all of it.”",
            "Remember": "yes",
        },
        {
            "Date": date(2026, 10, 23),
            "Client": "Cara Example",
            "Who": "Olivia",
            "What they said": "Leaves for her long walk in Portugal on 2 May. Ask how it went.",
        },
    ]


def _offers() -> list[Row]:
    return [
        {
            "Offer": _COACHING,
            "What it is": "Eight weeks, one to one, from too busy to a week that you would choose.",
            "Price": 1800,
            "Inactive after (days)": 15,
            "Personal check-in every (weeks)": 4,
            "Open": "yes",
        },
        {
            "Offer": _COURSE,
            "What it is": "Six lessons by mail, and one call, for people who start on their own.",
            "Price": 290,
            "Inactive after (days)": 20,
            "Personal check-in every (weeks)": 6,
            "Open": "yes",
        },
    ]


# Order, step, kind, stage, waiting on, working days, required, hours, and what else is known.
_Step = tuple[int, str, str, str, str, int, str, float, dict[str, str]]


def _offer_steps(offer: str, steps: tuple[_Step, ...]) -> list[Row]:
    return [
        {
            "Offer": offer,
            "Order": order,
            "Step": step,
            "Kind": kind,
            "Stage": stage,
            "Waiting on": party,
            "Working days": days,
            "Required": required,
            "Hours": hours,
            **more,
        }
        for order, step, kind, stage, party, days, required, hours, more in steps
    ]


def _coaching_steps() -> list[Row]:
    return _offer_steps(
        _COACHING,
        (
            (1, "Welcome email", "email", "Onboarding", "Team", 1, "yes", 0.25, {"SOP link": "https://example.com/how/welcome"}),
            (2, "Welcome form", "form", "Onboarding", "Client", 3, "yes", 0.25, {"Link": "https://example.com/welcome-form", "Risk": "Left open because it looks long. It takes ten minutes."}),
            (2, "First invoice", "invoice", "Onboarding", "Client", 5, "yes", 0.25, {"Link": "https://example.com/pay", "Boundary": "No session before it is paid."}),
            (3, "First session", "meeting", "Coaching", "Team", 5, "yes", 1.5, {"Link": "https://example.com/book", "SOP link": "https://example.com/how/first-session"}),
            (4, "Homework: ideal week", "homework", "Coaching", "Client", 5, "yes", 0.5, {"Link": "https://example.com/ideal-week", "Risk": "Put off when the week is full.", "Boundary": "We comment once, within two days."}),
            (5, "Written plan", "document", "Coaching", "Team", 5, "yes", 2, {"SOP link": "https://example.com/how/plan"}),
            (6, "Guest expert call", "meeting", "Coaching", "Third party", 10, "no", 0.5, {"Risk": "The expert's diary is full in December."}),
            (7, "Closing session", "meeting", "Off-boarding", "Team", 10, "yes", 1.5, {"Link": "https://example.com/book"}),
            (8, "Feedback survey", "survey", "Off-boarding", "Client", 5, "no", 0.25, {"Link": "https://example.com/survey", "Automated": "yes"}),
        ),
    )  # fmt: skip


def _course_steps() -> list[Row]:
    return _offer_steps(
        _COURSE,
        (
            (1, "Course login", "login", "Onboarding", "Team", 1, "yes", 0.1, {"Link": "https://example.com/course", "Automated": "yes"}),
            (2, "Lesson 1: who you help", "homework", "Course", "Client", 5, "yes", 0.25, {"Link": "https://example.com/course/1"}),
            (3, "Lesson 2: what you offer", "homework", "Course", "Client", 5, "yes", 0.25, {"Link": "https://example.com/course/2", "Risk": "Many stop here. A short call helps."}),
            (4, "One call", "meeting", "Course", "Team", 5, "no", 0.75, {"Link": "https://example.com/book", "Boundary": "One call, forty minutes."}),
            (5, "Certificate", "document", "Off-boarding", "Team", 3, "yes", 0.1, {"Automated": "yes"}),
        ),
    )  # fmt: skip


def _messages() -> list[Row]:
    closing = "Warm regards\n{{Owner}}\n{{Business name}}"
    return [
        {
            "Message": "First reminder",
            "Part": "reminder",
            "To": "client",
            "When": "waiting 2 days",
            "Kind": "service",
            "Send": "auto",
            "Minutes saved": 5,
            "Subject": "{{Step}}: can I help?",
            "Body": "Hello {{First name|there}},\n\n"
            "“{{Step}}” is open on your side. Here is where it happens: {{Link|answer this mail, and I will send you the way in}}\n\n"
            "If something is unclear or in the way, answer this mail and I will help.\n\n"
            + closing,
        },
        {
            "Message": "Second reminder",
            "Part": "reminder",
            "To": "client",
            "When": "waiting 5 days",
            "Kind": "service",
            "Send": "ask",
            "Minutes saved": 5,
            "Subject": "{{Step}}: shall we find another way?",
            "Body": "Hello {{First name|there}},\n\n"
            "“{{Step}}” is still open, and I do not want it to hold up the rest of your work. "
            "Is it the time, or the thing itself?\n\n"
            "One line from you is enough, and I will suggest an easier way.\n\n" + closing,
            "Consequence": "The next step waits until this one is done.",
        },
        {
            "Message": "Due in three days",
            "Part": "reminder",
            "To": "client",
            "When": "3 days before due",
            "Kind": "service",
            "Send": "auto",
            "Minutes saved": 4,
            "Subject": "{{Step}} by {{Due by}}",
            "Body": "Hello {{First name|there}},\n\n"
            "A short note, so that it does not catch you in a full week: “{{Step}}” is due by {{Due by}}."
            "\n\nHere is where it happens: {{Link|answer this mail, and I will send you the way in}}\n\n"
            + closing,
        },
        {
            "Message": "A day late",
            "Part": "reminder",
            "To": "client",
            "When": "1 day after due",
            "Kind": "service",
            "Send": "ask",
            "Minutes saved": 5,
            "Subject": "{{Step}}: which day suits you?",
            "Body": "Hello {{First name|there}},\n\n"
            "“{{Step}}” was due by {{Due by}}. These things happen. Which day would be realistic for you? "
            "I will plan around it.\n\n" + closing,
        },
        {
            "Message": "A day late, to the owner",
            "Part": "reminder",
            "To": "owner",
            "When": "1 day after due",
            "Kind": "service",
            "Send": "auto",
            "Minutes saved": 3,
            "Subject": "{{Client}}: {{Step}} is a day late",
            "Body": "Hello {{Owner}},\n\n"
            "“{{Step}}” for {{Client}} was due by {{Due by}}. If it is our turn and needs longer, tell them "
            "before they ask, and type the new day under Due in Steps. If it is theirs, a call may help more than a mail.",
        },
        {
            "Message": "How was it?",
            "Part": "feedback",
            "To": "client",
            "When": "2 days after finish",
            "Kind": "service",
            "Send": "ask",
            "Minutes saved": 10,
            "Subject": "How was it for you, {{First name|there}}?",
            "Body": "Hello {{First name|there}},\n\n"
            "Thank you for the weeks that we worked together.\n\n"
            "What should we keep, and what would you change? Two sentences help us more than any form, "
            "and I read every one.\n\n" + closing,
        },
    ]


def _questions() -> list[Row]:
    return [
        {"Question": "Can you keep two hours a week free for this?", "Why we ask": "Without them the work stalls in week two.", "For": "fit", "Must be": "yes", "Offer": _COACHING},
        {"Question": "What would make this worth it for you?", "Why we ask": "The closing session comes back to it.", "For": "know"},
        {"Question": "How do you like to be reached?", "Why we ask": "Some read mail, some want a call.", "For": "know"},
        {"Question": "What do you do when you do nothing?", "Why we ask": "So that a thank-you is theirs.", "For": "delight"},
    ]  # fmt: skip


def _answers() -> list[Row]:
    return [
        {"Date": date(2026, 11, 16), "Client": "Ann Example", "Question": "Can you keep two hours a week free for this?", "Answer": "yes"},
        {"Date": date(2026, 11, 16), "Client": "Ann Example", "Question": "What would make this worth it for you?", "Answer": "Free Fridays by spring."},
        {"Date": date(2026, 9, 8), "Client": "Cara Example", "Question": "How do you like to be reached?", "Answer": "By phone, after four."},
    ]  # fmt: skip


def _segments() -> list[Row]:
    return [
        {"Segment": "Happy and finished", "Field": "Status", "Is": "is", "Value": "Finished"},
        {"Segment": "Happy and finished", "Field": "Satisfaction", "Is": "at least", "Value": "4"},
    ]


def _team() -> list[Row]:
    return [
        {"Name": "Olivia", "Email": "olivia@example.com", "Hours per week": 24},
        {
            "Name": "Tom",
            "Email": "tom@example.com",
            "Hours per week": 16,
            "Working days": "Mon-Thu",
        },
    ]
