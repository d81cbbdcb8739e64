"""Plans and problems as plain data for `--json`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from sheetops.jobs.results import Applied
from sheetops.model.mail import Mail
from sheetops.plan.plan import Plan
from sheetops.workbook.problem import Problem
from sheetops.workbook.raw import CellError, NoValue, Value


def of_plan(plan: Plan) -> dict[str, Any]:
    """A plan: day, sending, counts, cells (old and new), rows to append, mails, problems."""
    return {
        "today": plan.today.isoformat(),
        "sending": plan.snapshot.business.sending,
        "counts": plan.counts(),
        "cells": [
            {
                "tab": change.tab,
                "cell": plan.book.tables[change.tab].cell_of(change.key, change.heading),
                "key": change.key,
                "heading": change.heading,
                "old": of_value(change.old),
                "new": of_value(change.new),
            }
            for change in plan.cells
        ],
        "rows": [
            {
                "tab": row.tab,
                "key": row.key,
                "values": {heading: of_value(value) for heading, value in row.values.items()},
            }
            for row in plan.rows
        ],
        "mails": [of_mail(mail) for mail in plan.mails],
        "problems": [of_problem(problem) for problem in plan.problems],
        "waits": plan.waits,
        "stage": plan.snapshot.history.stage,
    }


def of_applied(done: Applied) -> dict[str, Any]:
    """What a run did: cells and rows written, keys of the mails sent, and why others were not."""
    return {
        "written": {"cells": done.receipt.cells, "rows": done.receipt.rows},
        "copy": done.receipt.backup,
        "sent": [mail.key for mail in done.sending.accepted],
        "not_sent": [{"key": mail.key, "why": why} for mail, why in done.sending.not_sent],
    }


def of_mail(mail: Mail) -> dict[str, Any]:
    """A mail with the keys, messages and reasons of its follow-ups."""
    items = [{"key": i.key, "message": i.message, "step": i.step, "why": i.why} for i in mail.items]
    return {
        "key": mail.key,
        "purpose": mail.slot,
        "client": mail.client,
        "to": mail.to,
        "to_name": mail.to_name,
        "reply_to": mail.reply_to,
        "subject": mail.subject,
        "body": mail.body,
        "follow_ups": items,
    }


def of_problem(problem: Problem) -> dict[str, str]:
    """A problem: tab, cell, what was found, what to do."""
    found = asdict(problem)
    del found["key"]
    return found


def of_value(value: Value) -> str | float | bool | None:
    """A cell's value: dates in ISO form, errors by their code."""
    if isinstance(value, CellError):
        return value.code
    if isinstance(value, NoValue):
        return value.value
    if value is None or isinstance(value, str | bool | int | float):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)
