"""The page of a mail."""

from __future__ import annotations

from sheetops.mail.html import page


def test_one_line_right_above_a_list_is_its_title() -> None:
    shown = page("Today", "Good morning,\n\nStalled\n- Anna: <b>\n- Bert\n\nBye")
    assert '<h2 dir="auto"' in shown
    assert ">Stalled</h2>\n<ul" in shown
    assert '<li dir="auto">Anna: &lt;b&gt;</li>' in shown
    assert shown.count("<p ") == 2


def test_two_lines_above_a_list_are_a_paragraph() -> None:
    shown = page("Today", "Hello,\nplease bring:\n- cake")
    assert "<h2" not in shown
    assert "Hello,<br>\nplease bring:</p>" in shown
