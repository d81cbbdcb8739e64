"""Whatever may befall a business for sixty days, drawn by Hypothesis and shrunk where it breaks.

Context: ten thousand deaths at random places find what nobody thought of, but a ladder of hundreds
of events tells nobody what mattered in it. Decision: the events are the rules of a state machine;
what must always hold is checked after each, and the reckoning at the ladder's end. Consequence: a
break comes with the shortest story that Hypothesis finds for it, and a seed that tells it again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import ClassVar

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.crash.ladder import ACTS, BEGINNINGS, LENGTH, SERVERS, Ladder, Tally, workbook
from tests.crash.world import World
from tests.smtp_servers import SmtpServer

AT = st.integers(0, 250)
"""A place in a run, counted modulo the points that it passes."""
DEATH = st.tuples(AT, st.sampled_from((1, 5, 20)))
"""A death, and the minutes until the run is begun again."""
Deaths = list[tuple[int, int]]


def _some(least: int) -> st.SearchStrategy[Deaths]:
    """Often some twenty deaths; lists of lists, because one list alone is mostly short."""
    few = st.lists(DEATH, min_size=1, max_size=9)
    return st.lists(few, min_size=least, max_size=9).map(lambda found: list(chain(*found)))


class Broken(AssertionError):
    """Raised where a requirement does not hold; with what the ladder came to."""

    def __init__(self, tally: Tally) -> None:
        super().__init__("; ".join(tally.verdict.notes))
        self.tally = tally


@dataclass(frozen=True)
class Where:
    """Where ladders are lived, and who hears what they came to. `url` "" has no PostgreSQL."""

    folder: Path
    url: str
    server: SmtpServer
    told: Callable[[Tally], None]
    length: int = LENGTH


class LadderMachine(RuleBasedStateMachine):
    """One ladder. When the rules are over, its days go on to their end, and some calm ones."""

    where: ClassVar[Where]

    def __init__(self) -> None:
        super().__init__()
        self.ladder: Ladder | None = None

    @property
    def it(self) -> Ladder:
        """The ladder, which `begin` has begun."""
        assert self.ladder is not None
        return self.ladder

    @initialize(
        at=st.sampled_from(BEGINNINGS),
        by_server=st.booleans(),
        on_postgres=st.sampled_from((False, False, False, True)),
    )
    def begin(self, at: date, *, by_server: bool, on_postgres: bool) -> None:
        where = self.where
        port = where.server.port if by_server else 0
        url = where.url if on_postgres else ""
        world = World(where.folder / "ladder", workbook(at), url, port)
        self.ladder = Ladder(world, where.server if by_server else None, at, where.length)

    @rule(deaths=_some(0), odd_hours=AT)
    @precondition(lambda self: not self.it.is_calm)
    def next_day(self, deaths: Deaths, odd_hours: int) -> None:
        self.it.pass_night(odd_hours)
        self._die(deaths)

    @rule(deaths=_some(1))
    def runs_die(self, deaths: Deaths) -> None:
        self._die(deaths)

    def _die(self, deaths: Deaths) -> None:
        for at, minutes in deaths:
            self.it.die(at)
            self.it.pass_time(minutes)

    @rule(script=st.sampled_from(SERVERS), at=AT)
    @precondition(lambda self: self.it.server is not None)
    def server_misbehaves(self, script: dict[str, list[str]], at: int) -> None:
        self.it.misbehave(script, at)
        self.it.pass_time(20)

    @rule(what=st.sampled_from(sorted(ACTS)), pick=st.integers(0, 99), deaths=_some(0))
    def staff_act(self, what: str, pick: int, deaths: Deaths) -> None:
        self.it.act(what, pick)
        self._die(deaths)

    @rule(days=st.sampled_from((1, -1)))
    def clock_is_wrong(self, days: int) -> None:
        self.it.jump_clock(days)

    @rule(at=AT)
    def disk_is_full(self, at: int) -> None:
        self.it.fill_disk(at)

    @rule(at=AT)
    def run_starts_twice(self, at: int) -> None:
        self.it.start_twice(at)

    @rule(at=AT, dies=AT, other_first=st.booleans())
    @precondition(lambda self: not self.it.computers[0].url)  # with one database they are as one
    def computers_race(self, at: int, dies: int, *, other_first: bool) -> None:
        self.it.race(at, dies, other_first=other_first)

    @invariant()
    def nobody_is_written_to_twice(self) -> None:
        if self.ladder is None:
            return
        twice = self.ladder.twice()
        if twice:
            verdict = self.ladder.tally.verdict
            verdict.duplicates = len(twice)
            verdict.notes += [f"twice: {words}" for words in twice]
            self._break()

    def teardown(self) -> None:
        """Nothing is lost, and every doubt was shown."""
        if self.ladder is None:
            return
        verdict = self.ladder.finish()
        if not verdict.is_clean:
            self._break()
        self.where.told(self.ladder.tally)

    def _break(self) -> None:
        ladder, self.ladder = self.it, None  # there is nothing to reckon any more
        raise Broken(ladder.tally)


def search(where: Where, number: int, *, ladders: int, steps: int, shrink: bool = True) -> None:
    """Live so many ladders; the same number draws the same ones. Raises Broken with the shortest
    story that was found."""
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    machine = type("Ladders", (LadderMachine,), {"where": where})
    run_state_machine_as_test(
        seed(number)(machine),
        settings=settings(
            database=None,
            deadline=None,
            max_examples=ladders,
            phases=phases,
            print_blob=False,
            report_multiple_bugs=False,
            stateful_step_count=steps,
            suppress_health_check=list(HealthCheck),
        ),
    )
