"""The story of a restore: list the copies of a workbook, and put one back in its place.

The workbook becomes what it was, with all that staff have typed; the ledger does not. It goes on
knowing what left, so that nothing of it leaves twice, and lists it in `Follow-ups` anew. What runs
have laid out since is laid out again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sheetops.errors import ConfigError, WorkbookMissing, WorkbookUnreadable
from sheetops.jobs import session
from sheetops.jobs.context import Request
from sheetops.stores.excel.file.backups import Copy, copies_of
from sheetops.stores.excel.file.restore import restore as put_back
from sheetops.stores.lock import workbook_lock

_JOB = "restore"


@dataclass(frozen=True)
class Restored:
    """A copy that was put back, or would be; `kept` is the copy of what stood there, if any."""

    copy: Copy
    workbook: Path
    kept: Path | None = None
    is_done: bool = False


def copies(request: Request) -> list[Copy]:
    """The copies of the workbook, the newest first. Raises ConfigError for a Google Sheet."""
    return copies_of(_file(request), _folder(request))


def preview(request: Request, wanted: str) -> Restored:
    """Which copy would be put back. Raises ConfigError if it is not exactly one."""
    return Restored(_chosen(copies(request), wanted), _file(request))


def restore(request: Request, wanted: str) -> Restored:
    """Put a copy back, after keeping one of what stands there.

    Raises ConfigError if it is not exactly one copy, AnotherRun while a run is under way, and what
    the store raises if the workbook is open or cannot be replaced; then it is as it was.
    """
    chosen, path = _chosen(copies(request), wanted), _file(request)
    with _alone(request, path, chosen):
        kept = put_back(path, chosen.path, _folder(request))
    return Restored(chosen, path, kept, is_done=True)


@contextmanager
def _alone(request: Request, path: Path, copy: Copy) -> Iterator[None]:
    """Alone with the ledger, if there is one, which is told of what has been put back."""
    today = request.today or request.clock().date()
    with session.ledger_if_any(request.settings, _id_of(request)) as ledger:
        if ledger is None:
            yield
            return
        with (
            session.recording_run(ledger, replace(request, job=_JOB), today) as run,
            workbook_lock(path, ledger.id, request.computer, request.clock()),
        ):
            yield
            ledger.is_of(copy.moment)
            note = f"put back {copy.path.name}"
            ledger.end_run(run, "done", {}, at=request.clock(), note=note)


def _file(request: Request) -> Path:
    path = request.settings.workbook.file
    if path is None:
        raise ConfigError(
            "A Google Sheet keeps its versions itself.", "In the sheet: File, Version history."
        )
    return path.resolve()


def _id_of(request: Request) -> str:
    """The workbook's id, as far as it can be read."""
    try:
        return session.read_workbook(request).book.business.workbook_id
    except (WorkbookMissing, WorkbookUnreadable):  # which may be why it is to be put back
        return request.settings.fallback_id


def _folder(request: Request) -> Path:
    return request.settings.copies_at(_id_of(request))


def _chosen(found: Sequence[Copy], wanted: str) -> Copy:
    """By number, as listed; else by file name or path; else by the beginning of its moment."""
    if wanted.isdecimal() and 1 <= int(wanted) <= len(found):
        return found[int(wanted) - 1]
    name = Path(wanted).name
    same = [one for one in found if one.path.name == name]
    chosen = same or [one for one in found if f"{one.moment:%Y-%m-%d %H%M%S}".startswith(wanted)]
    if len(chosen) == 1:
        return chosen[0]
    if chosen:
        raise ConfigError(
            f'"{wanted}" may be {len(chosen)} copies.', "Give its number in the list."
        )
    raise ConfigError(f'There is no copy "{wanted}".', "See: sheetops restore")
