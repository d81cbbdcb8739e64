"""What was understood of a sheet, for a person to look over: on the first ten clients."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sheetops.adopt.adapter import seen
from sheetops.adopt.language.headings import HELPERS
from sheetops.adopt.proposal import Proposal, Question
from sheetops.workbook import book as books
from sheetops.workbook.book import Book
from sheetops.workbook.values import TICK, day_text

_FIRST = 10
_MOST = 8


def lines(proposal: Proposal) -> list[str]:
    """The proposal, and what it makes of the first clients."""
    return [*_tabs(proposal), *_steps(proposal), *_clients(proposal), *_unsure(proposal)]


def _tabs(proposal: Proposal) -> Iterator[str]:
    for key, role in proposal.mapping.tabs.items():
        if not role:
            yield f"{key}: not read."
            continue
        rows = len(proposal.tables[key].rows) if key in proposal.tables else 0
        yield f"{key}: read as {role}, {rows} rows."
        for ours, theirs in proposal.mapping.columns[key].items():
            if ours not in HELPERS:
                yield f"    {ours:<14} {' and '.join(theirs)}"
    for note in proposal.notes:
        yield f"Note: {note}"


def _steps(proposal: Proposal) -> Iterator[str]:
    for key, steps in proposal.mapping.steps.items():
        yield ""
        yield f"Steps, each a column of {key}:"
        for step, columns in steps.items():
            yield f"    {step}" + (
                f" (waits on: {columns.waiting_on})" if columns.waiting_on else ""
            )


def _clients(proposal: Proposal) -> Iterator[str]:
    book = books.read(seen(proposal.book, proposal.mapping))
    frame = book.frame("Clients").head(_FIRST)
    if not len(frame):
        return
    yield ""
    yield "The first clients, as they are understood:"
    for key, row in frame.iterrows():
        yield f"    {_client(row)}"
        told = _steps_of(book, str(key))
        if told:
            yield f"        {told}"


def _client(row: pd.Series) -> str:
    start = row["Start date"]
    parts = [row["Client"], row["Offer"], row["Status"], row["Email"]]
    parts.append("" if pd.isna(start) else f"since {day_text(start)}")
    shown = ", ".join(part for part in parts if part)
    return f"{shown}  [left alone: {row['doubt']}]" if row["doubt"] else shown


def _steps_of(book: Book, client: str) -> str:
    frame = book.frame("Steps")
    steps = frame[frame["client"] == client] if "client" in frame else frame.iloc[:0]
    done, still_open = [], []
    days = steps["Done"].to_numpy().astype("datetime64[D]")
    for step, day in zip(steps["Step"], days, strict=True):
        if np.isnat(day):
            still_open.append(step)
        else:
            done.append(step if day == TICK else f"{step} ({day_text(day.item())})")
    said = [f"done: {_some(done)}"] if done else []
    return "; ".join([*said, f"open: {_some(still_open)}"] if still_open else said)


def _some(names: list[str]) -> str:
    more = len(names) - _MOST
    return ", ".join(names[:_MOST]) + (f" and {more} more" if more > 0 else "")


def _unsure(proposal: Proposal) -> Iterator[str]:
    if not proposal.unsure:
        return
    yield ""
    yield "Not sure, and so left out until you say:"
    for question in proposal.unsure:
        yield f"    {asked(question)} ({' | '.join(question.candidates[:_MOST])})"


def asked(question: Question) -> str:
    """A question in words."""
    about = f'"{question.step}": ' if question.step else ""
    return f"{question.tab}, {question.heading}: {about}{question.why}"
