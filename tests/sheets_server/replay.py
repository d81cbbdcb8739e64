"""Recorded exchanges with the real Google, sent again to our own server and compared.

    python -m tests.sheets_server.replay FOLDER [--json] [--list]

Every request of a recording is sent, ids put for ids, and its reply compared in status and body.
Google chooses ids (of files, tabs, protected ranges): ours are learnt at the first reply that shows
them. Times, etags and links that only Google can make are left out of the comparison. Files that a
listing shows and that no request of the recording made were there before: they are put there first.
`--list` prints each reply that differs.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.sheets_server import service_files
from tests.sheets_server.auth import DRIVE, FEEDS, Token
from tests.sheets_server.book import Json, Sheet, Spreadsheet
from tests.sheets_server.service import Reply, Request, Service

OWNER = "recorder@example.com"
TOKEN = "replay"  # noqa: S105 # a token of our own server
IDS = {
    *("spreadsheetId", "id", "sheetId", "protectedRangeId", "namedRangeId", "bandedRangeId"),
    *("tableId", "filterViewId", "metadataId", "permissionId"),
}
TIMES = {
    *("createdTime", "modifiedTime", "createdDate", "modifiedDate", "modifiedByMeDate"),
    *("lastViewedByMeDate", "etag", "thumbnailLink", "embedLink"),
}
"""What is left out: moments, and what only Google can make."""
MISSING = object()
OWN_ERRORS = (KeyError, IndexError, TypeError, ValueError, AttributeError, AssertionError)
"""What a fault of the server's own raises: it counts as one reply that differs, and no more."""

assert service_files.FILES


@dataclass(frozen=True)
class Interaction:
    """One recorded request and its reply."""

    method: str
    url: str
    body: str
    headers: dict[str, str]
    status: int
    reply: str


@dataclass
class Outcome:
    """What became of one interaction: "" where the reply is the same."""

    cassette: str
    number: int
    interaction: Interaction
    differs: str


@dataclass
class Replay:
    """One cassette against a server of its own."""

    service: Service = field(default_factory=Service)
    ours: dict[str, str] = field(default_factory=dict)
    """Our id for each recorded one, both as text."""

    def __post_init__(self) -> None:
        scopes = frozenset({FEEDS, DRIVE})
        self.service.auth.tokens[TOKEN] = Token(OWNER, scopes, float("inf"))

    def send(self, one: Interaction) -> str:
        """Send a request; what differs in its reply."""
        headers = {**one.headers, "authorization": f"Bearer {TOKEN}"}
        body = self._translated(one.body)
        request = Request(one.method, self._translated(one.url), headers, body.encode())
        try:
            reply = self.service.answer(request)
        except OWN_ERRORS as error:
            return f"the server failed: {error!r}"
        if reply.status != one.status:
            return f"status {reply.status}, recorded {one.status}: {reply.body.decode()[:300]}"
        return self._compared(one, reply)

    def put(self, book: Spreadsheet) -> None:
        """A file that was there before: it has the same id here."""
        self.service.files.books[book.id] = book
        self.ours[book.id] = book.id

    def _translated(self, text: str) -> str:
        """Recorded ids replaced by ours, longest first."""
        for theirs in sorted(self.ours, key=len, reverse=True):
            text = re.sub(rf"(?<![\w-]){re.escape(theirs)}(?![\w-])", self.ours[theirs], text)
        return text

    def _compared(self, one: Interaction, reply: Reply) -> str:
        if not one.reply or not reply.kind.startswith("application/json"):
            same = one.reply.encode() == reply.body
            return "" if same else f"body {reply.body!r}, recorded {one.reply!r}"
        mine, theirs = json.loads(reply.body), json.loads(one.reply)
        self._learn(theirs, mine)
        wanted = json.loads(self._translated(json.dumps(theirs)))
        return difference(_comparable(wanted), _comparable(mine))

    def _learn(self, theirs: Any, mine: Any) -> None:
        """Pair the ids that stand at the same place in both replies."""
        if isinstance(theirs, dict) and isinstance(mine, dict):
            for name in theirs.keys() & mine.keys():
                if name in IDS and str(theirs[name]) not in self.ours and _is_id(theirs[name]):
                    self.ours[str(theirs[name])] = str(mine[name])
                self._learn(theirs[name], mine[name])
        elif mine == OWNER and isinstance(theirs, str) and "@" in theirs:
            self.ours[theirs] = OWNER
        elif isinstance(theirs, list) and isinstance(mine, list):
            for left, right in zip(theirs, mine, strict=False):
                self._learn(left, right)


def _is_id(value: Any) -> bool:
    return len(str(value)) > 5


def _comparable(value: Any) -> Any:
    if isinstance(value, dict):
        made = {name: _comparable(one) for name, one in value.items() if name not in TIMES}
        if isinstance(made.get("files"), list):
            made["files"].sort(key=json.dumps)  # Drive lists files in no stated order
        return made
    if isinstance(value, list):
        return [_comparable(one) for one in value]
    return value


def difference(wanted: Any, got: Any, where: str = "$") -> str:
    """The first place in which two bodies differ, and how; "" where they do not."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        for name in [*wanted, *(name for name in got if name not in wanted)]:
            found = difference(wanted.get(name, MISSING), got.get(name, MISSING), f"{where}.{name}")
            if found:
                return found
        return ""
    if isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        pairs = enumerate(zip(wanted, got, strict=True))
        return next((d for n, (a, b) in pairs if (d := difference(a, b, f"{where}[{n}]"))), "")
    if wanted == got and isinstance(wanted, bool) == isinstance(got, bool):
        return ""
    return f"{where}: {_short(got)}, recorded {_short(wanted)}"


def _short(value: Any) -> str:
    return "nothing" if value is MISSING else json.dumps(value, ensure_ascii=False)[:160]


def cassette(file: Path) -> list[Interaction]:
    """The interactions of a recording of vcr's."""
    return [_interaction(one) for one in json.loads(file.read_text("utf-8"))["interactions"]]


def _interaction(one: Json) -> Interaction:
    request, response = one["request"], one["response"]
    body = request.get("body") or ""
    headers = {name.lower(): values[0] for name, values in request.get("headers", {}).items()}
    return Interaction(
        request["method"],
        request["uri"],
        body if isinstance(body, str) else json.dumps(body),
        headers,
        response["status"]["code"],
        response["body"].get("string", ""),
    )


def runs(interactions: list[Interaction]) -> Iterator[list[Interaction]]:
    """A cassette's interactions by test run: vcr adds a new recording after an older one."""
    kept: list[Interaction] = []
    for one in interactions:
        if kept and _first(one) and _first(kept[0]) and one.body == kept[0].body and _closed(kept):
            yield kept
            kept = []
        kept.append(one)
    yield kept


def _first(one: Interaction) -> bool:
    return one.method == "POST" and urlsplit(one.url).path == "/drive/v3/files"


def _closed(kept: list[Interaction]) -> bool:
    return any(one.method == "DELETE" for one in kept)


def replayed(file: Path) -> list[Outcome]:
    """Every interaction of a cassette, sent again."""
    outcomes: list[Outcome] = []
    for run in runs(cassette(file)):
        replay = Replay()
        _put_before(replay, run)
        for one in run:
            outcomes.append(Outcome(file.name, len(outcomes), one, replay.send(one)))
    return outcomes


def _put_before(replay: Replay, run: list[Interaction]) -> None:
    """The files that were there before the recording began, as its replies show them."""
    made = {json.loads(one.reply).get("id") for one in run if _makes(one)}
    made |= {json.loads(one.reply)["spreadsheetId"] for one in run if _creates(one)}
    resources = _resources(run)
    for given in _listed(run):
        if given["id"] not in made:
            made.add(given["id"])
            replay.put(_book(given, resources))
    for one in run:
        number = _asked_for(one)
        if number and number not in made and one.status in (200, 403):
            made.add(number)
            book = _book({"id": number, "name": "?"}, resources)
            book.owner = OWNER if one.status == 200 else "another@example.com"
            replay.put(book)


def _listed(run: list[Interaction]) -> Iterator[Json]:
    """All files that Drive listed, the newest change of each listing last."""
    for one in run:
        if (one.method, urlsplit(one.url).path, one.status) == ("GET", "/drive/v3/files", 200):
            yield from reversed(json.loads(one.reply).get("files", []))


def _asked_for(one: Interaction) -> str:
    """The id of the spreadsheet or file that a request names."""
    match = re.match(r"/(?:v4/spreadsheets|drive/v3/files)/([^/:]+)", urlsplit(one.url).path)
    return match[1] if match else ""


def _creates(one: Interaction) -> bool:
    return (
        one.method == "POST" and one.status == 200 and urlsplit(one.url).path == "/v4/spreadsheets"
    )


def _makes(one: Interaction) -> bool:
    path = urlsplit(one.url).path
    return (
        one.method == "POST"
        and one.status == 200
        and bool(re.match(r"/drive/v3/files(/[^/]+/copy)?$", path))
    )


def _resources(run: list[Interaction]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for one in run:
        if one.url.endswith("includeGridData=false") and one.status == 200:
            body = json.loads(one.reply)
            found.setdefault(body["spreadsheetId"], body)
    return found


def _book(given: Json, resources: dict[str, Json]) -> Spreadsheet:
    book = Spreadsheet(given["id"], given["name"], OWNER, [Sheet(0, "Sheet1")])
    for name, attribute in (("createdTime", "created"), ("modifiedTime", "modified")):
        if name in given:
            setattr(book, attribute, datetime.fromisoformat(given[name]).astimezone(UTC))
    known = resources.get(given["id"])
    if known:
        book.title = known["properties"]["title"]
        book.locale = known["properties"]["locale"]
        book.time_zone = known["properties"]["timeZone"]
        book.sheets = [_sheet(one["properties"]) for one in known["sheets"]]
    return book


def _sheet(properties: Json) -> Sheet:
    grid = dict(properties["gridProperties"])
    sheet = Sheet(
        properties["sheetId"], properties["title"], grid.pop("rowCount"), grid.pop("columnCount")
    )
    sheet.grid_properties = grid
    return sheet


def main(arguments: list[str] | None = None) -> int:
    """Replay all cassettes of a folder, and print how many replies are the same."""
    parser = argparse.ArgumentParser(description="Replay recorded replies of Google's.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true", help="print the counts as JSON")
    parser.add_argument("--list", action="store_true", help="print each reply that differs")
    chosen = parser.parse_args(arguments)
    by_file = {file: replayed(file) for file in sorted(chosen.folder.glob("*.json"))}
    outcomes = [outcome for one in by_file.values() for outcome in one]
    counts = {
        "identical": sum(not outcome.differs for outcome in outcomes),
        "total": len(outcomes),
        "cassettes_identical": sum(not any(o.differs for o in one) for one in by_file.values()),
        "cassettes": len(by_file),
    }
    out = sys.stderr if chosen.json else sys.stdout
    for outcome in outcomes if chosen.list or not chosen.json else []:
        if outcome.differs:
            one = outcome.interaction
            path = urlsplit(one.url).path
            print(
                f"{outcome.cassette} {outcome.number} {one.method} {path}: {outcome.differs}",
                file=out,
            )
    print(json.dumps(counts) if chosen.json else counts)  # noqa: T201 # a program's output
    return 0 if counts["identical"] == counts["total"] else 1


if __name__ == "__main__":
    sys.exit(main())
