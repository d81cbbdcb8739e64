"""Where clients come from, and what they are worth beside those who came for the first time."""

from __future__ import annotations

import pytest

from sheetops.report.origins import of_sources
from sheetops.systems.clients.origins import origins, sources
from sheetops.workbook.raw import Value
from tests.sheets import Row, client, november, office, snapshot


def who(name: str, address: str, start: int, **cells: Value) -> Row:
    return client(name, Email=address, Start_date=november(start), **cells)


CLIENTS = [
    who(
        "Ada",
        "ada@example.com",
        2,
        Client_ID="ADA-0",
        Value=1000,
        Status="Finished",
        Finished_on=november(9),
    ),
    who("Ada", "ADA@example.com", 12, Value=3000, Referred_by="Bo"),
    who("Bo", "bo@example.com", 3, Value=2000),
    who("Cy", "cy@example.com", 4, Value=1200, Referred_by="Bo"),
    who("Di", "di@example.com", 5, Referred_by="Bo"),
    who("Ed", "ed@example.com", 6, Status="Lead", Value=9000),
    who("Fay", "fay@example.com", 6, Status="Refunded", Value=9000),
]


def test_each_origin_has_its_clients_and_their_value() -> None:
    first, repeat, referred = sources(snapshot(office(CLIENTS)))
    assert (first.clients, first.value, first.each) == (2, 3000, 1500)
    assert (repeat.clients, repeat.value, repeat.each) == (1, 3000, 3000)
    assert (referred.clients, referred.valued, referred.value) == (2, 1, 1200)
    assert first.share == pytest.approx(2 / 5)
    assert repeat.value_share == pytest.approx(3000 / 7200)


def test_who_comes_back_is_a_repeat_also_when_somebody_sent_them() -> None:
    found = origins(snapshot(office(CLIENTS)))
    assert found.origin.tolist() == [
        "first time", "repeat", "first time", "referred", "referred", "", "",
    ]  # fmt: skip
    assert found.before.tolist() == [-1, 0, -1, -1, -1, -1, -1]


def test_it_is_told_with_what_is_not_known() -> None:
    assert list(of_sources(sources(snapshot(office(CLIENTS))))) == [
        "For the first time: 2 clients (40 %), 42 % of the value: 1,500 an engagement.",
        "Came back: 1 client (20 %), 42 % of the value: 3,000 an engagement beside 1,500 of a "
        "first one.",
        "Referred: 2 clients (40 %), 17 % of the value: 1,200 an engagement beside 1,500 of a "
        "first one (value known of 1).",
    ]


def test_without_values_only_clients_are_counted() -> None:
    found = sources(snapshot(office([who("Bo", "bo@example.com", 3)])))
    assert list(of_sources(found)) == [
        "For the first time: 1 client (100 %), value not known.",
        "Came back: Nobody yet.",
        "Referred: Nobody yet.",
    ]


def test_before_the_first_client_nothing_is_told() -> None:
    assert not sources(snapshot(office([who("Ed", "ed@example.com", 6, Status="Lead")])))
