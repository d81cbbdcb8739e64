"""What several systems need of one morning is worked out once, and by whoever asks first."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from sheetops.model.snapshot import Snapshot

T = TypeVar("T")


def once_a_morning(make: Callable[[Snapshot], T]) -> Callable[[Snapshot], T]:
    """Works a thing out once for each morning and keeps it there, as a cached property would."""
    name = f"{make.__module__}.{make.__qualname__}"

    @wraps(make)
    def made(snapshot: Snapshot) -> T:
        known: dict[str, Any] = vars(snapshot)
        if name not in known:
            known[name] = make(snapshot)
        found: T = known[name]
        return found

    return made
