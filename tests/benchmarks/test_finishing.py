"""How many clients finish is foreseen better than by counting, with what was known that day."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks import event_files, finishing, replay
from tests.benchmarks.event_files import EventLog

ROOT = Path(__file__).resolve().parents[2]


def made_up(cases: int = 900, seed: int = 3) -> EventLog:
    """Clients ask and are done after 28 to 42 days; far more of them come in the second year."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[int, int, date]] = []
    for case in range(cases):
        late = case > cases // 3
        day = int(rng.integers(330, 660)) if late else int(rng.integers(0, 330))
        start = date(2024, 1, 1) + timedelta(days=day)
        rows.append((case, 0, start))
        rows.append((case, 1, start + timedelta(days=int(rng.integers(28, 43)))))
    case_of, activity, days = (np.array(part) for part in zip(*rows, strict=True))
    return EventLog(case_of, activity, days.astype("datetime64[D]"), case_of, ("Ask", "Close"), 0)


def parted(log: EventLog, which: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> EventLog:
    """Some of the events of a log, as a log."""
    case = np.unique(log.case[which], return_inverse=True)[1]
    return EventLog(case, log.activity[which], log.day[which], case, log.activities, 0)


def test_those_in_hand_tell_more_than_past_weeks() -> None:
    found = finishing.measure(made_up())["capacity"]
    for weeks in ("4", "8"):
        ours = found[weeks]["ours"]["mae"]
        assert ours < found[weeks]["mean"]["mae"]
        assert ours < found[weeks]["monte carlo"]["mae"]
        assert 0.6 < found[weeks]["coverage"] <= 0.95
    assert found["4"]["ours"]["mae"] < 0.6 * found["4"]["mean"]["mae"]


def test_no_morning_knows_what_comes_later() -> None:
    """What is said on a morning is the same if the log ends that day, but for what came of it."""
    whole = made_up()
    stay, lives = replay.stays(whole), replay.lives(whole)
    now = 300
    clock = replay._Clock(whole.day)
    cut = parted(whole, clock.dawn(whole.day) <= now)
    said = []
    for one, other in (
        (stay, lives),
        (replay.stays(cut, ("Close",)), replay.lives(cut, ("Close",))),
    ):
        told = finishing.Told(4)
        finishing._tell(told, now, one, other, finishing._learn(one, other, now))
        said.append((told.said["ours"][0], told.said["mean"][0], told.of_open[0]))
    assert said[0] == pytest.approx(said[1])
    assert said[0][2] > 0


@pytest.mark.parametrize("cases", [1, 3, 40])
def test_a_short_log_has_no_figures_and_no_trouble(cases: int) -> None:
    log = made_up(cases)
    early = log.day < np.datetime64("2024-03-01")
    for one in (log, parted(log, early)) if early.any() else (log,):
        json.dumps(finishing.measure(one))


def test_the_command_prints_the_json_that_was_agreed(tmp_path: Path) -> None:
    log = made_up(300)
    lines = [
        f"{d};{log.activities[a]};{c}"
        for c, a, d in zip(log.case, log.activity, log.day, strict=True)
    ]
    path = tmp_path / "log.csv"
    path.write_text("Complete Timestamp;Task;Case ID\n" + "\n".join(lines), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "tests.benchmarks.eventlogs",
        str(path),
        "--capacity",
        "--json",
    ]
    done = subprocess.run(  # noqa: S603 # our own module
        command, capture_output=True, text=True, check=True, cwd=ROOT
    )
    found = json.loads(done.stdout)["capacity"]
    assert set(found) == {"4", "8"}
    for one in found.values():
        assert {"ours", "last week", "mean", "monte carlo", "coverage"} <= set(one)
        assert one["ours"]["mae"] > 0


@pytest.mark.parametrize(
    ("name", "most"),
    [
        pytest.param("helpdesk.xes.gz", {"4": 9.1, "8": 19.5}, marks=pytest.mark.long),
        ("receipt.csv.gz", {"4": 16.7, "8": 20.4}),
    ],
)
def test_the_figures_of_the_design(shared_data: Path, name: str, most: dict[str, float]) -> None:
    path = shared_data / "eventlogs" / name
    if not path.is_file():
        pytest.skip(f"the event log {name} is not beside the project")
    found = finishing.measure(event_files.read(path))
    for weeks, limit in most.items():
        mine = found["capacity"][weeks]
        assert mine["ours"]["mae"] <= limit
        assert all(mine["ours"]["mae"] < mine[name]["mae"] for name in finishing.METHODS[1:])
        assert 0.7 <= mine["coverage"] <= 0.9
        every = found["every morning"][weeks]  # no worse there than the best of counting
        counted = min(every[name]["mae"] for name in finishing.METHODS[1:])
        assert every["ours"]["mae"] < 1.01 * counted


@pytest.mark.parametrize(
    ("name", "given"),
    [
        pytest.param(
            "helpdesk.xes.gz",
            {"last week": (35.8, 69.7), "mean": (29.6, 54.1), "monte carlo": (28.6, 53.9)},
            marks=pytest.mark.long,
        ),
        (
            "receipt.csv.gz",
            {"last week": (30.6, 57.5), "mean": (17.6, 20.6), "monte carlo": (17.8, 20.5)},
        ),
    ],
)
def test_counting_comes_out_as_in_the_design(
    shared_data: Path, name: str, given: dict[str, tuple[float, float]]
) -> None:
    """What is judged is what was judged there: the methods that only count say so."""
    path = shared_data / "eventlogs" / name
    if not path.is_file():
        pytest.skip(f"the event log {name} is not beside the project")
    found = finishing.measure(event_files.read(path))["capacity"]
    for method, errors in given.items():
        mine = [found[weeks][method]["mae"] for weeks in ("4", "8")]
        assert mine == pytest.approx(errors, rel=0.03)
