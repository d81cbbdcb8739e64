"""Staff sort, insert, delete, move, rename, edit and filter before any request of a run.

What makes a sheet unprepared (tabs and columns deleted) comes more seldom: it takes longest.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from sheetops.stores.google import lookup_formulas
from tests.sheets_server.running import Running
from tests.stores.google.racing import ACTS, BREAKS, COLUMNS, Act, Track

ACT = st.builds(
    Act,
    st.integers(0, 6),
    st.sampled_from([*sorted(ACTS.keys() - BREAKS) * 3, *sorted(BREAKS)]),
    st.sampled_from(sorted(COLUMNS)),
    st.integers(0, 8),
    st.integers(0, 8),
)
RACES = st.lists(ACT, min_size=1, max_size=4)
QUICK = hypothesis_settings(
    max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
SHORT = hypothesis_settings(QUICK, max_examples=6, derandomize=True)
"""As many as a suite of a few minutes has time for."""


@pytest.fixture(scope="module")
def track(_google: Running) -> Iterator[Track]:
    with _google.environment():
        strict = _google.strict
        yield Track(_google)
        _google.strict = strict
        _google.no_hooks()


@SHORT
@given(acts=RACES)
def test_no_status_stands_against_another_row_and_nothing_is_lost(
    track: Track, acts: list[Act]
) -> None:
    assert track.race(acts) == []


@pytest.mark.long
@QUICK
@given(acts=RACES)
def test_two_hundred_races(track: Track, acts: list[Act]) -> None:
    assert track.race(acts) == []


@pytest.mark.long
@hypothesis_settings(QUICK, max_examples=5000)
@given(acts=RACES)
def test_five_thousand_races(track: Track, acts: list[Act]) -> None:
    assert track.race(acts) == []


def test_the_races_see_a_status_that_stands_against_another_row(
    track: Track, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that took the row above for the row itself would be found out."""
    good = lookup_formulas.names

    def shifted(*given: object, **more: object) -> list[str]:
        names = good(*given, **more)  # type: ignore[arg-type] # passed on as they came
        return names[1:] + names[:1]

    monkeypatch.setattr(lookup_formulas, "names", shifted)
    assert any("shows" in one for one in track.race([]))
