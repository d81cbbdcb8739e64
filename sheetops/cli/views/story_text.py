"""A client's story as lines of a terminal: one screen, 80 cells wide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sheetops.cli.views.columns import clean, table, wrap
from sheetops.cli.views.story import DONE, OPEN, TO_COME, After, Fact, Past, PathStep, Story
from sheetops.workbook.values import day_text

_MOST_SENT = 5
_MOST_ANSWERS = 6
_LONGEST = 240  # letters of one fact or note; the sheet holds the rest
_MOST_WHO = 12
_MARKS = {DONE: "x", OPEN: ">", TO_COME: " "}


def lines(story: Story) -> Iterator[str]:
    """The story in lines of at most 80 cells."""
    name = clean(story.name)
    yield from wrap(f"{name} ({story.key})" if story.key and story.key != story.name else name)
    yield from _fact_lines(story.facts)
    yield from _now(story)
    yield from _path_lines(story)
    yield from _after_lines(story.after, story.today)
    yield from _sent_lines(story.sent)
    yield from _next_lines(story)
    yield from _said_lines(story)
    if story.problems:
        yield from _title("Problems")
        for problem in story.problems:
            yield from wrap(str(problem), "  ", "    ")


def _title(words: str) -> tuple[str, str]:
    return ("", words)


def _fact_lines(facts: Sequence[Fact]) -> Iterator[str]:
    width = max(len(fact.what) for fact in facts)
    for fact in facts:
        yield from wrap(_cut(fact.words), f"  {fact.what:<{width}}  ")


def _cut(words: str) -> str:
    return words if len(words) <= _LONGEST else words[:_LONGEST].rstrip() + "…"


def _now(story: Story) -> Iterator[str]:
    yield from _title(f"Today, {day_text(story.today)}")
    said_by_why = not story.flag or story.why.startswith(story.flag)
    yield from wrap(story.why if said_by_why else f"{story.flag}. {story.why}", "  ")
    for why in story.waits:
        yield from wrap(f"Also: {why}", "  ")


def _path_lines(story: Story) -> Iterator[str]:
    yield from _title("Path (Late: working days past Due)")
    if not story.path:
        yield "  No steps."
        return
    reminded = any(step.reminders for step in story.path)
    headings: tuple[str, ...] = ("", "Step", "Who acts", "When", "Due", "Late")
    rows = [_path_row(story.today, step) for step in story.path]
    if reminded:
        headings = (*headings, "Sent")
        rows = [
            (*row, str(step.reminders or "")) for row, step in zip(rows, story.path, strict=True)
        ]
    found = table(headings, rows, most=(1, 0, _MOST_WHO), numbers=frozenset({5, 6}), give=1)
    yield from (f" {line}" for line in found)


def _path_row(today: date, step: PathStep) -> tuple[str, ...]:
    when = TO_COME
    if step.done is not None:
        when = f"done {_short(step.done, today)}"
    elif step.state == OPEN and step.started is not None:
        when = f"since {_short(step.started, today)}"
    who = step.owner if step.waiting_on == "Team" and step.owner else step.waiting_on
    due = _short(step.due, today) if step.due is not None else ""
    return (_MARKS[step.state], step.step, who, when, due, str(step.late) if step.late else "")


def _short(day: date, today: date) -> str:
    """A day without its year where that is this year."""
    return day_text(day).removesuffix(f" {today.year}")


def _after_lines(parts: Sequence[After], today: date) -> Iterator[str]:
    if not parts:
        return
    yield from _title("After the finish")
    width = max(len(part.part) for part in parts)
    for part in parts:
        mark = _MARKS[DONE] if part.how else _MARKS[TO_COME]
        due = f"due {_short(part.due, today)}" if part.due is not None else "missing"
        yield from wrap(part.how or due, f" {mark} {part.part:<{width}}  ")


def _sent_lines(sent: Sequence[Past]) -> Iterator[str]:
    yield from _title("Sent")
    if not sent:
        yield "  Nothing yet."
    for one in sent[:_MOST_SENT]:
        about = f' about "{one.step}"' if one.step else ""
        yield from wrap(f"{one.message}{about}: {one.state}", f"  {day_text(one.day):<11}  ")
    if len(sent) > _MOST_SENT:
        yield f"  and {len(sent) - _MOST_SENT} more before that."


def _next_lines(story: Story) -> Iterator[str]:
    yield from _title("Next")
    for one in story.coming:
        yield from wrap(f'Today: "{one.message}" {one.becomes}. {one.why}', "  ", "    ")
    if story.next_follow_up:
        yield from wrap(story.next_follow_up, "  ", "    ")
    if story.no_mail_because:
        yield from wrap(f"No mail goes to them: {story.no_mail_because}", "  ", "    ")
    elif not story.coming and not story.next_follow_up:
        yield "  Nothing is due, and nothing is planned."


def _said_lines(story: Story) -> Iterator[str]:
    if story.said or story.answers:
        yield from _title("What they said")
    for said in story.said:
        mark = "* " if said.remember else "  "
        who = f" (to {said.who})" if said.who else ""
        day = day_text(said.day) if said.day is not None else ""
        yield from wrap(f"{_cut(said.words)}{who}", f"{mark}{day:<11}  ")
    if story.said_in_all > len(story.said):
        yield f"  and {story.said_in_all - len(story.said)} more in Notes."
    for answer in story.answers[:_MOST_ANSWERS]:
        yield from wrap(f"{answer.what} {_cut(answer.words)}", "  ", "    ")
    if len(story.answers) > _MOST_ANSWERS:
        yield f"  and {len(story.answers) - _MOST_ANSWERS} more in Answers."
