"""The systems of the business: each a pure function of the morning that returns findings.

Adding a system is one module and one line here; deleting its tab in the workbook switches it off.
"""

from __future__ import annotations

from collections.abc import Callable

from sheetops.model.findings import Findings
from sheetops.model.snapshot import Snapshot
from sheetops.systems.clients import completeness, fit
from sheetops.systems.messages import personal, post_service_delta, reminders, segments
from sheetops.systems.path import (
    conformance,
    consequences,
    delays,
    exceptions,
    flags,
    improvements,
    layout,
)

System = Callable[[Snapshot], Findings]

SYSTEMS: tuple[System, ...] = (
    layout.stand,
    flags.flags,
    conformance.find,
    delays.find,
    improvements.find,
    reminders.follow_ups,
    reminders.sent,
    consequences.shown,
    post_service_delta.delta,
    exceptions.find,
    completeness.coverage,
    segments.counts,
    fit.scores,
    personal.prompts,
)


def find(snapshot: Snapshot) -> tuple[Findings, ...]:
    """What every system finds this morning, in their order."""
    return tuple(system(snapshot) for system in SYSTEMS)
