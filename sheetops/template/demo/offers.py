"""What the made-up studio sells: three offers, and the path of each, step by step."""

from __future__ import annotations

from typing import NamedTuple

from sheetops.workbook.raw import Value

BOOKS = "Books in Order"
COACHING = "Founder Coaching"
YEAR_END = "Year-End Calm"

OFFERS: tuple[tuple[str, str, float, int, int], ...] = (
    (
        BOOKS,
        "A shoebox goes in, a ledger that you understand comes out, in eight weeks.",
        950,
        15,
        4,
    ),
    (COACHING, "Six sessions that turn a good idea into a week that works.", 2400, 10, 3),
    (YEAR_END, "Accounts and tax return, filed early and without a sleepless night.", 1450, 20, 6),
)
"""Offer, what it is, price, inactive after (working days), personal check-in every (weeks)."""


class Step(NamedTuple):
    """One step of an offer's declared path; `days` are working days, `hours` team hours."""

    order: int
    name: str
    kind: str
    stage: str
    party: str
    days: int
    hours: float = 0
    owner: str = ""
    link: str = ""
    risk: str = ""
    boundary: str = ""
    required: bool = True
    automated: bool = False
    address: str = ""


_DESK = "https://desk.example.com/"

PATHS: dict[str, tuple[Step, ...]] = {
    BOOKS: (
        Step(1, "Sign the agreement", "document", "Welcome", "Client", 4, link=_DESK + "sign"),
        Step(
            1,
            "Pay the deposit",
            "payment",
            "Welcome",
            "Client",
            5,
            link="https://pay.example.com/deposit",
            boundary="Work begins when the deposit is in, not before.",
        ),
        Step(2, "Welcome call", "meeting", "Welcome", "Team", 5, 0.75, link=_DESK + "calls"),
        Step(
            3,
            "Share bank and till exports",
            "document",
            "Gather",
            "Client",
            6,
            link=_DESK + "drop-box",
            risk="People send photographs of the screen. Ask for the CSV file.",
        ),
        Step(
            3,
            "Invite us to the accounts software",
            "login",
            "Gather",
            "Client",
            6,
            link=_DESK + "invite",
            boundary="We never ask for your own password; please invite us instead.",
        ),
        Step(
            3,
            "Bank gives read-only access",
            "login",
            "Gather",
            "Third party",
            12,
            link="https://bank.example.org/mandates",
            risk="The form goes astray in the branch. Ring on day five.",
            address="mandates@bank.example.org",
        ),
        Step(4, "Clean up the ledger", "other", "Do the work", "Team", 10, 9, owner="Tomasz"),
        Step(
            5, "Answer our open questions", "form", "Do the work", "Client", 6, link=_DESK + "open"
        ),
        Step(
            6,
            "Second pair of eyes",
            "review",
            "Do the work",
            "Team",
            3,
            1.5,
            owner="Mei",
            required=False,
        ),
        Step(7, "Hand-over call", "meeting", "Hand over", "Team", 5, 1, link=_DESK + "calls"),
        Step(
            8,
            "Pay the final invoice",
            "payment",
            "Hand over",
            "Client",
            10,
            link="https://pay.example.com/final",
        ),
    ),
    COACHING: (
        Step(
            1,
            "Sign the coaching agreement",
            "document",
            "Welcome",
            "Client",
            4,
            link=_DESK + "sign",
        ),
        Step(
            1,
            "Pay the first instalment",
            "payment",
            "Welcome",
            "Client",
            5,
            link="https://pay.example.com/instalment",
        ),
        Step(
            2,
            "Where-are-you-now form",
            "form",
            "Welcome",
            "Client",
            6,
            link=_DESK + "now",
            risk="It looks long. Say that ten honest minutes are enough.",
        ),
        Step(
            2, "Book your six sessions", "meeting", "Welcome", "Client", 6, link=_DESK + "sessions"
        ),
        Step(
            3, "Kick-off session", "meeting", "Find the thread", "Team", 8, 1.5, link=_DESK + "room"
        ),
        Step(
            4,
            "Numbers on one page",
            "homework",
            "Find the thread",
            "Client",
            8,
            link=_DESK + "one-page",
            risk="Shame about the numbers. Praise the first draft.",
        ),
        Step(
            4,
            "Three customer conversations",
            "homework",
            "Find the thread",
            "Client",
            10,
            link=_DESK + "conversations",
            boundary="We listen to the recordings; we do not make the calls for you.",
        ),
        Step(5, "Mid-way session", "meeting", "Make it so", "Team", 8, 1.5, link=_DESK + "room"),
        Step(
            6, "Draft the 90-day plan", "homework", "Make it so", "Client", 8, link=_DESK + "plan"
        ),
        Step(
            6,
            "Talk with your accountability partner",
            "meeting",
            "Make it so",
            "Third party",
            9,
            link=_DESK + "partners",
            required=False,
        ),
        Step(7, "Closing session", "meeting", "Look ahead", "Team", 8, 1.5, link=_DESK + "room"),
        Step(
            8,
            "How was it for you?",
            "survey",
            "Look ahead",
            "Client",
            6,
            link=_DESK + "survey",
            required=False,
        ),
    ),
    YEAR_END: (
        Step(
            1, "Sign the engagement letter", "document", "Welcome", "Client", 5, link=_DESK + "sign"
        ),
        Step(
            2,
            "Fill in the records checklist",
            "form",
            "Gather",
            "Client",
            8,
            link=_DESK + "records",
            risk="The mileage log is always missing. Ask for it first.",
        ),
        Step(
            2,
            "Tax office confirms us as agent",
            "login",
            "Gather",
            "Third party",
            12,
            0.25,
            link="https://tax.example.org/agents",
            owner="Ngozi",
        ),
        Step(3, "Prepare draft accounts", "document", "Do the work", "Team", 12, 7, owner="Ngozi"),
        Step(4, "Review call", "meeting", "Do the work", "Team", 5, 1, link=_DESK + "calls"),
        Step(
            5,
            "Approve the accounts",
            "document",
            "Sign off",
            "Client",
            6,
            link=_DESK + "approve",
            boundary="Nothing is filed without your yes in writing.",
        ),
        Step(
            5,
            "Payroll bureau sends its summary",
            "document",
            "Sign off",
            "Third party",
            8,
            link="https://payroll.example.net/summaries",
            required=False,
        ),
        Step(6, "File with the tax office", "other", "Sign off", "Team", 4, 1, owner="Ngozi"),
        Step(
            7,
            "Pay our fee",
            "payment",
            "Sign off",
            "Client",
            10,
            link="https://pay.example.com/fee",
        ),
        Step(8, "Send the calm calendar", "email", "Look ahead", "Team", 4, 0.1, automated=True),
    ),
}
"""The declared path of each offer, in order; steps with the same order run side by side."""


def offer_rows() -> list[dict[str, Value]]:
    """Rows of the Offers tab."""
    return [
        {
            "Offer": name,
            "What it is": what,
            "Price": float(price),
            "Inactive after (days)": inactive,
            "Personal check-in every (weeks)": weeks,
            "Open": True,
        }
        for name, what, price, inactive, weeks in OFFERS
    ]


def offer_step_rows() -> list[dict[str, Value]]:
    """Rows of the Offer steps tab, offer by offer."""
    return [_offer_step_row(offer, step) for offer, path in PATHS.items() for step in path]


def _offer_step_row(offer: str, step: Step) -> dict[str, Value]:
    page = "".join(letter for letter in step.name.lower() if letter.isalpha() or letter == " ")
    return {
        "Offer": offer,
        "Order": step.order,
        "Step": step.name,
        "Kind": step.kind,
        "Stage": step.stage,
        "Waiting on": step.party,
        "Owner": step.owner or None,
        "Working days": step.days,
        "Required": None if step.required else False,
        "Hours": float(step.hours) or None,
        "Link": step.link or None,
        "SOP link": f"https://handbook.example.org/{page.replace(' ', '-')}",
        "Risk": step.risk or None,
        "Boundary": step.boundary or None,
        "Automated": True if step.automated else None,
        "Third party email": step.address or None,
    }
