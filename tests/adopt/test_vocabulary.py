"""The lists of words that people extend: what they say of our tabs and headings exists."""

from __future__ import annotations

import re

import pytest

from sheetops.adopt.language import status_words
from sheetops.adopt.language.headings import HELPERS, LIKELY, MAYBE, SURE, names
from sheetops.adopt.language.patterns import said_by_a_word
from sheetops.adopt.language.vocabulary import alternatives, hint, table, words
from sheetops.workbook.contract import BY_NAME, PARTIES, STATUSES


@pytest.mark.parametrize("role", table("headings"))
def test_every_heading_with_names_is_one_of_ours(role: str) -> None:
    assert set(table("headings")[role]) <= {*BY_NAME[role].by_heading, *HELPERS}


@pytest.mark.parametrize("role", [role for role in table("patterns") if role != "words"])
def test_every_rule_is_of_a_heading_of_ours_and_can_be_asked(role: str) -> None:
    assert {rule["heading"] for rule in table("patterns")[role]} <= {*BY_NAME[role].by_heading}
    assert said_by_a_word(role, "client name")["Client"]


def test_every_meaning_is_known() -> None:
    assert set(table("words")["marks"]) == set(status_words.MEANINGS)
    assert set(table("words")["statuses"]) <= set(STATUSES)
    assert set(table("words")["parties"]) <= set(PARTIES)
    assert set(table("tabs")["titles"]) <= set(BY_NAME)
    assert len(table("months")["months"]) == 12


@pytest.mark.parametrize("name", table("hints"))
def test_every_hint_finds_its_own_words(name: str) -> None:
    plain = [word for word in words(table("hints")[name]) if re.fullmatch(r"[a-z ]+", word)]
    assert plain
    assert all(hint(name).search(word) for word in plain)


def test_names_are_parted_by_commas_and_lines_and_each_counts_once() -> None:
    assert words("a b, c,\nd\n a b , ") == ("a b", "c", "d")
    assert re.fullmatch(alternatives("x*, y+"), "xen")
    assert not re.fullmatch(alternatives("x*, y+"), "y")


def test_what_is_said_first_of_a_name_weighs_most() -> None:
    assert names("Clients")["prenom"]["First name"] == SURE
    assert names("Clients")["first"]["First name"] == LIKELY
    assert names("Steps")["customer id"]["Client"] == MAYBE  # like a client, and as an ID
    assert names("Steps")["nom du client"]["Client"] == SURE
