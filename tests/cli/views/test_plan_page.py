"""The page of a plan: everything stands in it, all of it escaped, nothing comes from outside."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sheetops.cli.views import day as days
from sheetops.cli.views import day_page
from sheetops.model.history import History
from sheetops.plan.plan import Plan, make_plan
from sheetops.stores.excel.read.read import read
from sheetops.template import build, demo
from sheetops.workbook import book
from sheetops.workbook.raw import RawBook
from tests.cli.views.show_plans import CLIENTS, STEPS, plan_of

_VOID = {"meta", "br", "link", "img", "hr", "input"}


class _Reader(HTMLParser):
    """What a browser would see: tags in order, words, and whether tags are well nested."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def count(self, tag: str) -> int:
        return sum(1 for name, _ in self.tags if name == tag)


def page_of(given: Plan) -> str:
    return day_page.page(days.of_plan(given))


def shown(given: Plan) -> _Reader:
    return _Reader(page_of(given))


@pytest.fixture(scope="module")
def demo_plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    path = tmp_path_factory.mktemp("demo") / "demo.xlsx"
    day = date(2026, 11, 20)
    build(path, rows=demo.business(day), settings=demo.settings(day))
    return make_plan(book.read(read(path)), History(), day)


def test_the_page_says_what_the_day_asks_for() -> None:
    text = shown(plan_of()).text
    for words in (
        "Ledger & Lantern Plan for 20 Nov 2026",
        "Sending is on: 2 mails leave when this plan is applied.",
        "2 Stalled 1 On track",
        "한별 Stationery Stalled Waiting 9 working days on the client",
        "To Dún Café <dun@cafe.example.com>",
        "every one <b>waits</b>.",
        "Held until something is mended: 1",
        "Held Clients!C3: There is no Email to use",
        "Checked at becomes 20 Nov 2026 for 4 clients.",
        "Steps 3 rows Step Days waiting Due by Flag Why New Leaf Sign 0 27 Nov 2026 On track",
    ):
        assert words in text


def test_a_cell_shows_where_it_is_and_old_and_new() -> None:
    clients = ({**CLIENTS[0], "Flag": "On track"}, *CLIENTS[1:])
    found = page_of(plan_of(Clients=clients))
    row = r'Flag <span class="cell">Clients!\w+2</span></th>\s*<td dir="auto" class="old">On track'
    assert re.search(row + r'</td>\s*<td dir="auto" class="new">Stalled</td>', found)


def test_every_change_stands_in_the_page(demo_plan: Plan) -> None:
    text = shown(demo_plan).text
    for change in demo_plan.cells:
        cell = demo_plan.book.tables[change.tab].cell_of(change.key, change.heading)
        assert change.heading == "Checked at" or f"{change.tab}!{cell} " in text
    for mail in demo_plan.mails:
        assert " ".join(mail.body.split()) in text
    for problem in demo_plan.problems:
        assert problem.where in text
        assert " ".join(problem.mend.split()) in text


@pytest.mark.parametrize(
    ("sending", "words"),
    [
        ("preview", "Nothing is sent: Sending in Settings is preview. 1 follow-up would go out"),
        ("ask", "Sending in Settings is ask: only what somebody approved goes out, 1 mail today."),
        ("send", "Sending is on: 2 mails leave when this plan is applied."),
        ("rehearse to me", "This is a rehearsal: 2 mails would go to me@example.com and to nobody"),
    ],
)
def test_a_plain_sentence_says_whether_anything_is_sent(sending: str, words: str) -> None:
    settings = {"Sending": sending, "Rehearsal address": "me@example.com"}
    assert words in shown(plan_of(settings=settings)).text


@pytest.mark.parametrize(
    ("sending", "words"),
    [
        ("preview", "Sending in Settings is preview. Today nothing is due anyway."),
        ("ask", "Sending in Settings is ask, but no mail is to leave today."),
    ],
)
def test_it_is_said_where_nothing_is_due(sending: str, words: str) -> None:
    quiet = plan_of(settings={"Sending": sending}, without=["Messages", "Team"])
    assert words in shown(quiet).text


def test_a_preview_shows_the_letters_that_would_go_out() -> None:
    text = shown(plan_of(settings={"Sending": "preview"})).text
    assert "Follow-ups that would go out: 1" in text
    assert "Hello Dún Café," in text


def test_what_stands_in_the_workbook_is_escaped() -> None:
    nasty = "<script>alert(1)</script>\"'{{ 7*7 }}"
    clients = ({**CLIENTS[0], "Client": nasty, "Owner": nasty}, *CLIENTS[1:])
    steps = tuple({**step, "Client": "C1"} for step in STEPS[:3])
    team = ({"Name": nasty, "Email": "mei@example.com"},)
    settings = {"Business name": nasty}
    found = page_of(plan_of(Clients=clients, Steps=steps, Team=team, settings=settings))
    assert "<script" not in found
    assert _Reader(found).text.count(nasty) > 3
    assert "49" not in found


def test_nothing_is_loaded_from_outside_and_nothing_runs(demo_plan: Plan) -> None:
    seen = shown(demo_plan)
    asked = {"src", "srcset", "href", "action", "data", "poster", "background", "style"}
    links = [
        value
        for _, attributes in seen.tags
        for name, value in attributes.items()
        if name in asked or name.startswith("on")
    ]
    assert links
    assert all(str(link).startswith("#") for link in links)
    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in seen.tags}
    style = page_of(demo_plan).split("<style>")[1].split("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style
    assert any("default-src 'none'" in str(attributes) for _, attributes in seen.tags)


def test_the_page_can_be_read_by_ear(demo_plan: Plan) -> None:
    seen = shown(demo_plan)
    assert seen.count("h1") == 1
    assert dict(seen.tags[0][1]) == {"lang": "en"}
    assert all("scope" in attributes for tag, attributes in seen.tags if tag == "th")
    places = {attributes.get("id") for _, attributes in seen.tags}
    for tag, attributes in seen.tags:
        if tag == "a":
            assert str(attributes["href"]).removeprefix("#") in places
        if tag == "section":
            assert attributes["aria-labelledby"] in places
    assert seen.open == []


def test_a_workbook_that_cannot_be_used_still_has_a_page() -> None:
    empty = make_plan(book.read(RawBook("empty.xlsx", {})), History(), date(2026, 11, 20))
    text = shown(empty).text
    assert "No client has a flag today." in text
    assert "None: the workbook already shows all of this." in text
    assert "empty.xlsx" in text


def test_a_change_about_no_client_stands_under_its_tab() -> None:
    wrong = {"Time zone": "Mars/Olympus"}
    assert "Mars/Olympus" in shown(plan_of(settings=wrong)).text


_FRAME = """<!doctype html><body style="margin:0">
<iframe src="page.html" style="width:{wide}px;height:900px;border:0"
 onload="const root = this.contentDocument.documentElement;
 document.title = root.scrollWidth + ' of ' + this.contentWindow.innerWidth"></iframe>"""


@pytest.mark.debian
@pytest.mark.parametrize("wide", [360, 1200])
def test_chromium_lays_it_out_without_a_sideways_scroll(
    tmp_path: Path, demo_plan: Plan, wide: int
) -> None:
    browser = shutil.which("chromium")
    if browser is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    long_word = replace(demo_plan.problems[0], found="x" * 300)
    given = replace(demo_plan, problems=(long_word, *demo_plan.problems))
    (tmp_path / "page.html").write_text(page_of(given), encoding="utf-8")
    frame = tmp_path / "frame.html"
    frame.write_text(_FRAME.format(wide=wide), encoding="utf-8")
    asked = (
        f"--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --hide-scrollbars "
        f"--disable-background-networking --disable-component-update --disable-sync "
        f"--allow-file-access-from-files --user-data-dir={tmp_path / 'profile'} --dump-dom"
    )
    seen = subprocess.run(  # noqa: S603 # the browser of this computer, with our own page
        [browser, *asked.split(), frame.as_uri()], check=True, capture_output=True, timeout=60
    ).stdout.decode()
    assert f"<title>{wide} of {wide}</title>" in seen
