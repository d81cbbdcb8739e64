"""What must be in order for a Google Sheet, from the key file to the last formula, for `doctor`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from google.auth.transport.requests import Request

from sheetops.errors import GoogleError
from sheetops.stores.google import credentials, errors, hidden_tab, lookup_formulas
from sheetops.stores.google.connection import connected
from sheetops.stores.google.credentials import SignedIn, SignIn
from sheetops.stores.google.read import PREPARE, Reading, Seen, mend_of
from sheetops.stores.google.sheets import Opened, quoted
from sheetops.stores.google.store import GoogleStore
from sheetops.workbook.changes import Changes
from sheetops.workbook.raw import address

_SKEW = timedelta(minutes=5)
_FEW = 3


class Found(NamedTuple):
    """One thing that was looked at; `mend` is blank where `ok`."""

    name: str
    ok: bool
    found: str
    mend: str = ""


def checks(
    spreadsheet: str, how: SignIn, key_file: Path | None, timeout: float, now: datetime
) -> Iterator[Found]:
    """Look at one thing after the other; what cannot be reached ends it."""
    try:
        signed_in = credentials.sign_in(how, key_file)
    except GoogleError as error:
        yield Found("Google sign-in", False, error.what, error.mend)
        return
    yield from _key(how, key_file)
    token = _token(signed_in)
    yield token
    if not token.ok:
        return
    store = connected(spreadsheet, how, key_file, timeout)
    try:
        found = store.look()
    except GoogleError as error:
        yield Found("Google Sheet", False, error.what, error.mend)
        return
    yield _clock(store, now)
    yield Found("Google Sheet", True, f'"{found.opened.title}", shared with {_who(signed_in)}')
    yield from _inside(store, found)


def _who(signed_in: SignedIn) -> str:
    return signed_in.account or "the account that signs in"


def _key(how: SignIn, key_file: Path | None) -> Iterator[Found]:
    if how == "application default":
        return
    path = credentials.key_path(how, key_file)
    if path.exists() and credentials.others_may_read(path):
        mend = f"Let only this account read it: chmod 600 {path}"
        yield Found("Key file", False, f"{path} can be read by others", mend)
    else:
        yield Found("Key file", True, str(path))


def _token(signed_in: SignedIn) -> Found:
    try:
        signed_in.credentials.refresh(Request())  # type: ignore[no-untyped-call]
    except errors.NETWORK as error:
        told = errors.of_network(error, errors.Context(signed_in.account))
        return Found("Google sign-in", False, told.what, told.mend)
    return Found("Google sign-in", True, f"as {_who(signed_in)}, for spreadsheets alone")


def _clock(store: GoogleStore, now: datetime) -> Found:
    """Google refuses a sign-in that is more than a few minutes off."""
    try:
        theirs = parsedate_to_datetime(store.client.date)
    except (TypeError, ValueError):
        return Found("Clock", True, "Google does not say what time it is")
    off = abs(now - theirs)
    if off > _SKEW:
        minutes = round(off.total_seconds() / 60)
        mend = "Set it, best by letting the computer do it itself."
        return Found("Clock", False, f"this computer's is {minutes} minutes off", mend)
    return Found("Clock", True, "agrees with Google's")


def _inside(store: GoogleStore, found: Reading) -> Iterator[Found]:
    yield _zone(found.opened)
    if not found.is_prepared:
        yield Found("Tabs", False, "the sheet is not prepared", PREPARE)
        return
    yield _editable(store)
    yield _tabs(found)
    yield _headings(found)
    yield _keys(found)
    yield _formulas(store, found)
    yield _protection(found)


def _zone(opened: Opened) -> Found:
    sign = ";" if lookup_formulas.writes_comma(opened.locale) else ","
    what = f"{opened.locale} (formulas separate with {sign}), {opened.zone}"
    try:
        ZoneInfo(opened.zone)
    except (ZoneInfoNotFoundError, ValueError):
        mend = "Choose another time zone under File → Settings in the sheet."
        return Found("Locale and time zone", False, what, mend)
    return Found("Locale and time zone", True, what)


def _editable(store: GoogleStore) -> Found:
    """Say that we looked, as every run does: it shows whether we may write."""
    try:
        read = store.read()
        store.write(Changes((), (), {}, read.fingerprint))
    except GoogleError as error:
        return Found("Sharing", False, error.what, error.mend)
    return Found("Sharing", True, "sheetops may edit it")


def _tabs(found: Reading) -> Found:
    bare = [
        s.page.title
        for s in found.tabs.values()
        if lookup_formulas.is_joined(s.tab) and s.own is None
    ]
    if bare:
        return Found("Tabs", False, f"not prepared: {', '.join(bare)}", PREPARE)
    return Found("Tabs", True, ", ".join(seen.page.title for seen in found.tabs.values()))


def _headings(found: Reading) -> Found:
    wrong = [problem for seen in found.tabs.values() for problem in seen.headings.problems]
    if wrong:
        first = wrong[0]
        more = f" (and {len(wrong) - 1} more)" if wrong[1:] else ""
        return Found("Headings", False, f"{first.where}: {first.found}{more}", first.mend)
    return Found("Headings", True, "all found")


def _keys(found: Reading) -> Found:
    """Names that rows share: what is written for them shows only where all agree."""
    twice = [
        f"{seen.page.title}!{where}" for seen in found.tabs.values() for where in _shared(seen)
    ]
    if not twice:
        return Found("Keys", True, "every row has one of its own")
    more = ", …" if twice[_FEW:] else ""
    mend = "Give each of these rows a name of its own; sheetops check says more."
    return Found("Keys", False, f"rows of one name: {', '.join(twice[:_FEW])}{more}", mend)


def _shared(seen: Seen) -> Iterator[str]:
    keys = lookup_formulas.key_headings(seen.tab, seen.headings.columns)
    if seen.own is None or not keys or seen.tab.name == "Segments":
        return
    for row, ident in enumerate(seen.idents, seen.headings.row + 1):
        if hidden_tab.shared_name(ident):
            yield address(row, seen.headings.columns[keys[0]])


def _formulas(store: GoogleStore, found: Reading) -> Found:
    """Every status column's heading holds our formula, sign by sign."""
    seen = [one for one in found.tabs.values() if one.own is not None]
    ranges = [f"{quoted(one.page.title)}!{one.headings.row}:{one.headings.row}" for one in seen]
    if not ranges:
        return Found("Heading formulas", True, "none is needed")
    try:
        reply = store.client.values_batch_get(
            store.spreadsheet, ranges, {"valueRenderOption": "FORMULA"}
        )
    except GoogleError as error:
        return Found("Heading formulas", False, error.what, error.mend)
    wrong: list[str] = []
    count = 0
    for one, answer in zip(seen, reply["valueRanges"], strict=True):
        texts = next(iter(answer.get("values", [[]])))
        for at, wanted in _wanted(one, found.opened):
            count += 1
            text = str(texts[at - 1]) if at <= len(texts) else ""
            if "".join(text.split()) != "".join(wanted.split()):
                wrong.append(f"{one.page.title}!{address(one.headings.row, at)}")
    if wrong:
        more = ", …" if wrong[_FEW:] else ""
        what = f"not ours: {', '.join(wrong[:_FEW])}{more}"
        in_tables = [one.page for one in seen if one.page.has_table]
        mend = mend_of(in_tables[0]) if in_tables else PREPARE
        return Found("Heading formulas", False, what, mend)
    return Found("Heading formulas", True, f"{count} in place")


def _wanted(seen: Seen, opened: Opened) -> Iterator[tuple[int, str]]:
    if seen.own is None:
        return
    for column in lookup_formulas.shown_columns(seen.tab):
        at = seen.headings.columns.get(column.heading)
        place = seen.own.columns.get(column.heading)
        if at and place:
            yield (
                at,
                lookup_formulas.formula(
                    seen.tab,
                    column.heading,
                    columns=seen.headings.columns,
                    row=seen.headings.row,
                    own=seen.own.page.title,
                    place=place,
                    locale=opened.locale,
                ),
            )


def _protection(found: Reading) -> Found:
    ours = [seen.own.page for seen in found.tabs.values() if seen.own is not None]
    ours += [seen.page for seen in found.tabs.values() if not seen.tab.staff_columns]
    open_ones = [page.title for page in ours if not page.protected]
    if open_ones:
        return Found("Protection", False, f"anybody may write: {', '.join(open_ones)}", PREPARE)
    return Found("Protection", True, "the tabs of sheetops are protected")
