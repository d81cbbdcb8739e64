"""The report as a mail to the owner: the answer, the pictures, and the whole page attached."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass

from sheetops.model.mail import Enclosure, Mail, Purpose
from sheetops.report import page, pictures, png
from sheetops.report.formatting import day, number, percent
from sheetops.report.origins import of_sources
from sheetops.report.report import Report
from sheetops.workbook.values import day_text

_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture of the mail: under which title, by which Content-ID, and what it shows."""

    title: str
    cid: str
    alt: str


def letter(report: Report, to: str, key: str) -> Mail:
    """The mail with which the report goes to one address; `key` names it for ever."""
    subject = f"Capacity report, {day_text(report.today)}"
    shown, enclosed = _pictures(report)
    lists = [(title, lines) for title, lines in _lists(report) if lines]
    whole = Enclosure(
        f"capacity-{report.today.isoformat()}.html",
        "text/html; charset=utf-8",
        b64encode(page.of_report(report).encode()).decode(),
    )
    return Mail(
        key=key,
        day=report.today,
        purpose=Purpose.REPORT,
        client="",
        to=to,
        to_name="",
        subject=subject,
        body=_in_words(report, lists),
        reply_to="",
        page=page.of_letter(report, subject, shown, lists),
        enclosed=(*enclosed, whole),
    )


def key_of(workbook: str, report: Report, again: str = "") -> str:
    """The key of the mail of a week's report: one a week, unless it is asked for `again`."""
    parts = (workbook, "report", report.monday.isoformat(), again)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:20]


def _pictures(report: Report) -> tuple[list[Shown], list[Enclosure]]:
    described = (
        ("load", "How loaded we are", pictures.load_table(report)),
        ("room", "Whom we can take on", pictures.room_bars(report)),
    )
    shown, enclosed = [], []
    for name, title, picture in described:
        if picture is not None:
            cid = f"{name}-{report.today.isoformat()}@report.sheetops"
            shown.append(Shown(title, cid, picture.alt))
            content = b64encode(png.draw(picture)).decode()
            enclosed.append(Enclosure(f"{name}.png", "image/png", content, cid))
    return shown, enclosed


def _lists(report: Report) -> Iterator[tuple[str, list[str]]]:
    yield "Load, next 4 weeks", list(_loads(report))
    yield "Can take on", list(_room(report))
    stalled = [f"{one.name}: {one.why}" for one in report.stalled.clients[:_SHOWN]]
    yield "Stalled clients, and what the delay costs", [report.stalled.said, *stalled]
    yield (
        "Delays that repeat",
        [f"{one.offer}: {one.sentence} {one.advice}".strip() for one in report.delays.steps[:3]],
    )
    yield "Where clients come from", list(of_sources(report.sources))
    yield "What would change", [said for one in report.what_ifs for said in one.said[:3]]


def _loads(report: Report) -> Iterator[str]:
    for one in report.capacity.loads:
        shares = [week.share for week in one.weeks[:4] if week.share is not None]
        if one.full_week is None or not shares:
            yield f"{one.person}: {one.why_not or 'not known'}"
        else:
            yield f"{one.person}: {', '.join(map(percent, shares))}"


def _room(report: Report) -> Iterator[str]:
    for one in report.capacity.can_take_on:
        if one.number is None:
            yield f"{one.offer}: {one.why_not}"
        elif one.monday is None:
            yield f"{one.offer}: nobody within 8 weeks"
        else:
            sure = f", {percent(one.chance)} sure" if one.chance is not None else ""
            least = "at least " if one.at_least else ""
            yield f"{one.offer}: {least}{number(one.number)} from {day(one.monday)}{sure}"


def _in_words(report: Report, lists: list[tuple[str, list[str]]]) -> str:
    parts = [f"Capacity report, {day_text(report.today)}", *report.answer.sentences]
    parts += ["\n".join([title, *(f"- {line}" for line in lines)]) for title, lines in lists]
    parts.append("The whole report is attached; the same figures stand in the tab Capacity.")
    return "\n\n".join(parts)
