"""What a system finds: status values, rows to add, follow-ups, problems.

Findings compose: the day's findings are those of all systems added together, so a system can be
switched off without any other noticing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from sheetops.model.mail import FollowUp
from sheetops.workbook.changes import NewRow
from sheetops.workbook.problem import Problem


@dataclass(frozen=True)
class Findings:
    """What one system found. `status` holds a frame by tab: index key, columns tool headings."""

    status: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    rows: tuple[NewRow, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    problems: tuple[Problem, ...] = ()
