"""Exceptions given to one client: a required step left out, one more, or longer than allowed.

An exception is no fault. It is said as what it is, beside the client's flag and on the offer, so
that the same service for everyone stays a choice and does not wear away unseen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import pandas as pd

from sheetops.model.findings import Findings
from sheetops.model.snapshot import Snapshot, once_a_snapshot
from sheetops.systems.path.conformance import courses
from sheetops.workbook.arrays import Bools
from sheetops.workbook.headers import folded
from sheetops.workbook.values import day_text

_MOST = 3
"""Kinds of exception that an offer names; the rest is counted."""


class Kind(StrEnum):
    """What is different for this client."""

    WITHOUT = "without"
    EXTRA = "extra step"
    LONGER = "longer for"


class Exceptional(NamedTuple):
    """One exception; `until` completes the words of a longer due date."""

    kind: Kind
    step: str
    until: str = ""

    @property
    def words(self) -> str:
        return f'{self.kind} "{self.step}"{self.until}'


@once_a_snapshot
def exceptions(snapshot: Snapshot) -> Mapping[int, tuple[Exceptional, ...]]:
    """The exceptions of each client in hand who has any, by place, in the order of their steps."""
    found: dict[int, list[Exceptional]] = {}
    for client, one in (*_without(snapshot), *_extra(snapshot), *_longer(snapshot)):
        found.setdefault(client, []).append(one)
    return {client: tuple(dict.fromkeys(all_of)) for client, all_of in found.items()}


def said(snapshot: Snapshot) -> dict[int, str]:
    """What to say of each client who was given an exception, by place."""
    return {
        at: f"Exception: {'; '.join(one.words for one in given)}."
        for at, given in exceptions(snapshot).items()
    }


def find(snapshot: Snapshot) -> Findings:
    """`Exceptions` of each offer: which, to how many clients; the most frequent first."""
    if not snapshot.book.has("Offers"):
        return Findings()
    counts: dict[str, Counter[str]] = {}
    for at, given in exceptions(snapshot).items():
        offer = folded(str(snapshot.clients.offer[at]))
        kinds = {f'{one.kind} "{one.step}"' for one in given}
        counts.setdefault(offer, Counter()).update(sorted(kinds))
    offers = snapshot.book.frame("Offers")
    words = [_words(counts.get(folded(offer), Counter())) for offer in offers["Offer"]]
    frame = pd.DataFrame({"Exceptions": words}, index=offers.index, dtype=object)
    return Findings(status={"Offers": frame})


def _words(counts: Counter[str]) -> str | None:
    if not counts:
        return None
    shown = [f"{what} ({number})" for what, number in counts.most_common(_MOST)]
    more = len(counts) - len(shown)
    return "; ".join([*shown, *([f"{more} more"] if more else [])])


def _in_hand(snapshot: Snapshot) -> Bools:
    """Steps of clients who are served and beyond doubt."""
    steps, clients = snapshot.steps, snapshot.clients
    return steps.is_certain & snapshot.of_client(clients.is_served & clients.is_certain)


def _without(snapshot: Snapshot) -> Iterator[tuple[int, Exceptional]]:
    """Required steps whose place has been passed and of which the client has no row at all."""
    steps, clients = snapshot.steps, snapshot.clients
    known = steps.client_at >= 0
    pairs = zip(steps.client_at[known].tolist(), steps.offer_step_at[known].tolist(), strict=True)
    there = set(pairs)
    told = courses(snapshot)
    offer_names = snapshot.book.frame("Offer steps")["Offer"].map(folded).tolist()
    names = snapshot.book.frame("Offer steps")["Step"].tolist()
    of_offer = {offer_names[mine[0]]: mine for mine in told.steps if mine}
    for at in np.flatnonzero(clients.is_served & clients.is_certain).tolist():
        course = told.course[at]
        mine = of_offer.get(folded(str(clients.offer[at])), ())
        for number in course.skipped if course is not None else ():
            if (at, mine[number]) not in there:
                yield at, Exceptional(Kind.WITHOUT, str(names[mine[number]]))


def _extra(snapshot: Snapshot) -> Iterator[tuple[int, Exceptional]]:
    """Steps that no offer declares."""
    steps = snapshot.steps
    for at in np.flatnonzero(_in_hand(snapshot) & (steps.offer_step_at < 0)).tolist():
        yield int(steps.client_at[at]), Exceptional(Kind.EXTRA, str(steps.name[at]))


def _longer(snapshot: Snapshot) -> Iterator[tuple[int, Exceptional]]:
    """Steps whose typed due date lies after the day that the offer's working days allow."""
    steps, calendar = snapshot.steps, snapshot.business.calendar
    typed = snapshot.book.frame("Steps")["Due"].to_numpy().astype("datetime64[D]")
    asked = _in_hand(snapshot) & ~np.isnat(typed) & ~np.isnat(steps.started)
    places = np.flatnonzero(asked & ~np.isnan(steps.allowed))
    took = calendar.ages(steps.started[places], typed[places])
    for at in places[took > steps.allowed[places]].tolist():
        until = f", until {day_text(typed[at].item())}"
        yield int(steps.client_at[at]), Exceptional(Kind.LONGER, str(steps.name[at]), until)
