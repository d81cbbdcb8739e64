"""How good the flags are on a real event log, replayed day by day through the project's own code.

    python -m tests.benchmarks.eventlogs LOG [--format xes|csv] [--json]
        [--case HEADING] [--activity HEADING] [--timestamp HEADING] [--resource HEADING]
        [--ends ACTIVITY ...] [--halves | --capacity]

Every working morning after the first third of the cases is replayed with what was known on it, and
the estimates are made anew each week. Side by side: our rule, a fixed 7 days, and the quantile of
the waits that ended.

- A wait is truly stalled if it takes longer than nine in ten of its step do in the whole log (by
  Kaplan-Meier without a prior) and longer than 3 working days, or if the client never moves again.
  One that the end of the log cuts off before that day is left out: nobody knows.
- Precision: flagged waits that are truly stalled. Recall: stalled waits that were flagged before
  they ended. F1 counts as found only those flagged within 2 working days of crossing the mark.
  False flags: those that were wrong, per 100 open clients and week.
- On course to miss: every client is promised what nine in ten of the log's clients kept (working
  days); flagged by that day, against those who took longer. The best of some fixed rules ("a step
  has been open for more than k days") is picked with hindsight, ours is not.
- Calibration error: chance that a step is still open in a week against how often it was, in ten
  bins, weighted.
- Rank stability: Spearman's correlation of the cost of repeating delays by step, between the
  clients of the log's first half and those of its second; that of the mean wait beside it.

`--halves` prints the rules for the odd and the even cases apart. `--capacity` replays instead how
many clients are expected to finish within 4 and 8 weeks, see `finishing.py`. Nothing here is fitted
to a log.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sheetops.systems.path import delays, survival
from sheetops.workbook.arrays import Bools, Numbers
from tests.benchmarks import event_files, finishing, replay
from tests.benchmarks.replay import Stay, Watched, figures_of

LEAST = 3
"""Working days that no wait is called stalled before."""
TIMELY = 2
_SHORT = {"P": "precision", "R": "recall", "F1": "f1"}
NOTHING: dict[str, Any] = {"precision": None, "recall": None, "f1": None, "false_flags": None}


def measure(log: event_files.EventLog, ends: tuple[str, ...] = ()) -> dict[str, Any]:
    """All figures of a log; None where a log is too small to carry one."""
    stay = replay.stays(log, ends)
    mark = _mark(stay)
    seen = replay.watch(stay, mark)
    return {
        "rules": {name: _rule(stay, seen, name, seen.was_open) for name in replay.RULES},
        "on_course": _on_course(stay, seen, mark),
        "calibration_error": _calibration(seen),
        "bottleneck_rank_stability": _stability(stay, delays_of),
        "mean_wait_rank_stability": _stability(stay, means_of),
        "events": len(log.case),
        "cases": int(log.case.max()) + 1,
        "left_out": log.left_out,
    }


def halves(log: event_files.EventLog, ends: tuple[str, ...] = ()) -> dict[str, Any]:
    """The rules on the odd and on the even cases, each judged by itself."""
    stay = replay.stays(log, ends)
    seen = replay.watch(stay, _mark(stay))
    parts = {"even cases": stay.case % 2 == 0, "odd cases": stay.case % 2 == 1}
    return {
        part: {name: _rule(stay, seen, name, seen.was_open & of) for name in replay.RULES}
        for part, of in parts.items()
    }


def _limits(stay: Stay) -> Numbers:
    """By step, the mark that a stalled wait crosses; infinite where more never end."""
    whole = survival.learn(stay.step, stay.wait, stay.is_over, stay.steps, prior=0)
    usual = whole.within(survival.USUAL)[: stay.steps]
    return np.where(np.isnan(usual), np.inf, np.maximum(usual, LEAST))


def _rule(stay: Stay, seen: Watched, name: str, judged: Bools) -> dict[str, Any]:
    mark = _limits(stay)[stay.step]
    is_stuck = ~stay.is_over & (np.isinf(mark) | (stay.wait > mark))
    truth = (stay.is_over & (stay.wait > mark)) | is_stuck
    judged = judged & (stay.is_over | is_stuck)
    if not judged.any():
        return dict(NOTHING)
    flagged = seen.flagged[name] >= 0
    timely = flagged & (seen.flagged[name] <= mark + 1 + TIMELY)
    found = figures_of(truth[judged], flagged[judged])
    precision, recall = found["precision"], _share(timely & truth & judged, truth & judged)
    weeks = seen.open_mornings * (judged.sum() / seen.was_open.sum()) / replay.WEEK / 100
    return {
        "precision": precision,
        "recall": found["recall"],
        "recall_within_2_days": recall,
        "f1": _f1(precision, recall),
        "false_flags": float((flagged & ~truth & judged).sum() / weeks),
    }


def _share(part: Bools, whole: Bools) -> float | None:
    return float(part.sum() / whole.sum()) if whole.any() else None


def _f1(precision: float | None, recall: float | None) -> float | None:
    if precision is None or recall is None:
        return None
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _whole(stay: Stay) -> tuple[Numbers, Numbers]:
    """By client: days from start to finish (NaN: not finished), and days seen at the log's end."""
    clients = int(stay.case.max(initial=-1)) + 1
    took, lasted = np.full(clients, np.nan), np.zeros(clients)
    total = stay.since + stay.remaining
    took[stay.case[stay.is_finished]] = total[stay.is_finished]
    np.maximum.at(lasted, stay.case, total)
    return took, lasted


def _mark(stay: Stay) -> int:
    took, _ = _whole(stay)
    took = took[~np.isnan(took)]
    return int(np.quantile(took, survival.USUAL)) if len(took) else 0


def _on_course(stay: Stay, seen: Watched, mark: int) -> dict[str, Any]:
    took, lasted = _whole(stay)
    is_late = np.where(np.isnan(took), lasted, took) > mark
    judged = seen.in_time & (~np.isnan(took) | is_late)
    truth = is_late[judged]
    best = [figures_of(truth, seen.waited[judged] > days)["f1"] or 0.0 for days in replay.FIXED]
    at = int(np.argmax(best))
    return {
        "ours": figures_of(truth, seen.missing[judged]),
        "best fixed": {"f1": best[at] if len(truth) else None, "days": replay.FIXED[at]},
        "promised_days": mark,
    }


def _calibration(seen: Watched, bins: int = 10) -> float | None:
    chances = np.concatenate([*seen.chances, np.empty(0)])
    came_true = np.concatenate([*seen.came_true, np.empty(0, dtype=bool)]).astype("float64")
    if not len(chances):
        return None
    cell = np.minimum((chances * bins).astype("int64"), bins - 1)
    said = np.bincount(cell, weights=chances, minlength=bins)
    was = np.bincount(cell, weights=came_true, minlength=bins)
    return float(np.abs(said - was).sum() / len(chances))


def delays_of(step: npt.NDArray[np.int64], wait: npt.NDArray[np.int64], count: int) -> Numbers:
    """The cost of the delays of each step, as the sheet ranks them."""
    median = pd.Series(wait).groupby(step).median().reindex(range(count)).to_numpy("float64")
    return delays.lost_days(step, wait, median, np.ones(len(step)))


def means_of(step: npt.NDArray[np.int64], wait: npt.NDArray[np.int64], count: int) -> Numbers:
    """The mean wait of each step."""
    cases = np.maximum(np.bincount(step, minlength=count), 1)
    return np.bincount(step, weights=wait, minlength=count) / cases


def _stability(stay: Stay, rank: Any) -> float | None:
    """Spearman's correlation of a ranking of the steps between the log's halves."""
    over = stay.is_over
    if not over.any():
        return None
    step, wait, began = stay.step[over], stay.wait[over], stay.known[over]
    early = began <= np.median(began)
    parts = [(step[half], wait[half]) for half in (early, ~early)]
    cases = [np.bincount(one, minlength=stay.steps) for one, _ in parts]
    both = (cases[0] >= survival.ENOUGH) & (cases[1] >= survival.ENOUGH)
    if both.sum() < 3:
        return None
    ranks = [pd.Series(rank(*part, stay.steps)[both]).rank().to_numpy() for part in parts]
    if any(np.ptp(one) == 0 for one in ranks):
        return None
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def _print(results: dict[str, Any]) -> None:
    print(f"{results['events']:,} events of {results['cases']:,} cases", end="")
    print(f", {results['left_out']:,} rows left out." if results["left_out"] else ".")
    _print_rules(results["rules"])
    on = results["on_course"]
    first, best = on["ours"], on["best fixed"]
    figures = ", ".join(f"{name} {_two(first[key])}" for name, key in _SHORT.items())
    print(f"on course to miss {on['promised_days']} promised days: ours {figures};", end=" ")
    print(f"best fixed rule F1 {_two(best['f1'])} (more than {best['days']} days)")
    print(f"calibration error, still open in a week: {_two(results['calibration_error'], 3)}")
    print(f"rank stability of repeating delays {_two(results['bottleneck_rank_stability'])}, "
          f"of the mean wait {_two(results['mean_wait_rank_stability'])}")  # fmt: skip
    print(f"{results['seconds']:.1f} seconds")


def _print_rules(rules: dict[str, dict[str, Any]]) -> None:
    print(f"{'rule':14}{'P':>6}{'R':>6}{'F1':>6}   false flags per 100 open clients and week")
    for name, f in rules.items():
        line = "".join(f"{_two(f[key]):>6}" for key in ("precision", "recall", "f1"))
        print(f"{name:14}{line}   {_two(f['false_flags'])}")


def _two(figure: float | None, places: int = 2) -> str:
    return "-" if figure is None else f"{figure:.{places}f}"


def main() -> int:
    """Measure and print; 1, with a sentence, where there is nothing to replay."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("log", type=Path)
    parser.add_argument("--format", choices=["xes", "csv"], default="")
    for what in event_files.USUAL_NAMES:
        parser.add_argument(f"--{what}", default="", metavar="HEADING")
    parser.add_argument("--ends", nargs="+", default=[], metavar="ACTIVITY")
    parts = parser.add_mutually_exclusive_group()
    parts.add_argument("--halves", action="store_true")
    parts.add_argument("--capacity", action="store_true")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    began = time.perf_counter()
    columns = {what: getattr(given, what) for what in event_files.USUAL_NAMES}
    try:
        log = event_files.read(given.log, given.format, columns)
    except event_files.UnreadableLogError as error:
        print(error, file=sys.stderr)
        return 1
    if given.capacity:
        finishing.show(finishing.measure(log, tuple(given.ends)), as_json=given.json)
        return 0
    if given.halves:
        for part, rules in halves(log, tuple(given.ends)).items():
            print(part)
            _print_rules(rules)
        return 0
    results = measure(log, tuple(given.ends))
    results["seconds"] = time.perf_counter() - began
    if given.json:
        json.dump(results, sys.stdout, indent=2)
        print()
    else:
        _print(results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
