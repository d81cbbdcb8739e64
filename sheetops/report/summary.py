"""The answer in three sentences: how loaded we are, whom we can take on and when, what slows us."""

from __future__ import annotations

from dataclasses import dataclass

from sheetops.report.bottlenecks import Delays, Stalled
from sheetops.report.figures import LIMIT, WEEKS, CanTakeOn, Capacity
from sheetops.report.formatting import count, day, listed, number, percent
from sheetops.report.team_load import AHEAD, Team

_SHOWN = 2


@dataclass(frozen=True, slots=True)
class Answer:
    """The three sentences; what is not known is said to be, with what is missing."""

    load: str
    room: str
    slow: str

    @property
    def sentences(self) -> tuple[str, str, str]:
        return self.load, self.room, self.slow


def answer(capacity: Capacity, team: Team, stalled: Stalled, slow: Delays) -> Answer:
    """What the owner asked, answered."""
    return Answer(_load(team), _room(capacity.can_take_on), _slow(stalled, slow))


def _load(team: Team) -> str:
    if team.ahead is None:
        return f"How loaded the team is cannot be said yet: {_lower(team.why_not)}"
    said = f"The team is loaded to {percent(team.ahead)} over the next {AHEAD} weeks"
    top = team.fullest
    if top is None:
        return f"{said}."
    over = "above the limit" if top.share > LIMIT else "still under the limit"
    return (
        f"{said}; {top.person} is fullest, at {percent(top.share)} in the week of "
        f"{day(top.monday)}, {over} of {percent(LIMIT)}."
    )


def _room(offers: tuple[CanTakeOn, ...]) -> str:
    known = [one for one in offers if one.number is not None]
    if not known:
        why = next((one.why_not for one in offers if one.why_not), "no offer is open.")
        return f"Whom you can take on cannot be said yet: {_lower(why)}"
    room = sorted((one for one in known if one.number), key=lambda o: (o.monday, o.offer))
    if not room:
        return f"Nobody new can be taken on within {WEEKS} weeks without overloading somebody."
    shown = [_one(one) for one in room[:_SHOWN]]
    rest = len(room) - len(shown)
    more = f"; {count(rest, 'more offer')} below" if rest else ""
    return f"You can take on {', or '.join(shown)}{more}."


def _one(one: CanTakeOn) -> str:
    least = "at least " if one.at_least else ""
    when = f" from {day(one.monday)}" if one.monday else ""
    sure = f" ({percent(one.chance)} sure)" if one.chance is not None else ""
    return f"{least}{one.number} more for {one.offer}{when}{sure}"


def _slow(stalled: Stalled, slow: Delays) -> str:
    number_of = len(stalled.clients)
    if not stalled.of:
        first = "No client is in hand"
    elif number_of:
        names = listed([one.name for one in stalled.clients], 2)
        are = "is" if number_of == 1 else "are"
        first = f"{number_of} of {count(stalled.of, 'client')} {are} stalled ({names})"
    else:
        first = "No client is stalled"
    if not slow.steps:
        return f"{first}; {_lower(slow.said)}"
    worst = slow.steps[0]
    return (
        f'{first}; what slows you most, again and again, is "{worst.step}" ({worst.offer}), at '
        f"about {number(worst.lost)} working days a month."
    )


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
