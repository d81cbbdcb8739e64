"""What the made-up studio sells: three offers, and the path of each, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sheetops.template.data_files import load
from sheetops.workbook.raw import Value


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


_OFFERS: list[dict[str, Any]] = load("demo/data/offers")["offer"]
PRICES: Mapping[str, float] = {offer["name"]: float(offer["price"]) for offer in _OFFERS}
PATHS: Mapping[str, tuple[Step, ...]] = {
    offer["name"]: tuple(Step(**step) for step in offer["step"]) for offer in _OFFERS
}
"""The declared path of each offer, in order; steps with the same order run side by side."""


def offer_rows() -> list[dict[str, Value]]:
    """Rows of the Offers tab."""
    return [
        {
            "Offer": offer["name"],
            "What it is": offer["what"],
            "Price": float(offer["price"]),
            "Inactive after (days)": offer["inactive"],
            "Personal check-in every (weeks)": offer["weeks"],
            "Open": True,
        }
        for offer in _OFFERS
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
