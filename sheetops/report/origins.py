"""Where clients come from, in a sentence for each origin."""

from __future__ import annotations

from collections.abc import Iterator

from sheetops.report.formatting import money, percent
from sheetops.systems.clients.origins import FIRST, REFERRED, REPEAT, Source

_CAME = {FIRST: "For the first time", REPEAT: "Came back", REFERRED: "Referred"}


def of_sources(found: tuple[Source, ...]) -> Iterator[str]:
    """A sentence for each origin, with the value of an engagement beside a first one's."""
    first = next((one.each for one in found if one.origin == FIRST), None)
    for one in found:
        if not one.clients:
            yield f"{_CAME[one.origin]}: Nobody yet."
            continue
        clients = f"{one.clients} {'client' if one.clients == 1 else 'clients'}"
        yield f"{_CAME[one.origin]}: {clients} ({percent(one.share)}){_worth(one, first)}."


def _worth(one: Source, first: float | None) -> str:
    """What they are worth, as far as the sheet says."""
    if one.each is None or one.value_share is None:
        return ", value not known"
    text = f", {percent(one.value_share)} of the value: {money(one.each)} an engagement"
    if one.origin != FIRST and first:
        text += f" beside {money(first)} of a first one"
    return text + (f" (value known of {one.valued})" if one.valued < one.clients else "")
