"""The part of a plan that is about one client, who is named as staff say it."""

from __future__ import annotations

from dataclasses import replace
from string import ascii_uppercase

from sheetops.errors import ConfigError
from sheetops.model.mail import FollowUp
from sheetops.plan.plan import Plan
from sheetops.plan.routing import Routing
from sheetops.workbook.headers import folded
from sheetops.workbook.references import nearest


def client_key(plan: Plan, name: str) -> str:
    """The key of a client by name or Client ID. Raises ConfigError if it is not one client."""
    if not plan.book.is_usable:
        missing = " ".join(str(problem) for problem in plan.problems)
        raise ConfigError("The workbook cannot be used yet.", missing)
    frame = plan.book.frame("Clients")
    wanted = folded(name)
    keys = [
        str(key)
        for key, client in zip(frame.index, frame["Client"], strict=True)
        if wanted in {folded(str(key)), folded(client)}
    ]
    if len(keys) == 1:
        return keys[0]
    if keys:
        raise ConfigError(f'"{name}" may be {len(keys)} clients.', "Name one by Client ID.")
    near = nearest(name, [*frame["Client"], *map(str, frame.index)])
    mend = f'Did you mean "{near}"?' if near else "See the tab Clients for the names."
    raise ConfigError(f'There is no client "{name}".', mend)


def plan_of_client(plan: Plan, client: str) -> Plan:
    """The part of the plan that is about one client, by key."""
    steps = plan.snapshot.book.frame("Steps")
    keys = {client, *(str(key) for key in steps.index[steps["client"] == client])}
    routing = _routing_of_client(plan.routing, client)
    all_keys = keys | {follow_up.key for follow_up in routing.all}
    rows = {
        (tab, str(row))
        for tab, layout in plan.book.layout.items()
        for key, row in layout.rows.items()
        if key in all_keys
    }
    return replace(
        plan,
        cells=tuple(cell for cell in plan.cells if cell.key in all_keys),
        rows=tuple(row for row in plan.rows if row.key in all_keys),
        mails=tuple(mail for mail in plan.mails if mail.client == client),
        problems=tuple(p for p in plan.problems if (p.tab, p.cell.lstrip(ascii_uppercase)) in rows),
        routing=routing,
    )


def _routing_of_client(routing: Routing, client: str) -> Routing:
    def of_client(follow_ups: tuple[FollowUp, ...]) -> tuple[FollowUp, ...]:
        return tuple(follow_up for follow_up in follow_ups if follow_up.client == client)

    return replace(
        routing,
        mailed=of_client(routing.mailed),
        to_staff=of_client(routing.to_staff),
        waiting=of_client(routing.waiting),
        by_hand=of_client(routing.by_hand),
        held=of_client(routing.held),
        on_hold=of_client(routing.on_hold),
        settled=tuple(one for one in routing.settled if one.follow_up.client == client),
    )
