"""What a person answers to a question, put into the mapping."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import replace

from sheetops.adopt.detect.tables import Region
from sheetops.adopt.detect.wide import best_guess
from sheetops.adopt.language import status_words
from sheetops.adopt.proposal import Proposal, Question
from sheetops.workbook.contract import BY_NAME
from sheetops.workbook.mapping import Mapping, Order, StepColumns

Columns = Map[str, tuple[str, ...]]
_ORDERS: dict[str, Order] = {"day first": "day first", "month first": "month first"}


def can_be_answered(question: Question) -> bool:
    """Whether an answer changes the mapping; which of two tabs is read is the workbook's to say."""
    return question.heading != "tab"


def answered(proposal: Proposal, question: Question, answer: str) -> Proposal:
    """The proposal once a question is answered by one of its candidates."""
    mapping = _with_answer(proposal.mapping, question, answer)
    left = tuple(other for other in proposal.unsure if other != question)
    return replace(proposal, mapping=mapping, unsure=left)


def guessed(proposal: Proposal) -> Proposal:
    """The proposal with our best guess of whom each step waits on."""
    for question in proposal.unsure:
        if question.heading == "Waiting on" and question.step:
            proposal = answered(proposal, question, best_guess(question.step))
    return proposal


def carried_over(proposal: Proposal, before: Mapping) -> Proposal:
    """The proposal with what was answered when the sheet was adopted before: words, whom steps wait
    on, and the columns of ours that were added."""
    for question in proposal.unsure:
        answer = _before(question, before)
        if answer:
            proposal = answered(proposal, question, answer)
    mapping = proposal.mapping
    columns = {
        key: {**entries, **_kept(mapping.tabs[key], proposal.tables[key], before.columns.get(key))}
        for key, entries in mapping.columns.items()
    }
    offer = before.offer if before else mapping.offer
    return replace(proposal, mapping=replace(mapping, columns=columns, offer=offer))


def _kept(role: str, table: Region, before: Columns | None) -> Columns:
    """The columns of ours that were added before and are still there."""
    tool = {column.heading for column in BY_NAME[role].tool_columns}
    return {
        ours: names
        for ours, names in (before or {}).items()
        if ours in tool and names[0] in table.headings
    }


def _before(question: Question, before: Mapping) -> str:
    """What was answered to a question before, blank if nothing was."""
    if question.heading == "dates":
        return before.dates
    if question.word:
        place = question.step or question.heading
        return before.words.get(place, {}).get(status_words.key(question.word), "")
    if question.heading == "Waiting on":
        step = before.steps.get(question.tab, {}).get(question.step)
        return step.waiting_on if step else ""
    names = before.columns.get(question.tab, {}).get(question.heading, ())
    return names[0] if names and names[0] in question.candidates else ""


def _with_answer(mapping: Mapping, question: Question, answer: str) -> Mapping:
    if question.heading == "dates":
        return replace(mapping, dates=_ORDERS[answer])
    if question.word:
        place = question.step or question.heading
        known = {**mapping.words.get(place, {}), status_words.key(question.word): answer}
        return replace(mapping, words={**mapping.words, place: known})
    if question.step:
        return _with_step(mapping, question, answer)
    columns = {**mapping.columns.get(question.tab, {}), question.heading: (answer,)}
    return replace(mapping, columns={**mapping.columns, question.tab: columns})


def _with_step(mapping: Mapping, question: Question, answer: str) -> Mapping:
    steps = dict(mapping.steps.get(question.tab, {}))
    if question.heading == "Waiting on":
        steps[question.step] = replace(steps[question.step], waiting_on=answer)
    elif answer in {"a step", "Done"}:
        steps[question.step] = StepColumns(question.step)
    return replace(mapping, steps={**mapping.steps, question.tab: steps})
