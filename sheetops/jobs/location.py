"""Where a workbook stood when it was last at work: a copy of it is another workbook.

Context: whoever copies a workbook, to try something or to share it anew, copies its id with it, and
the copy would be taken for the workbook: what is typed there in play would be written to clients,
and remembered. Decision: the ledger keeps where the workbook stood, for each computer by itself. A
file that has been moved or renamed is followed, for there is only one; where the old one is still
there, or the sheet at Google is another one, nothing is done until a person has said which counts.
Consequence: a move within a folder that is there is not noticed, and a copy never sends.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from sheetops.errors import UnsafeRun
from sheetops.ledger import Ledger
from sheetops.settings import Settings

_GOOGLE = "the Google Sheet "
_MEND = "If it is a copy, give it another Workbook id in Settings; it then gets its own ledger."
_FORCE = "If this one counts from now on, run once: sheetops daily --apply --force"


def elsewhere(ledger: Ledger, settings: Settings, computer: str) -> str:
    """Why this workbook may be a copy of the one that the ledger knows; blank if it is that one.

    A workbook that was copied together with its ledger is taken for one that has moved, as long as
    no mail really leaves.
    """
    known, beside = _known(ledger, computer)
    here = place_of(settings)
    if known in {"", here}:
        return ""
    if beside != _ledger_at(ledger, settings) and not settings.mail.really_sends:
        return ""
    path = settings.workbook.file
    if path is None or known.startswith(_GOOGLE):
        return f"The ledger knows this workbook as {known}, and this is {here}. {_MEND}"
    why = _other_file(Path(known), path)
    return f"{why} {_MEND}" if why else ""


def refuse_elsewhere(ledger: Ledger, settings: Settings, computer: str) -> None:
    """Raises UnsafeRun if this workbook may be a copy: for jobs that make no plan of a day."""
    why = elsewhere(ledger, settings, computer)
    if why:
        raise UnsafeRun(f"{why} Nothing was written or sent.", _FORCE)


def remember(ledger: Ledger, settings: Settings, computer: str) -> None:
    """This is where the workbook stands from now on."""
    now = place_of(settings), _ledger_at(ledger, settings)
    if _known(ledger, computer) != now:
        ledger.make_note(_name(computer), "\n".join(now))


def place_of(settings: Settings) -> str:
    """Where the workbook stands, in words that name nothing else."""
    file = settings.workbook.file
    return str(file.resolve()) if file else f"{_GOOGLE}{settings.workbook.spreadsheet}"


def _ledger_at(ledger: Ledger, settings: Settings) -> str:
    place = settings.ledger_at(ledger.workbook)
    return str(place.resolve()) if isinstance(place, Path) else "a database"


def _name(computer: str) -> str:
    return f"stood {computer.casefold()}"


def _known(ledger: Ledger, computer: str) -> tuple[str, str]:
    workbook, _, beside = ledger.note(_name(computer)).partition("\n")
    return workbook, beside


def _other_file(known: Path, here: Path) -> str:
    if not known.parent.is_dir():
        return f"The workbook stood at {known}, and that folder cannot be reached now."
    if not known.exists():
        return ""  # moved, or renamed
    with suppress(OSError):  # either may vanish meanwhile
        if known.samefile(here):
            return ""
    return f"The workbook with this id stands at {known}, and this is {here}."
