"""Merge fields are filled in once, from the row, and nothing unclear is sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetops.systems.messages.merge_fields import Merged, fields_in, merge

ROW = {"First name": "Anna", "Email": "anna@example.com", "Promised by": "", "Result": "  "}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Hi {{First name}}!", "Hi Anna!"),
        ("Hi {{ first NAME }}!", "Hi Anna!"),
        ("Hi {{First\u00a0 name|there}}!", "Hi Anna!"),
        ("by {{Promised by|soon}}.", "by soon."),
        ("by {{Promised by| soon }}.", "by soon."),
        ("by {{Promised by|}}.", "by ."),
        ("{{First name}}{{First name}}", "AnnaAnna"),
        ("{First name} { } costs 5 } {", "{First name} { } costs 5 } {"),
        ("", ""),
    ],
)
def test_fields_are_filled_in(text: str, meant: str) -> None:
    assert merge(text, ROW) == Merged(meant)


def test_a_blank_without_a_fallback_is_named() -> None:
    found = merge("{{Result}} by {{promised BY}}, {{Result}}", ROW)
    assert found.blank == ("Result", "promised BY")
    assert not found.unknown
    assert not found.is_whole


@pytest.mark.parametrize("field", ["Frist name", "Frist name|there", "", "|there"])
def test_an_unknown_field_is_named_and_left_as_written(field: str) -> None:
    text = f"Hi {{{{{field}}}}}!"
    assert merge(text, ROW) == Merged(text, unknown=(field.partition("|")[0],))


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("Hi {{First name} you", "{{First name} you"),
        ("Hi {{First name you", "{{First name you"),
        ("Hi First name}} you", "Hi First name}}"),
        ("{{First {name}}", "{{First {name}}"),
        ("Hi {{First\nname", "{{First"),
    ],
)
def test_half_a_field_is_named_and_never_sent_unseen(text: str, piece: str) -> None:
    assert merge(text, ROW) == Merged(text, unknown=(piece,))


def test_a_merged_value_is_never_merged_again() -> None:
    fields = {"Client": "{{Email}} {{Client}} }} {{", "Email": "anna@example.com"}
    assert merge("Dear {{Client}}", fields) == Merged("Dear {{Email}} {{Client}} }} {{")


def test_fields_are_listed_once_in_order() -> None:
    text = "{{ Offer }} {{First name|you}} {{offer}} {{x} {{}}"
    assert fields_in(text) == ("Offer", "First name", "")


@given(st.dictionaries(st.sampled_from(["A", "b c", "Ünï"]), st.text(), min_size=3), st.text())
def test_values_stand_in_the_text_exactly(fields: dict[str, str], fallback: str) -> None:
    clean = fallback.translate(dict.fromkeys(map(ord, "{}")))
    found = merge(
        "<" + "|".join(f"{{{{{name.upper()}|{clean}}}}}" for name in fields) + ">", fields
    )
    meant = "|".join(value if value.strip() else clean.strip() for value in fields.values())
    assert found == Merged(f"<{meant}>")


@given(st.text(alphabet="{}|ab \n"))
def test_what_is_whole_holds_no_braces_of_a_field(text: str) -> None:
    found = merge(text, {"a": "X", "b": "Y"})
    if found.is_whole:
        assert "{{" not in found.text
        assert "}}" not in found.text


@given(st.text())
def test_text_without_fields_stays_as_it_is(text: str) -> None:
    if "{{" not in text and "}}" not in text:
        assert merge(text, ROW) == Merged(text)
