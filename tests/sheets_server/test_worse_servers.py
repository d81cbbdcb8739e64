"""The server keeps its promises, and each way of being worse breaks one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.sheets_server import batch, calculate, promises, protection, values
from tests.sheets_server.auth import Auth
from tests.sheets_server.book import Spreadsheet
from tests.sheets_server.entered import typed
from tests.sheets_server.ranges import Area
from tests.sheets_server.running import OWNER, ROBOT, Running
from tests.sheets_server.service import Service

Promise = Callable[[Running], None]


@pytest.mark.parametrize("promise", promises.PROMISES, ids=lambda promise: promise.__name__)
def test_kept(promise: Promise) -> None:
    with Running() as google:
        promise(google)


@dataclass(frozen=True)
class Worse:
    """A worse server: what is put in place of what, and the promise that it breaks."""

    of: Any
    name: str
    instead: Callable[..., Any]
    breaks: Promise


def _typed(book: Spreadsheet, _option: str) -> Callable[..., Any]:
    return lambda cell, value: typed(str(value), cell, book.locale)


def _reads_nothing_typed(_book: Spreadsheet, _option: str) -> Callable[..., Any]:
    return lambda cell, value: cell.with_value(value)


def _unguarded(_book: Spreadsheet, _who: str, _area: Area) -> None:
    return None


WORSE = {
    "RAW parsed as typed": Worse(values, "_entering", _typed, promises.raw_stays),
    "typed kept as RAW": Worse(values, "_entering", _reads_nothing_typed, promises.raw_stays),
    "batches not atomic": Worse(
        batch, "atomically", lambda _book, change: change(), promises.batches_are_atomic
    ),
    "value batches not atomic": Worse(
        batch, "atomically", lambda _book, change: change(), promises.value_batches_are_atomic
    ),
    "no protection": Worse(protection, "check", _unguarded, promises.protection_holds),
    "protection that anybody takes away": Worse(
        protection,
        "may_edit",
        lambda _book, who, one: who != ROBOT or "range" in one,
        promises.protection_holds,
    ),
    "no grid limits for writing": Worse(
        values,
        "_target",
        lambda sheet, area, rows: Area(
            sheet.id, area.top, area.left, area.top + len(rows), area.left + 1
        ),
        promises.grid_limits_hold,
    ),
    "no grid limits for reading": Worse(
        values,
        "_inside",
        lambda sheet, area: Area(sheet.id, 0, 0, 1, 1) if area.top else area.within(3, 2),
        promises.grid_limits_hold,
    ),
    "tokens unchecked": Worse(Auth, "who", lambda *_: OWNER, promises.tokens_are_checked),
    "expired tokens good": Worse(Auth, "expire", lambda _auth: None, promises.tokens_are_checked),
    "signatures unchecked": Worse(
        Auth, "check_signature", lambda *_: None, promises.signatures_are_checked
    ),
    "times unchecked": Worse(Auth, "check_times", lambda *_: None, promises.clocks_are_checked),
    "scopes unchecked": Worse(
        Service,
        "_scopes",
        staticmethod(lambda _host, _method: {promises.SCOPE, f"{promises.SCOPE}.readonly"}),
        promises.scopes_are_checked,
    ),
    "sharing unchecked": Worse(
        Spreadsheet, "role", lambda *_: "owner", promises.sharing_is_checked
    ),
    "readers that write": Worse(
        Spreadsheet, "may_write", lambda *_: True, promises.sharing_is_checked
    ),
    "trailing blanks given": Worse(
        values,
        "without_trailing",
        lambda rows: [["" if one is None else one for one in row] for row in rows],
        promises.trailing_blanks_are_left_out,
    ),
    "arrays over typed cells": Worse(
        calculate.Calculation, "_taken", lambda *_: "", promises.headings_join_inside
    ),
}


@pytest.mark.parametrize("name", WORSE)
def test_each_way_of_being_worse_shows(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    worse = WORSE[name]
    monkeypatch.setattr(worse.of, worse.name, worse.instead)
    with Running(strict=False) as google, pytest.raises((AssertionError, KeyError)):
        worse.breaks(google)
