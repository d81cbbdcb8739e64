"""Event logs as they are found: XES or CSV, plain or gzipped, with columns by their usual names."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from xml.parsers.expat import ExpatError, ParserCreate

import numpy as np
import numpy.typing as npt
import pandas as pd

USUAL_NAMES = {
    "case": ("caseconceptname", "caseid", "case", "traceid", "trace", "caseidentifier", "casename",
             "casenumber", "ticketid", "incidentid"),
    "activity": ("conceptname", "activity", "activityname", "activityid", "task", "taskname",
                 "event", "eventname", "action", "step"),
    "timestamp": ("timetimestamp", "completetimestamp", "timestamp", "completetime", "endtimestamp",
                  "endtime", "end", "eventtime", "datetime", "time", "date", "starttimestamp",
                  "starttime", "start"),
    "resource": ("orgresource", "resource", "user", "agent", "performer", "originator"),
    "lifecycle": ("lifecycletransition", "lifecycle", "transition", "eventtype"),
}  # fmt: skip
"""By what we need, the headings under which it is looked for, folded, the likeliest first."""
NEEDED = ("case", "activity", "timestamp")
_MONTHS = 12
_ZONE = re.compile(r"\s*(?:Z|UTC|[+-]\d{2}:?\d{2})$")


class UnreadableLogError(Exception):
    """The file is no event log that can be read; says what is missing."""


@dataclass(frozen=True)
class EventLog:
    """Events in the order of their cases and moments; arrays of one length.

    `case` and `activity` are numbers from 0 on; `day` is the date as the log writes it.
    """

    case: npt.NDArray[np.int64]
    activity: npt.NDArray[np.int64]
    day: npt.NDArray[np.datetime64]
    resource: npt.NDArray[np.int64]
    activities: tuple[str, ...]
    left_out: int


def read(path: Path, kind: str = "", columns: Mapping[str, str] | None = None) -> EventLog:
    """Read a log. `kind` is "xes", "csv" or blank (as it looks); `columns` names CSV columns.

    Raises UnreadableLogError, with the reason, where there is nothing to replay.
    """
    if not path.is_file():
        raise UnreadableLogError(f"There is no file {path}.")
    try:
        with _opened(path) as file:
            start = file.read(512)
        is_xes = kind == "xes" or (not kind and start.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<")
        frame = _from_xes(path) if is_xes else _from_csv(path, columns or {})
    except (OSError, EOFError, ExpatError, pd.errors.ParserError) as error:
        raise UnreadableLogError(f"{path.name} cannot be read: {error}") from error
    return _in_order(frame, path.name)


def _opened(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        is_gzipped = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if is_gzipped else path.open("rb")  # type: ignore[return-value] # a GzipFile reads bytes


class _Xes:
    """Takes the few facts that we need out of an XES file, as its parser passes them."""

    def __init__(self) -> None:
        self.rows: list[tuple[str | None, ...]] = []
        self._traces = 0
        self._case: str | None = None
        self._event: dict[str, str | None] | None = None
        self._events: list[dict[str, str | None]] = []
        self._depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "trace":
            self._case, self._events = str(self._traces), []
            self._traces += 1
        elif tag == "event":
            self._event, self._depth = {}, 0
        elif self._event is not None:
            self._depth += 1
            key = attributes.get("key")
            if self._depth == 1 and key in _XES_KEYS:
                self._event[key] = attributes.get("value")
        elif attributes.get("key") == "concept:name" and not self._events:
            self._case = attributes.get("value", self._case)

    def end(self, tag: str) -> None:
        if tag == "event" and self._event is not None:
            self._events.append(self._event)
            self._event = None
        elif tag == "trace":
            keys = _XES_KEYS
            self.rows += [(self._case, *map(event.get, keys)) for event in self._events]
        elif self._event is not None:
            self._depth -= 1


_XES_KEYS = ("concept:name", "time:timestamp", "org:resource", "lifecycle:transition")


def _from_xes(path: Path) -> pd.DataFrame:
    found = _Xes()
    parser = ParserCreate()
    parser.StartElementHandler = found.start
    parser.EndElementHandler = found.end
    parser.buffer_text = True
    with _opened(path) as file:
        parser.ParseFile(file)
    names = ["case", "activity", "timestamp", "resource", "lifecycle"]
    return pd.DataFrame(found.rows, columns=names, dtype=object)


def _from_csv(path: Path, columns: Mapping[str, str]) -> pd.DataFrame:
    with _opened(path) as file:
        head = file.readline()
    encoding = "utf-8-sig" if _is_utf8(path) else "latin-1"
    heading = head.decode(encoding, errors="replace")
    delimiter = max(",;\t|", key=heading.count)
    names = next(csv.reader([heading], delimiter=delimiter), [])
    found = {what: _column(what, names, columns.get(what, "")) for what in USUAL_NAMES}
    missing = [what for what in NEEDED if found[what] < 0]
    if missing:
        seen = ", ".join(name.strip() for name in names if name.strip()) or "no headings at all"
        raise UnreadableLogError(
            f"{path.name} has no column that reads like {' or '.join(missing)} ({seen}). "
            f"Name it: {' '.join(f'--{what} HEADING' for what in missing)}."
        )
    with _opened(path) as file:
        frame = pd.read_csv(
            file, sep=delimiter, encoding=encoding, dtype=object, header=0,
            usecols=sorted({at for at in found.values() if at >= 0}), names=list(range(len(names))),
        )  # fmt: skip
    blank = pd.Series([None] * len(frame), dtype=object)
    return pd.DataFrame({w: frame[at] if at >= 0 else blank for w, at in found.items()})


def _is_utf8(path: Path) -> bool:
    with _opened(path) as file:
        try:
            file.read(1_000_000).decode("utf-8")
        except UnicodeDecodeError as error:
            return error.reason == "unexpected end of data"  # cut in the middle of a letter
    return True


def _column(what: str, names: list[str], given: str) -> int:
    """Place of the column for `what`; -1 for none."""
    if given:
        return names.index(given) if given in names else -1
    folds = [re.sub(r"[^a-z]", "", name.casefold()) for name in names]
    return next((folds.index(name) for name in USUAL_NAMES[what] if name in folds), -1)


def _in_order(frame: pd.DataFrame, name: str) -> EventLog:
    whole = len(frame)
    frame = frame[_is_complete(frame)].reset_index(drop=True)
    moments, days = _moments(frame["timestamp"])
    good = (frame["case"].notna() & frame["activity"].notna()).to_numpy() & ~np.isnat(moments)
    if not good.any():
        raise UnreadableLogError(
            f"{name} holds no event with a case, an activity and a timestamp"
            + (f" ({whole} rows were looked at)." if whole else ": it is empty.")
        )
    frame, moments, days = frame[good].reset_index(drop=True), moments[good], days[good]
    case = pd.factorize(frame["case"].astype(str))[0]
    activity, names = pd.factorize(frame["activity"].astype(str))
    resource = pd.factorize(frame["resource"])[0]
    order = np.lexsort((np.arange(len(case)), moments, case))
    return EventLog(
        case=case[order].astype("int64"),
        activity=activity[order].astype("int64"),
        day=days[order],
        resource=resource[order].astype("int64"),
        activities=tuple(names),
        left_out=whole - len(frame),
    )


def _is_complete(frame: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Events that end an activity; all of an activity whose ends the log does not mark."""
    ends = frame["lifecycle"].astype(str).str.casefold().eq("complete").to_numpy()
    with_end = frame["activity"].isin(set(frame["activity"][ends])).to_numpy()
    kept: npt.NDArray[np.bool_] = ends | ~with_end
    return kept


def _moments(
    texts: pd.Series[Any],
) -> tuple[npt.NDArray[np.datetime64], npt.NDArray[np.datetime64]]:
    """Each moment in UTC, and the date as it is written; NaT for what is no moment."""
    texts = texts.astype("string").str.strip()
    local = _parsed(texts.str.replace(_ZONE, "", regex=True))
    offsets = texts.str.extract(r":.*([+-])(\d{2}):?(\d{2})$")
    minutes = _numbers(offsets[1]) * 60 + _numbers(offsets[2])
    is_west = offsets[0].fillna("+").eq("-").to_numpy(dtype=bool)
    shift = np.nan_to_num(np.where(is_west, -minutes, minutes)).astype("int64")
    return local - shift.astype("timedelta64[m]"), local.astype("datetime64[D]")


def _numbers(texts: pd.Series[Any]) -> npt.NDArray[np.float64]:
    numbers = pd.to_numeric(texts, errors="coerce")
    return numbers.to_numpy(dtype="float64", na_value=np.nan)


def _parsed(texts: pd.Series[Any]) -> npt.NDArray[np.datetime64]:
    if texts.str.fullmatch(r"\d{9,19}(\.0*)?", na=False).any():  # seconds, milliseconds …
        numbers = _numbers(texts)
        seconds = numbers / 10.0 ** (3 * np.clip((np.log10(numbers) - 8) // 3, 0, 3))
        moments: npt.NDArray[np.datetime64] = (seconds * 1000).astype("datetime64[ms]")
        return moments
    first = pd.to_datetime(texts, format="ISO8601", errors="coerce")
    rest = texts[first.isna() & texts.notna()]
    if len(rest):
        numbers = _numbers(rest.str.extract(r"^(\d{1,2})\D")[0])
        day_first = bool((numbers > _MONTHS).any())
        other = pd.to_datetime(rest, format="mixed", dayfirst=day_first, errors="coerce")
        first = first.astype("datetime64[us]")
        first.loc[rest.index] = other.astype("datetime64[us]")
    return first.to_numpy().astype("datetime64[ms]")
