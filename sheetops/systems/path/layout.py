"""Right Path: a new client's steps laid out from the offer, and where each client stands on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pandas as pd

from sheetops.model.findings import Findings
from sheetops.model.history import History
from sheetops.model.snapshot import Snapshot
from sheetops.workbook.arrays import Bools, Objects, Places
from sheetops.workbook.book import Book
from sheetops.workbook.changes import NewRow
from sheetops.workbook.headers import folded
from sheetops.workbook.references import BEGINNING, nearest, step_key


def lay_out(book: Book, history: History) -> tuple[NewRow, ...]:
    """Steps of clients who have an offer and a start date and have never been laid out.

    A client who has steps of any kind in the sheet was laid out by hand. What was laid out once is
    never laid out again, so that a step that staff delete stays deleted.
    """
    clients = book.frame("Clients")
    due = _new_clients(book, history)
    if not due.any():
        return ()
    offer_steps = book.frame("Offer steps")
    good = offer_steps[offer_steps["doubt"] == ""].sort_values("Order", kind="stable")
    by_offer: dict[str, list[str]] = {}
    for offer, step in zip(good["Offer"], good["Step"], strict=True):
        by_offer.setdefault(folded(offer), []).append(step)
    names = names_to_write(clients)
    there, waiting = _steps_there(book)
    return tuple(
        NewRow(
            "Steps",
            step_key(key, step, there[key, folded(step)] + 1),
            {"Client": names[key], "Step": step},
        )
        for key, offer in zip(clients.index[due], clients["Offer"][due], strict=True)
        for step in by_offer.get(folded(offer), ())
        if (key, folded(step)) not in waiting
    )


def _steps_there(book: Book) -> tuple[Counter[tuple[str, str]], set[tuple[str, str]]]:
    """How often each client has each step already, from an offer before; and which are open."""
    frame = book.frame("Steps")
    names = list(zip(frame["client"], frame["Step"].map(folded), strict=True))
    is_open = np.isnat(frame["Done"].to_numpy()).tolist()
    return Counter(names), {name for name, waits in zip(names, is_open, strict=True) if waits}


def laid_out(book: Book) -> frozenset[tuple[str, str]]:
    """(client, offer) of every client who has steps in the sheet now, however they came there."""
    clients = book.frame("Clients")
    with_steps = set(book.frame("Steps")["client"]) if book.has("Steps") else set()
    return frozenset(
        (key, folded(offer))
        for key, offer, doubt in _rows(clients, "Offer", "doubt")
        if key in with_steps and offer and not doubt
    )


def _new_clients(book: Book, history: History) -> Bools:
    clients = book.frame("Clients")
    offers_in_doubt = doubtful_offers(book)
    known_clients = {client for client, _ in history.laid_out}
    with_steps = set(book.frame("Steps")["client"])
    new = [
        status in BEGINNING
        and not doubt
        and bool(offer)
        and folded(offer) not in offers_in_doubt
        and (key, folded(offer)) not in history.laid_out
        and (key not in with_steps or key in known_clients)
        for key, offer, status, doubt in _rows(clients, "Offer", "Status", "doubt")
    ]
    begins = ~np.isnat(clients["Start date"].to_numpy())
    due: Bools = np.array(new, dtype=bool) & begins
    return due


def _rows(frame: pd.DataFrame, *headings: str) -> Iterator[tuple[str, ...]]:
    """Key and some columns of each row, as plain objects."""
    columns = (frame[heading].tolist() for heading in headings)
    return zip(frame.index.tolist(), *columns, strict=True)


def doubtful_offers(book: Book) -> set[str]:
    """Offers with a step in doubt: laying out the rest would lose that step for good."""
    frame = book.frame("Offer steps")
    known = {folded(offer): offer for offer in book.frame("Clients")["Offer"] if offer}
    offers: set[str] = set()
    for offer in frame["Offer"][frame["doubt"] != ""].map(folded):
        near = folded(nearest(offer, known)) if offer else ""
        offers |= {near} if near else set(known)  # of an offer that nobody knows, it may be any
    return offers


def names_to_write(clients: pd.DataFrame) -> dict[str, str]:
    """What to write into `Steps` for each client: the name, or the key where two share a name."""
    counts = clients["Client"].map(folded).value_counts()
    return {
        str(key): name if counts[folded(name)] == 1 else str(key)
        for key, name in zip(clients.index, clients["Client"], strict=True)
    }


def stand(snapshot: Snapshot) -> Findings:
    """Stage, current step, whom it waits on and for how long, due by; and the day of the look."""
    steps, clients = snapshot.steps, snapshot.clients
    shown = steps.is_in_hand & snapshot.of_client(_may_be_shown(snapshot))
    step_frame = pd.DataFrame(
        {
            "Days waiting": _where(shown, steps.age),
            "Due by": _where(shown & ~np.isnat(steps.due), steps.due),
        },
        index=pd.Index(steps.key, dtype=object),
        dtype=object,
    )
    leads = (clients.leading >= 0) & _may_be_shown(snapshot)
    at = np.where(leads, clients.leading, 0)
    stages = _stages(snapshot)
    client_frame = pd.DataFrame(
        {
            "Stage": _pick(stages, at, leads),
            "Waiting on": _pick(steps.waiting_on, at, leads),
            "Current step": _pick(steps.name, at, leads),
            "Days waiting": _pick(steps.age, at, leads),
            "Checked at": np.full(len(at), snapshot.today, dtype=object),
        },
        index=pd.Index(clients.key, dtype=object),
        dtype=object,
    )
    status = {"Steps": step_frame, "Clients": client_frame}
    if snapshot.book.has("Offers"):
        status["Offers"] = _active_clients(snapshot)
    return Findings(status=status)


def _may_be_shown(snapshot: Snapshot) -> Bools:
    clients = snapshot.clients
    return clients.is_served & clients.is_certain


def _where(mask: Bools, values: Objects) -> Objects:
    result = np.full(len(mask), None, dtype=object)
    result[mask] = values[mask].tolist()
    return result


def _pick(values: Objects, at: Places, mask: Bools) -> Objects:
    result = np.full(len(mask), None, dtype=object)
    result[mask] = values[at[mask]].tolist()
    return result


def _stages(snapshot: Snapshot) -> Objects:
    declared = snapshot.book.frame("Offer steps")["Stage"].to_numpy()
    at = snapshot.steps.offer_step_at
    stages = np.full(len(at), "", dtype=object)
    stages[at >= 0] = declared[at[at >= 0]]
    return stages


def _active_clients(snapshot: Snapshot) -> pd.DataFrame:
    offers = snapshot.book.frame("Offers")
    clients = snapshot.clients
    counted: dict[str, int] = {}
    for offer in clients.offer[clients.is_served].tolist():
        counted[folded(offer)] = counted.get(folded(offer), 0) + 1
    counts = [float(counted.get(folded(offer), 0)) for offer in offers["Offer"]]
    return pd.DataFrame({"Active clients": counts}, index=offers.index, dtype=object)
