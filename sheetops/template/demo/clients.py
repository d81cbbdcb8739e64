"""The sixty clients of the made-up studio, and where each of them stands today.

Nobody here exists. Names come in several scripts and forms (an apostrophe, an emoji, a leading
`=` or `+`), because the names of real clients do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sheetops.template.data_files import load


@dataclass(frozen=True, slots=True)
class Client:
    """A client and where they stand.

    `now` names the steps that are open, `waited` the working days since they could begin.
    `finished` is how many working days ago the work ended. With neither, no steps are laid out yet.
    `more` holds further cells of the client's row, `note` stands beside the open steps, and `steps`
    holds further cells of those steps. `tick` is typed instead of a date where a neighbour is done.
    """

    group: str
    name: str
    first: str
    mail: str
    offer: str
    owner: str
    now: Sequence[str] = ()
    waited: int = 0
    finished: int | None = None
    status: str = "Active"
    note: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    steps: Mapping[str, Any] = field(default_factory=dict)
    tick: str = ""


ALL = tuple(Client(**client) for client in load("demo/data/clients")["client"])
"""All sixty, those who came first at the top, as in a sheet that grew."""
