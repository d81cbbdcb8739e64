"""The systems of the business: each a pure function of the morning that returns findings.

Adding a system is one module and one line here; deleting its tab in the workbook switches it off.
"""

from __future__ import annotations

from collections.abc import Callable

from sheetops.findings import Findings
from sheetops.morning import Morning
from sheetops.systems import (
    consequences,
    consistency,
    delays,
    delta,
    exceptions,
    fit,
    fulfilment,
    improvements,
    path,
    segments,
    stalled,
    support,
    touch,
)

System = Callable[[Morning], Findings]

SYSTEMS: tuple[System, ...] = (
    path.stand,
    stalled.flags,
    consistency.find,
    delays.find,
    improvements.find,
    support.follow_ups,
    support.sent,
    consequences.shown,
    delta.delta,
    exceptions.find,
    fulfilment.coverage,
    segments.counts,
    fit.scores,
    touch.prompts,
)


def find(morning: Morning) -> tuple[Findings, ...]:
    """What every system finds this morning, in their order."""
    return tuple(system(morning) for system in SYSTEMS)
