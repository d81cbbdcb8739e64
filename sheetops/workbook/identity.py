"""Who is the same person: by address, by phone, or by name and company.

Context: somebody who was refunded, or whom the business does not serve, may come again under a new
row, and a client may come back for another offer. Decision: two rows are one person when they share
a mail address, a phone number, or both name and company, each compared as a person would read it.
Consequence: a barred person is seen before anything is laid out or sent, and staff tell two people
of one name apart by their company.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress

import numpy as np
import pandas as pd

from sheetops.workbook import table
from sheetops.workbook.arrays import Places
from sheetops.workbook.choices import Status
from sheetops.workbook.problem import Problem
from sheetops.workbook.table import Table
from sheetops.workbook.values import day_text

BARRED = (Status.REFUNDED, Status.DO_NOT_SERVE)
"""The statuses of people who get nothing and may not come in again unseen."""
_COMING = (Status.LEAD, Status.ACTIVE, Status.WAITING, Status.PAUSED)
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "sir", "herr", "frau"})
_FORMS = frozenset(
    {"ltd", "limited", "llc", "inc", "plc", "gmbh", "ug", "ag", "kg", "bv", "sarl", "co", "corp"}
)
"""What a company's name may or may not be written with."""
_LAST_DIGITS = 8
"""Digits of a phone number that do not depend on how its country and area are dialled."""


def plain_address(address: str) -> str:
    """An address as it is compared: no case, no spaces, its domain in ascii."""
    local, at, domain = address.strip().casefold().rpartition("@")
    with suppress(UnicodeError):  # not a domain at all: it is compared as it stands
        domain = domain.encode("idna").decode("ascii")
    return f"{local}{at}{domain}"


def plain_name(name: str, left_out: frozenset[str] = _TITLES) -> str:
    """A name as it is compared: no accents, signs or titles, its words in one order."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(one for one in apart if not unicodedata.combining(one))
    words = re.findall(r"\w+", letters)
    return " ".join(sorted(word for word in words if word not in left_out) or words)


def plain_phone(phone: str) -> str:
    """The last eight digits of a number, however its country is dialled; blank if it has fewer."""
    digits = re.sub(r"\D", "", phone)
    return digits[-_LAST_DIGITS:] if len(digits) >= _LAST_DIGITS else ""


def marks(clients: pd.DataFrame) -> Iterator[tuple[tuple[str, str], ...]]:
    """For each row of Clients what tells the person: (what it is, the plain form), none blank."""
    columns = (clients[heading].tolist() for heading in ("Email", "Phone", "Client", "Company"))
    for email, phone, name, company in zip(*columns, strict=True):
        firm = plain_name(company, _FORMS) if company else ""
        found = (
            ("address", plain_address(email) if email else ""),
            ("phone number", plain_phone(phone) if phone else ""),
            ("name", f"{plain_name(name)} / {firm}" if name else ""),
        )
        yield tuple(mark for mark in found if mark[1])


def groups(clients: pd.DataFrame) -> Places:
    """For each row of Clients a number that is the same for rows of the same person."""
    parent = list(range(len(clients)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    first: dict[tuple[str, str], int] = {}
    for at, told in enumerate(marks(clients)):
        for mark in told:
            other = root(first.setdefault(mark, at))
            parent[root(at)] = other
    return np.array([root(at) for at in range(len(parent))], dtype="int64")


def barred_by(clients: pd.DataFrame) -> dict[int, int]:
    """By the place of each row of Clients of somebody who is barred, in whichever row that stands:
    the place of the row that says so."""
    states = clients["Status"].tolist()
    if not set(BARRED) & set(states):
        return {}
    told = list(marks(clients))
    barred: dict[tuple[str, str], int] = {}
    for at in (at for at, state in enumerate(states) if state in BARRED):
        for mark in told[at]:
            barred.setdefault(mark, at)
    found = {
        at: barred[mark]
        for at, mine in enumerate(told)
        for mark in reversed(mine)
        if mark in barred
    }
    return found | {at: at for at, state in enumerate(states) if state in BARRED}


def doubt_barred(clients: Table) -> Table:
    """The clients, those in doubt who are somebody that was refunded or is not to be served.

    A row is compared with each barred row itself, never by way of a third one.
    """
    frame = clients.frame
    status = frame["Status"].tolist()
    if not set(BARRED) & set(status):
        return clients
    told = list(marks(frame))
    barred: dict[tuple[str, str], int] = {}
    for at in (at for at, state in enumerate(status) if state in BARRED):
        for mark in told[at]:
            barred.setdefault(mark, at)
    problems = [
        _come_again(clients, at, barred[mark], mark[0])
        for at, state in enumerate(status)
        if state in _COMING
        for mark in told[at]
        if mark in barred
    ]
    first = {problem.key: problem for problem in reversed(problems)}
    return table.with_doubts(clients, list(reversed(first.values())))


def _come_again(clients: Table, at: int, before: int, by: str) -> Problem:
    frame = clients.frame
    rows = frame["row"].tolist()
    name, state = frame["Client"].iloc[before], frame["Status"].iloc[before]
    ended = frame["Finished on"].iloc[before]
    when = "" if pd.isna(ended) else f" on {day_text(pd.Timestamp(ended).date())}"
    same = "name and company" if by == "name" else by
    found = (
        f"This may be {name} of row {rows[before]}, whose Status is {state}{when}: "
        f"the {same} is the same. Nothing is laid out or sent."
    )
    mend = (
        f"If they are welcome, set that row's Status to Finished; if not, set this one to {state}; "
        "if it is somebody else, tell the two apart by Company."
    )
    if by != "name":
        mend = mend.replace("tell the two apart by Company", f"mend the {by}")
    heading = {"address": "Email", "phone number": "Phone", "name": "Client"}[by]
    return Problem("Clients", clients.cell(rows[at], heading), found, mend, str(frame.index[at]))
