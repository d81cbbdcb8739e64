"""The report's page: all of it stands there, escaped and well nested, and asks nobody for more."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise

from sheetops.report import page
from sheetops.report.report import Report, gather
from tests.report import made
from tests.report.mornings import of_demo, of_rows

_VOID = {"meta", "br", "link", "img", "hr", "input", "rect", "line", "circle"}
SECTIONS = (
    "The answer", "How loaded we are", "Whom we can take on, and when", "Who finishes",
    "Stalled clients, and what the delay costs", "Delays that repeat, and what to try",
    "The same service for every client", "Fit against outcome", "Hours given back",
    "Repeat and referred clients", "Who brings the revenue", "How good the last forecasts were",
    "What if", "What this rests on, and what was left out",
)  # fmt: skip


class Reader(HTMLParser):
    """What a browser would see: tags in order, headings, words; tags must be well nested."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.heads: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)
        if tag in {"h1", "h2", "h3", "h4"}:
            self.heads.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)
        if {"h1", "h2", "h3", "h4"} & set(self.open):
            level, said = self.heads[-1]
            self.heads[-1] = level, said + data

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def of_made() -> Report:
    return gather(of_demo(), made.capacity(), (made.what_if(),))


def shown(report: Report) -> Reader:
    return Reader(page.of_report(report))


def test_every_section_stands_under_a_heading_of_its_own() -> None:
    heads = shown(of_made()).heads
    assert tuple(said for level, said in heads if level == "h2") == SECTIONS
    assert [level for level, _ in heads].count("h1") == 1
    levels = [int(level[1]) for level, _ in heads]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_answer_stands_at_the_top_in_three_sentences() -> None:
    report = of_made()
    text = shown(report).text
    assert all(sentence in text for sentence in report.answer.sentences)
    assert text.index(report.answer.load) < text.index("How loaded we are")


def test_nothing_is_asked_of_anybody_outside_and_nothing_runs() -> None:
    html = page.of_report(of_made())
    read = Reader(html)
    links = [a.get("href") or a.get("src") for tag, a in read.tags if {"href", "src"} & set(a)]
    assert links
    assert all(link and link.startswith("#") for link in links)
    assert not re.search(r"url\(|@import|<script|<link|\son\w+=", html)
    assert "default-src 'none'" in html


def test_what_stands_in_the_workbook_is_escaped() -> None:
    html = page.of_report(of_made())
    assert "White glove &lt;b&gt;" in html
    assert "<b>:" not in html


def test_behind_every_picture_stands_a_table_with_a_caption_and_headings() -> None:
    read = shown(of_made())
    pictures, tables = len(read.named("svg")), len(read.named("table"))
    assert pictures == 1 + 2 + 1  # the team, two people, one record
    assert tables >= pictures
    assert len(read.named("caption")) == tables
    assert all(one.get("aria-hidden") == "true" for one in read.named("svg"))
    assert all(one.get("scope") for one in read.named("th"))


def test_every_section_says_how_it_is_known_one_click_away() -> None:
    html = page.of_report(of_made())
    for section in html.split("<section")[2:-2]:  # the answer, what if and the last need none
        assert '<details class="how">' in section, section[:80]


def test_every_link_leads_to_a_heading_of_the_page() -> None:
    read = shown(of_made())
    ids = {one["id"] for _, one in read.tags if "id" in one}
    wanted = {str(one["href"]).removeprefix("#") for one in read.named("a")}
    assert wanted <= ids
    labelled = {one["aria-labelledby"] for one in read.named("section")}
    assert labelled <= ids


def test_what_the_data_do_not_carry_is_said_to_be_missing() -> None:
    text = shown(gather(of_rows(), made.nothing())).text
    for said in (
        "How loaded the team is cannot be said yet: there is nobody in the tab Team",
        "Whom you can take on cannot be said yet: no offer is open.",
        "Not enough clients yet: 2 of 5 have finished.",
        "No client is in hand, so none can be stalled.",
        "The tabs Questions and Answers are not in use, so fit is not known.",
        "No tab Runs.",
        "Not enough clients yet: nobody has started.",
        "Not enough clients yet with a Value (0 of 10).",
        "No forecast has come due yet.",
        "No lead has a Chance %, so none is counted.",
    ):
        assert said in text.replace("\N{NO-BREAK SPACE}", " ")


def test_a_person_of_whom_nothing_is_known_has_no_picture() -> None:
    read = shown(of_made())
    assert "Hours per week of Aoife is blank in Team." in read.text
    assert [said.split()[0] for level, said in read.heads if level == "h4"] == [
        "Mei",
        "Tom",
        "Aoife",
    ]
