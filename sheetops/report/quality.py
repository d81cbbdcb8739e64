"""How closely offers are followed, what is still missing after delivery, and what fit is worth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from sheetops.model.snapshot import Snapshot
from sheetops.report.formatting import FEW, number, percent
from sheetops.systems.clients.answers import answers
from sheetops.systems.clients.fit import fit
from sheetops.systems.messages.post_service_delta import follow_on
from sheetops.systems.path import conformance
from sheetops.systems.path.event_log import happened
from sheetops.workbook.arrays import Bools, Numbers
from sheetops.workbook.headers import folded

QUARTER = 90
"""Days of the two spans that a trend compares."""
EACH = 5
"""Clients that each side of a comparison needs."""
_CALM = 0.02
_CALM_DELTA = 0.1


@dataclass(frozen=True, slots=True)
class Trend:
    """Means of the clients who finished in the last 90 days and in the 90 before; None where fewer
    than five did."""

    now: float | None
    before: float | None
    clients: int
    clients_before: int

    def said(self, calm: float, *, rising_is_good: bool) -> str:
        """The trend in a word or two; `calm` is what counts as no change."""
        if self.now is None or self.before is None:
            few = min(self.clients, self.clients_before)
            return f"not enough clients yet: {few} of {EACH} finished in {QUARTER} days"
        if abs(self.now - self.before) <= calm:
            return "steady"
        better = (self.now > self.before) == rising_is_good
        return "better" if better else "worse"


@dataclass(frozen=True, slots=True)
class OfferQuality:
    """One offer. `score` (0 to 1) is the mean consistency of `clients`; `delta` counts the parts of
    the follow-on service that `finished` clients still lack, None where no message declares one."""

    offer: str
    clients: int
    score: float | None
    score_trend: Trend
    finished: int
    delta: int | None
    delta_trend: Trend

    @property
    def score_said(self) -> str:
        """Where consistency is going."""
        now, before = self.score_trend.now, self.score_trend.before
        said = self.score_trend.said(_CALM, rising_is_good=True)
        return _from_to(said, before, now, percent)

    @property
    def delta_said(self) -> str:
        """Where the delta is going; blank where there is none."""
        if self.delta is None:
            return ""
        now, before = self.delta_trend.now, self.delta_trend.before
        said = self.delta_trend.said(_CALM_DELTA, rising_is_good=False)
        return _from_to(said, before, now, number)


def _from_to(said: str, before: float | None, now: float | None, shown: Any) -> str:
    if before is None or now is None:
        return said
    return f"{said}: {shown(before)} → {shown(now)}"


@dataclass(frozen=True, slots=True)
class Quality:
    """Consistency and delta of every offer that has clients."""

    offers: tuple[OfferQuality, ...]
    why_not: str
    how: str


def of_offers(snapshot: Snapshot) -> Quality:
    """Consistency and delta per offer, and where they are going."""
    how = (
        "Consistency is the share of what happened that follows the declared path, a mean over the "
        "offer's clients; skipped, extra, re-done and moved steps cost. The delta counts parts of "
        "the follow-on service that finished clients still lack. A trend compares who finished in "
        f"the last {QUARTER} days with who did in the {QUARTER} before."
    )
    found = tuple(_offers(snapshot))
    why_not = "" if found else f"{FEW}: nobody has done a step of an offer."
    return Quality(found, why_not, how)


def _offers(snapshot: Snapshot) -> Iterator[OfferQuality]:
    told, found = conformance.courses(snapshot), happened(snapshot)
    scores = np.array([np.nan if c is None or c.score is None else c.score for c in told.course])
    lacking = _lacking(snapshot)
    ago = (np.datetime64(snapshot.today, "D") - found.clients.finished).astype("float64")
    ago[np.isnat(found.clients.finished)] = np.nan
    names = snapshot.book.frame("Offer steps")["Offer"].tolist()
    spelled = {folded(one): one for one in reversed(names)}
    for place, offer in enumerate(found.offers):
        mine = found.clients.offer == place
        known = mine & ~np.isnan(scores)
        of = mine & ~np.isnan(lacking)
        if not known.any() and not of.any():
            continue
        yield OfferQuality(
            offer=spelled[offer],
            clients=int(known.sum()),
            score=float(scores[known].mean()) if known.any() else None,
            score_trend=_trend(scores, known, ago),
            finished=int(of.sum()),
            delta=int(lacking[of].sum()) if of.any() else None,
            delta_trend=_trend(lacking, of, ago),
        )


def _lacking(snapshot: Snapshot) -> Numbers:
    """By client, those gone among them: the parts that they still lack; NaN where none is
    declared."""
    lacking = np.full(len(happened(snapshot).clients.key), np.nan)
    if not snapshot.book.has("Messages"):
        return lacking
    service = follow_on(snapshot)
    for at in service.finished:
        parts = service.parts(at)
        if parts:
            lacking[at] = sum(1 for part in parts if not part.how)
    return lacking


def _trend(values: Numbers, which: Bools, ago: Numbers) -> Trend:
    late = which & (ago >= 0) & (ago < QUARTER)
    early = which & (ago >= QUARTER) & (ago < 2 * QUARTER)
    return Trend(_mean(values, late), _mean(values, early), int(late.sum()), int(early.sum()))


def _mean(values: Numbers, which: Bools) -> float | None:
    return float(values[which].mean()) if which.sum() >= EACH else None


@dataclass(frozen=True, slots=True)
class FitGroup:
    """Clients who are through, by whether they met every prerequisite. `refunded` and `on_time` are
    shares (0 to 1), `satisfaction` is 1 to 5; None where too few are known."""

    title: str
    clients: int
    refunded: float | None
    on_time: float | None
    satisfaction: float | None


@dataclass(frozen=True, slots=True)
class FitOutcome:
    """Fit against outcome: those who met every prerequisite beside those who lacked one."""

    groups: tuple[FitGroup, ...]
    said: str
    why_not: str
    how: str


def fit_outcome(snapshot: Snapshot) -> FitOutcome:
    """What became of clients who met every prerequisite, and of those who did not."""
    how = (
        "Clients who are finished, refunded or not to be served, by whether their answers met "
        f"every prerequisite of their offer. Each group needs {EACH} clients, each figure {EACH} "
        "of them of whom it is known."
    )
    if not answers(snapshot).is_on:
        why = "The tabs Questions and Answers are not in use, so fit is not known."
        return FitOutcome((), "", why, how)
    found = fit(snapshot)
    asked = np.asarray(found.asked.any(axis=1))
    if not asked.any():
        why = "No question in Questions is a prerequisite (For = fit, with Must be)."
        return FitOutcome((), "", why, how)
    over = asked & _is_over(snapshot)
    groups = (
        _group(snapshot, "Met every prerequisite", over & ~found.lacks),
        _group(snapshot, "Lacked one or more", over & found.lacks),
    )
    few = [one for one in groups if one.clients < EACH]
    if few:
        missing = "; ".join(f"{one.title.lower()}: {one.clients} of {EACH}" for one in few)
        return FitOutcome(groups, "", f"{FEW} who are through ({missing}).", how)
    return FitOutcome(groups, _said_of_fit(*groups), "", how)


def _is_over(snapshot: Snapshot) -> Bools:
    """Clients who are through with us, one way or the other."""
    clients = snapshot.clients
    over: Bools = ~clients.is_served & ~clients.is_lead & (clients.status != "")
    return over


def _group(snapshot: Snapshot, title: str, which: Bools) -> FitGroup:
    frame = snapshot.book.frame("Clients")
    days = {
        name: frame[name].to_numpy().astype("datetime64[D]")
        for name in ("Finished on", "Promised by")
    }
    bad = np.isin(snapshot.clients.status.astype(str), ["Refunded", "Do not serve"]).astype(float)
    kept = (days["Finished on"] <= days["Promised by"]).astype(float)
    promised = which & ~np.isnat(days["Finished on"]) & ~np.isnat(days["Promised by"])
    said = frame["Satisfaction"].to_numpy().astype(float)
    return FitGroup(
        title,
        clients=int(which.sum()),
        refunded=_mean(bad, which),
        on_time=_mean(kept, promised),
        satisfaction=_mean(said, which & ~np.isnan(said)),
    )


def _said_of_fit(good: FitGroup, bad: FitGroup) -> str:
    parts = []
    if good.refunded is not None and bad.refunded is not None:
        parts.append(
            f"{percent(good.refunded)} of those who met every prerequisite were refunded or are "
            f"not served any more; of the others {percent(bad.refunded)}."
        )
    if good.satisfaction is not None and bad.satisfaction is not None:
        parts.append(
            f"Satisfaction: {good.satisfaction:.1f} of 5, and {bad.satisfaction:.1f} of 5 without."
        )
    return " ".join(parts)
