"""Where each step stands: done or open, since when, due when, and on whom it waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from sheetops.model.history import History
from sheetops.workbook.arrays import Bools, Days, Numbers, Places, Strings
from sheetops.workbook.book import Book
from sheetops.workbook.headers import folded
from sheetops.workbook.problem import Problem
from sheetops.workbook.table import NO_KEY
from sheetops.workbook.values import TICK


@dataclass(frozen=True)
class StepsNow:
    """Where each step stands; arrays as long as the frame of `Steps`, in its order.

    `client_at` and `offer_step_at` are places in the frames of `Clients` and `Offer steps`, -1 for
    none. `started` and `due` are NaT where they are not known or not yet begun; `age` counts the
    working days since `started`, `left` those until `due` (below 0: past it). `is_current` marks
    open steps that have begun; `order` is the step's place on the path.
    """

    key: Strings
    name: Strings
    client_at: Places
    offer_step_at: Places
    order: Numbers
    allowed: Numbers
    is_required: Bools
    is_open: Bools
    is_current: Bools
    done: Days
    started: Days
    due: Days
    age: Numbers
    left: Numbers
    waiting_on: Strings
    owner: Strings
    doubt: Strings

    @cached_property
    def is_certain(self) -> Bools:
        """Steps of which something may be said: no cell that matters is in doubt."""
        certain: Bools = self.doubt == ""
        return certain

    @cached_property
    def is_in_hand(self) -> Bools:
        """Current steps of which something may be said."""
        return self.is_current & self.is_certain


def steps_now(
    book: Book, history: History, today: date
) -> tuple[StepsNow, dict[str, date], tuple[Problem, ...]]:
    """Where each step stands on the morning of `today`; the day on which each tick without a date
    was first seen; and what can only be seen to be wrong from today."""
    frame = book.frame("Steps")
    clients = book.frame("Clients")
    keys = frame.index.to_numpy()
    at = frame["client_at"].to_numpy() if "client_at" in frame else np.array([], dtype="int64")
    at = np.where(at < 0, -1, at)
    offer_at = _offer_steps_at(book, at)
    done, ticks = _done(frame, keys, history, today)
    path = _path(book, at, offer_at, np.isnat(done))
    doubt = _step_doubts(book, frame, at, offer_at)
    ahead = _done_ahead(book, frame, done, today)
    for place, problem in ahead.items():
        doubt[place] = doubt[place] or str(problem)
    started = _started(frame, clients, at, path.order, done)
    is_open = np.isnat(done)
    said = ~np.isnat(days_of(frame, "Started"))
    begun = started <= np.datetime64(today, "D")  # NaT compares as False: not begun
    is_current = _current(at, path, is_open, said, begun)
    started = np.where(is_open & ~is_current, np.datetime64("NaT"), started)
    calendar = book.business.calendar
    due = days_of(frame, "Due")
    due = np.where(np.isnat(due), calendar.add(started, path.allowed), due)
    steps = StepsNow(
        key=keys,
        name=frame["Step"].to_numpy(),
        client_at=at,
        offer_step_at=offer_at,
        order=path.order,
        allowed=path.allowed,
        is_required=path.is_required,
        is_open=is_open,
        is_current=is_current,
        done=done,
        started=started,
        due=due,
        age=calendar.ages(started, today),
        left=_left(book, due, today),
        waiting_on=path.waiting_on,
        owner=_owners(book, frame, at, offer_at),
        doubt=doubt,
    )
    return steps, ticks, tuple(ahead.values())


@dataclass(frozen=True)
class _Path:
    order: Numbers
    allowed: Numbers
    is_required: Bools
    waiting_on: Strings


def days_of(frame: pd.DataFrame, heading: str) -> Days:
    return frame[heading].to_numpy().astype("datetime64[D]")


def _take(values: Strings, places: Places, blank: Any) -> Any:
    """`values` at `places`, `blank` where the place is negative."""
    taken = np.full(len(places), blank, dtype=values.dtype)
    known = places >= 0
    taken[known] = values[places[known]]
    return taken


def _codes(texts: Strings) -> tuple[Places, list[str]]:
    """Each text's number and the folded texts by number; texts that fold alike share one."""
    codes, uniques = pd.factorize(texts)
    names = [folded(str(one)) for one in uniques]
    first = {name: at for at, name in reversed(list(enumerate(names)))}
    same = np.array([first[name] for name in names], dtype="int64")
    return same[codes] if names else codes.astype("int64"), names


def _offer_steps_at(book: Book, client_at: Places) -> Places:
    """Place in `Offer steps` of each step: by its client's offer and its own name."""
    frame = book.frame("Offer steps")
    steps = book.frame("Steps")
    at = np.full(len(steps), -1, dtype="int64")
    if not len(frame) or not len(steps):
        return at
    step_codes, step_names = _codes(steps["Step"].to_numpy())
    client_codes, offer_names = _codes(book.frame("Clients")["Offer"].to_numpy())
    grid = np.full((len(offer_names) + 1, len(step_names)), -1, dtype="int64")
    offers = {name: code for code, name in reversed(list(enumerate(offer_names)))}
    names = {name: code for code, name in reversed(list(enumerate(step_names)))}
    pairs = zip(frame["Offer"].map(folded), frame["Step"].map(folded), strict=True)
    for place, (offer, name) in enumerate(pairs):
        if offer in offers and name in names:
            grid[offers[offer], names[name]] = place
    known = client_at >= 0
    at[known] = grid[client_codes[client_at[known]], step_codes[known]]
    return at


def _done(
    frame: pd.DataFrame, keys: Strings, history: History, today: date
) -> tuple[Days, dict[str, date]]:
    """Day each step was done; a tick counts from the day on which it was first seen."""
    done = days_of(frame, "Done").copy()
    ticked = np.flatnonzero(done == TICK)
    ticks = {str(keys[at]): history.ticks.get(str(keys[at]), today) for at in ticked.tolist()}
    done[ticked] = np.array(list(ticks.values()), dtype="datetime64[D]")
    return done, {key: day for key, day in ticks.items() if NO_KEY not in key}


def _path(book: Book, client_at: Places, offer_at: Places, is_open: Bools) -> _Path:
    offer_steps = book.frame("Offer steps")
    frame = book.frame("Steps")
    order = _take(offer_steps["Order"].to_numpy(), offer_at, np.nan)
    said = frame["Waiting on"].to_numpy()
    declared = _take(offer_steps["Waiting on"].to_numpy(), offer_at, "")
    return _Path(
        order=_carried_on(order, client_at),
        allowed=_take(offer_steps["Working days"].to_numpy(), offer_at, np.nan),
        is_required=_take(offer_steps["Required"].to_numpy(), offer_at, True),
        waiting_on=np.where(said != "", said, declared),
    )


def _carried_on(order: Numbers, client_at: Places) -> Numbers:
    """An extra step, which no offer declares, belongs where staff have put its row: after the
    client's row above it."""
    if not np.isnan(order).any():
        return order
    series = pd.Series(order)
    return np.asarray(series.groupby(client_at).ffill().fillna(0.0), dtype="float64")


def _started(
    frame: pd.DataFrame, clients: pd.DataFrame, client_at: Places, order: Numbers, done: Days
) -> Days:
    """`Started`, else when the last step of an earlier order was done, else the client's start."""
    said = days_of(frame, "Started")
    begun = _take(days_of(clients, "Start date"), client_at, np.datetime64("NaT"))
    earlier = _last_done_before(client_at, order, done)
    derived = np.where(np.isnat(earlier), begun, earlier)
    return np.where(np.isnat(said), derived, said).astype("datetime64[D]")


def _last_done_before(client_at: Places, order: Numbers, done: Days) -> Days:
    """For each step, the latest Done of the client's steps of a lower order; NaT if none."""
    count = len(done)
    if not count:
        return done
    sort = np.lexsort((order, client_at))
    client, place = client_at[sort], order[sort]
    days = np.where(np.isnat(done), -1, done.astype("int64"))[sort]
    new_group = np.ones(count, dtype=bool)
    new_group[1:] = (client[1:] != client[:-1]) | (place[1:] != place[:-1])
    starts = np.flatnonzero(new_group)
    latest = np.maximum.reduceat(days, starts)
    lift = (client[starts] - client[starts].min()) * 1_000_000  # keeps clients apart in one pass
    running = np.maximum.accumulate(latest + lift) - lift
    before = np.full(len(starts), -1, dtype="int64")
    same = client[starts][1:] == client[starts][:-1]
    before[1:][same] = running[:-1][same]
    per_row = np.repeat(before, np.diff(np.append(starts, count)))
    result = np.empty(count, dtype="datetime64[D]")
    result[sort] = np.where(per_row < 0, np.datetime64("NaT"), per_row.astype("datetime64[D]"))
    return result


def _current(client_at: Places, path: _Path, is_open: Bools, said: Bools, begun: Bools) -> Bools:
    """Open steps that have begun: those of the first order in which a required one is open (or, if
    none is, of the first open after the last done), and those that staff say have started."""
    count = int(client_at.max(initial=-1)) + 1
    front = np.full(count, np.inf)
    known = client_at >= 0
    blocking = known & is_open & path.is_required
    np.minimum.at(front, client_at[blocking], path.order[blocking])
    reached = np.full(count, -np.inf)
    finished = known & ~is_open
    np.maximum.at(reached, client_at[finished], path.order[finished])
    optional = np.full(count, np.inf)
    waits = known & is_open & ~path.is_required
    waits[waits] = path.order[waits] >= reached[client_at[waits]]
    np.minimum.at(optional, client_at[waits], path.order[waits])
    front = np.where(np.isinf(front), optional, front)
    at_front = np.zeros(len(client_at), dtype=bool)
    at_front[known] = path.order[known] == front[client_at[known]]
    current: Bools = known & is_open & (at_front | said) & begun
    return current


def _left(book: Book, due: Days, today: date) -> Numbers:
    """Working days until `due`; below 0 once it has passed; NaN where there is none."""
    calendar = book.business.calendar
    now = np.full(due.shape, today, dtype="datetime64[D]")
    ahead = calendar.ages(now, due)
    # the first working day after the due date is one day late, even if due fell on a Sunday
    late = calendar.ages(due + np.timedelta64(1, "D"), now) + 1
    return np.where(due < now, -late, ahead)


def _owners(book: Book, frame: pd.DataFrame, client_at: Places, offer_at: Places) -> Strings:
    said = frame["Owner"].to_numpy()
    declared = _take(book.frame("Offer steps")["Owner"].to_numpy(), offer_at, "")
    clients = _take(book.frame("Clients")["Owner"].to_numpy(), client_at, "")
    first: Strings = np.where(said != "", said, np.where(declared != "", declared, clients))
    return first


def _step_doubts(book: Book, frame: pd.DataFrame, client_at: Places, offer_at: Places) -> Strings:
    doubt = frame["doubt"].to_numpy().copy()
    declared = _take(book.frame("Offer steps")["doubt"].to_numpy(), offer_at, "")
    doubt = np.where((doubt == "") & (declared != ""), declared, doubt)
    lost = _lost_offer_steps(book)
    if lost:
        offers = _take(book.frame("Clients")["Offer"].to_numpy(), client_at, "")
        for at in np.flatnonzero((offer_at < 0) & (doubt == "")).tolist():
            step, offer = folded(str(frame["Step"].iloc[at])), folded(str(offers[at]))
            doubt[at] = lost.get(("", step)) or lost.get((offer, "")) or ""
    return doubt


def _lost_offer_steps(book: Book) -> dict[tuple[str, str], str]:
    """Why a step that no offer declares may yet be one of a row in doubt: by its name, or by its
    client's offer where the row's own step cannot be read."""
    frame = book.frame("Offer steps")
    bad = frame[frame["doubt"] != ""]
    lost: dict[tuple[str, str], str] = {}
    for offer, step, doubt in zip(bad["Offer"], bad["Step"], bad["doubt"], strict=True):
        place = ("", folded(step)) if step else (folded(offer), "")
        lost.setdefault(place, str(doubt))
    return lost


def _done_ahead(book: Book, frame: pd.DataFrame, done: Days, today: date) -> dict[int, Problem]:
    """Steps that are done on a day that has not come, by place."""
    table = book.tables["Steps"]
    rows = frame["row"].to_numpy()
    mend = "Clear it until it is done."
    return {
        at: Problem("Steps", table.cell(int(rows[at]), "Done"), "Done lies in the future.", mend)
        for at in np.flatnonzero(done > np.datetime64(today, "D")).tolist()
    }
