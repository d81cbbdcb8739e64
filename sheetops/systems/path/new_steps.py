"""Right Path: a step that is new in an offer reaches the clients who have not passed its place.

Context: an offer grows while clients are under way, and a step that staff have deleted for one
client must not come back. Decision: the ledger remembers the steps that the offer had when a
client's were last looked at, and only what is new since then is laid out. Consequence: who has done
anything of the step's own place or a later one keeps their path, and the owner is told who did.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sheetops.model.history import History, OfferPath
from sheetops.systems.path import layout
from sheetops.workbook.book import Book
from sheetops.workbook.changes import NewRow
from sheetops.workbook.headers import folded
from sheetops.workbook.references import BEGINNING, nearest, step_key

Names = dict[tuple[str, str], list[str]]
_MOST = 5  # names in a sentence


@dataclass(frozen=True)
class Gained:
    """What offers have gained: rows for those who are not yet there, and notes about who is."""

    rows: tuple[NewRow, ...] = ()
    notes: tuple[str, ...] = ()


def gained(book: Book, history: History) -> Gained:
    """Steps that are new in an offer, for clients who were laid out before."""
    behind = list(_behind(book, history))
    if not behind:
        return Gained()
    reached, there = _reached(book), _steps_there(book)
    names = layout.names_to_write(book.frame("Clients"))
    spelled = _spelled(book)
    rows: list[NewRow] = []
    laid_out: Names = {}
    passed: Names = {}
    for client, offer, new in behind:
        for step, order in new:
            if (client, step) in there:
                continue
            late = reached.get(client, -np.inf) >= order
            (passed if late else laid_out).setdefault((offer, step), []).append(names[client])
            if not late:
                rows.append(_row(client, names[client], spelled[offer, step]))
    return Gained(tuple(rows), tuple(_notes(spelled, laid_out, passed)))


def paths(book: Book, history: History) -> dict[tuple[str, str], OfferPath]:
    """By client and offer, the path to be remembered: of those who were looked at, today's."""
    now = _paths(book)
    return {
        (client, offer): now[offer]
        for client, offer in _under_way(book)
        if offer in now and history.paths.get((client, offer)) != now[offer]
    }


def _behind(book: Book, history: History) -> Iterator[tuple[str, str, OfferPath]]:
    """Client, offer and the steps that are new in it since the client's were laid out."""
    now = _paths(book) if history.paths else {}
    for client, offer in _under_way(book) if now else ():
        known = history.paths.get((client, offer))
        if known is not None and offer in now and known != now[offer]:
            new = tuple(_new(known, now[offer]))
            if new:
                yield client, offer, new


def _new(known: OfferPath, now: OfferPath) -> Iterator[tuple[str, float]]:
    """Steps that are in the offer now and were not. One that took the place or nearly the name of
    a step that has gone is that step, renamed."""
    names = {step for step, _ in now}
    gone = dict(one for one in known if one[0] not in names)
    before = {step for step, _ in known}
    for step, order in now:
        if step in before:
            continue
        same = next((old for old, place in gone.items() if place == order), nearest(step, gone))
        if same:
            gone.pop(folded(same), None)
        else:
            yield step, order


def _paths(book: Book) -> dict[str, OfferPath]:
    """By offer, its steps in order; not of an offer with a step in doubt."""
    frame = book.frame("Offer steps").sort_values("Order", kind="stable")
    doubtful = layout.doubtful_offers(book)
    found: dict[str, list[tuple[str, float]]] = {}
    for offer, step, order in zip(frame["Offer"], frame["Step"], frame["Order"], strict=True):
        if folded(offer) not in doubtful:
            found.setdefault(folded(offer), []).append((folded(step), float(order)))
    return {offer: tuple(steps) for offer, steps in found.items()}


def _under_way(book: Book) -> Iterator[tuple[str, str]]:
    """Client and offer of those who are served now and have steps in the sheet."""
    frame = book.frame("Clients")
    laid_out = layout.laid_out(book)
    for client, offer, status in zip(frame.index, frame["Offer"], frame["Status"], strict=True):
        if status in BEGINNING and (client, folded(offer)) in laid_out:
            yield str(client), folded(offer)


def _reached(book: Book) -> dict[str, float]:
    """By client, the furthest place of the path at which anything was done or has been started."""
    steps, clients = book.frame("Steps"), book.frame("Clients")
    offers = dict(zip(clients.index, clients["Offer"].map(folded), strict=True))
    orders = {offer: dict(steps) for offer, steps in _paths(book).items()}
    begun = ~np.isnat(steps["Done"].to_numpy()) | ~np.isnat(steps["Started"].to_numpy())
    reached: dict[str, float] = {}
    for client, step in zip(steps["client"][begun], steps["Step"][begun], strict=True):
        place = orders.get(offers.get(client, ""), {}).get(folded(step))
        if place is not None:
            reached[client] = max(place, reached.get(client, -np.inf))
    return reached


def _steps_there(book: Book) -> set[tuple[str, str]]:
    frame = book.frame("Steps")
    return set(zip(frame["client"], frame["Step"].map(folded), strict=True))


def _spelled(book: Book) -> dict[tuple[str, str], tuple[str, str]]:
    frame = book.frame("Offer steps")
    return {
        (folded(offer), folded(step)): (str(offer), str(step))
        for offer, step in zip(frame["Offer"], frame["Step"], strict=True)
    }


def _row(client: str, name: str, spelled: tuple[str, str]) -> NewRow:
    offer, step = spelled
    why = f'"{step}" is new in {offer}, and they have not passed its place.'
    return NewRow("Steps", step_key(client, step), {"Client": name, "Step": step, "Why": why})


def _notes(
    spelled: Mapping[tuple[str, str], tuple[str, str]], laid_out: Names, passed: Names
) -> Iterator[str]:
    for name in dict.fromkeys((*laid_out, *passed)):
        offer, step = spelled[name]
        parts = []
        if name in laid_out:
            parts.append(f"laid out for {_listed(laid_out[name])}")
        if name in passed:
            parts.append(f"not for {_listed(passed[name])}, who have passed its place")
        yield f'"{step}" is new in {offer}: {"; ".join(parts)}.'


def _listed(names: Sequence[str]) -> str:
    rest = len(names) - _MOST
    return ", ".join(names[:_MOST]) + (f" and {rest} more" if rest > 0 else "")
