"""What slows the business down: for the terminal, and as plain data.

Repeating delays come first, ranked by what they cost; then steps to improve; then how closely each
offer's clients follow its path. What the data do not carry is said to be missing, not guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sheetops.cli.views.columns import section, wrap
from sheetops.cli.views.html import render
from sheetops.model.snapshot import Snapshot
from sheetops.plan.plan import Plan
from sheetops.report.origins import of_sources
from sheetops.systems.clients.origins import Source, sources
from sheetops.systems.path.conformance import courses
from sheetops.systems.path.delays import CLIENTS, clients_of, repeating
from sheetops.systems.path.event_log import happened
from sheetops.systems.path.improvements import improvements, too_few
from sheetops.workbook.headers import folded
from sheetops.workbook.values import day_text

KINDS = {
    "delay": "Repeating delay",
    "needless": "Needless step",
    "re-done": "Done again",
    "ping-pong": "Back and forth",
    "duplicate": "Two steps in one",
    "idle": "Lies idle",
    "automate": "Worth automating",
}
_SHOWN = 8


@dataclass(frozen=True)
class Client:
    """A client behind a finding; one who was deleted from the sheet has their key for a name."""

    key: str
    name: str


@dataclass(frozen=True)
class Insight:
    """One finding, in words, with the numbers and clients behind it."""

    kind: str
    offer: str
    step: str
    sentence: str
    numbers: dict[str, float]
    clients: tuple[Client, ...]

    @property
    def title(self) -> str:
        return KINDS[self.kind]


@dataclass(frozen=True)
class OfferCourse:
    """How the clients of an offer went along its path. `score` is a percentage, None if unknown;
    `skipped` and `redone` count by step. `note` says what is not known yet."""

    offer: str
    clients: int
    score: int | None
    skipped: dict[str, int]
    redone: dict[str, int]
    extra: int
    moved: int
    late: int
    exceptions: tuple[Client, ...]
    note: str


@dataclass(frozen=True)
class Insights:
    """All findings of a day, ranked."""

    day: str
    business: str
    slow: tuple[Insight, ...]
    steps: tuple[Insight, ...]
    offers: tuple[OfferCourse, ...]
    sources: tuple[Source, ...]


def of_plan(plan: Plan) -> Insights:
    """What slows the business down, as of the plan's day."""
    snapshot = plan.snapshot
    names = dict(zip(snapshot.clients.key.tolist(), snapshot.clients.name.tolist(), strict=True))

    def people(keys: tuple[str, ...]) -> tuple[Client, ...]:
        return tuple(Client(key, names.get(key) or key) for key in dict.fromkeys(keys))

    slow = tuple(
        Insight(
            "delay", one.offer, one.step, one.sentence,
            {
                "late": one.late, "ended": one.ended, "surely": round(one.at_least, 3),
                "median_days": one.median, "lost_days_a_month": round(one.lost_days, 1),
                "cost": round(one.cost, 1), "value": one.value,
            },
            people(one.clients),
        )
        for one in repeating(snapshot)
    )  # fmt: skip
    steps = tuple(
        Insight(one.kind, one.offer, one.step, one.sentence, one.numbers, people(one.clients))
        for one in improvements(snapshot)
    )
    business = snapshot.business.name or plan.book.name
    offers = tuple(_offers(snapshot, names)) if plan.book.is_usable else ()
    return Insights(day_text(plan.today), business, slow, steps, offers, sources(snapshot))


def _offers(snapshot: Snapshot, names: dict[str, str]) -> Iterator[OfferCourse]:
    told, found, counts = courses(snapshot), happened(snapshot), clients_of(snapshot)
    spelled = {folded(o): o for o in reversed(snapshot.book.frame("Offer steps")["Offer"].tolist())}
    step_names = snapshot.book.frame("Offer steps")["Step"].tolist()
    of_client = found.clients.offer.tolist()
    for number, offer in enumerate(found.offers):
        mine = [
            (at, course)
            for at, course in enumerate(told.course)
            if of_client[at] == number and course is not None and course.score is not None
        ]
        steps = told.steps[number]
        scores = [course.score for _, course in mine if course.score is not None]
        odd = sorted((course.score, at) for at, course in mine if (course.score or 0) < 1)
        keys = [found.clients.key[at] for _, at in odd]
        yield OfferCourse(
            offer=spelled[offer],
            clients=counts[offer],
            score=round(100 * sum(scores) / len(scores)) if scores else None,
            skipped=_count(step_names[steps[one]] for _, c in mine for one in c.skipped),
            redone=_count(step_names[steps[one]] for _, c in mine for one in c.redone),
            extra=sum(course.extra for _, course in mine),
            moved=sum(course.moved for _, course in mine),
            late=int(sum(told.late[at] for at, _ in mine)),
            exceptions=tuple(Client(key, names.get(key) or key) for key in keys),
            note=too_few(counts[offer]),
        )


def _count(steps: Iterator[str]) -> dict[str, int]:
    return dict(Counter(steps).most_common())


def lines(found: Insights) -> Iterator[str]:
    """The findings for a terminal."""
    yield f"What slows us down, as of {found.day}"
    yield ""
    if not found.slow and not found.steps:
        yield from wrap(nothing(found))
        yield ""
    for number, one in enumerate(found.slow, 1):
        yield from _lines_of(one, f"{number:2}. ")
    if found.steps:
        yield "Steps to look at"
        yield ""
        for one in found.steps:
            yield from _lines_of(one, "  * ")
    yield from section("How closely each offer's path was followed", map(words, found.offers))
    yield from section("Where clients come from", of_sources(found.sources))


def page(found: Insights) -> str:
    """One self-contained HTML page of the findings."""
    lost = [one.numbers["lost_days_a_month"] for one in found.slow]
    top = max(lost, default=0) or 1
    return render(
        "insights.html.j2",
        found=found,
        widths=[round(100 * days / top) for days in lost],
        nothing=nothing(found),
        offers=[(offer, words(offer).split(": ", 1)[1]) for offer in found.offers],
        sources=[told.split(": ", 1) for told in of_sources(found.sources)],
    )


def _lines_of(one: Insight, first: str) -> Iterator[str]:
    yield from wrap(f"{one.title}, {one.offer}: {one.sentence}", first)
    shown = ", ".join(client.name for client in one.clients[:_SHOWN])
    more = len(one.clients) - _SHOWN
    yield from wrap(f"Clients: {shown}{f' and {more} more' if more > 0 else ''}.", "    ")
    yield ""


def nothing(found: Insights) -> str:
    """What is said where nothing was found, or where nothing could be."""
    if any(not offer.note for offer in found.offers):
        return "No delay repeats itself, and no step stands out."
    return (
        f"Not enough clients yet: of an offer, {CLIENTS} must have begun before anything can be "
        "said of its steps."
    )


def words(offer: OfferCourse) -> str:
    """One offer's course in a few words."""
    if offer.score is None:
        return f"{offer.offer}: nothing is done yet."
    parts = [
        *(f'"{step}" skipped {times} times' for step, times in list(offer.skipped.items())[:2]),
        *(f'"{step}" done again {times} times' for step, times in list(offer.redone.items())[:2]),
        *(f"{count} {what}" for count, what in _counts(offer) if count),
    ]
    told = "; ".join(parts) or "nothing skipped, extra, done again, moved or late"
    text = (
        f"{offer.offer}: {offer.score} % for {offer.clients} clients. {told[0].upper()}{told[1:]}."
    )
    return f"{text} {offer.note}".strip().replace(" 1 times", " once")


def _counts(offer: OfferCourse) -> tuple[tuple[int, str], ...]:
    return (
        (offer.extra, "extra steps"),
        (offer.moved, "out of order"),
        (offer.late, "done late"),
    )
