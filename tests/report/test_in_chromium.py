"""The report in a real browser: accessible by axe-core, and no wider than a desktop, phone or A4.

Chromium is Debian's package and axe-core comes in a wheel; where either is missing it is skipped.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from sheetops.report import page
from sheetops.report.report import Report, gather
from tests.report import made
from tests.report.browser import CHROMIUM, Browser, browser
from tests.report.mornings import of_demo, of_rows

AXE = importlib.util.find_spec("axe_core_python")
pytestmark = [
    pytest.mark.debian,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
PHONE, DESKTOP = 390, 1100
_FIND = """(document.querySelectorAll("details").forEach(one => one.open = true),
axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations.map(
  one => ({id: one.id, impact: one.impact, nodes: one.nodes.map(node => node.html)}))))"""


def reports() -> dict[str, Report]:
    return {
        "full": gather(of_demo(), made.capacity(), (made.what_if(),), ("Tom cannot be away.",)),
        "empty": gather(of_rows(), made.nothing()),
    }


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    for name, report in reports().items():
        (folder / f"{name}.html").write_text(page.of_report(report), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all: starting it takes longer than looking at a page."""
    with browser(tmp_path_factory.mktemp("profile")) as started:
        yield started


def violations(chromium: Browser) -> list[dict[str, Any]]:
    """What axe-core finds on the page, with all that a click would show open."""
    assert AXE is not None
    assert AXE.origin is not None
    chromium.ask((Path(AXE.origin).parent / "axe.min.js").read_text(encoding="utf-8") + ";0")
    found: list[dict[str, Any]] = chromium.ask(_FIND)
    return found


@pytest.mark.skipif(AXE is None, reason="axe-core-python is not installed")
@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("name", ["full", "empty"])
def test_axe_finds_nothing(pages: Path, chromium: Browser, name: str, light: str) -> None:
    chromium.open(pages / f"{name}.html", DESKTOP, is_dark=light == "dark")
    assert violations(chromium) == []


@pytest.mark.skipif(AXE is None, reason="axe-core-python is not installed")
def test_axe_finds_what_is_wrong(pages: Path, chromium: Browser) -> None:
    path = pages / "broken.html"
    html = (pages / "empty.html").read_text(encoding="utf-8").replace(' lang="en"', "")
    path.write_text(html, encoding="utf-8")
    chromium.open(path, DESKTOP)
    assert [one["id"] for one in violations(chromium)] == ["html-has-lang"]


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("name", ["full", "empty"])
def test_nothing_stands_out_at_the_side(
    pages: Path, chromium: Browser, name: str, width: int
) -> None:
    chromium.open(pages / f"{name}.html", width, is_phone=width == PHONE)
    page = "document.documentElement"
    needed, there = chromium.ask(f"[{page}.scrollWidth, {page}.clientWidth]")
    assert needed <= there == width


def test_it_prints_on_a4_without_being_cut(pages: Path, chromium: Browser) -> None:
    chromium.open(pages / "full.html", DESKTOP)
    boxes = set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", chromium.printed()))
    assert {(round(float(w)), round(float(h))) for w, h in boxes} <= {(595, 842), (596, 842)}
    assert boxes


@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_it_can_be_looked_at(pages: Path, chromium: Browser, width: int, light: str) -> None:
    """Screenshots, for whoever changes the page: they stand in pytest's folder (--basetemp)."""
    chromium.open(pages / "full.html", width, is_dark=light == "dark", is_phone=width == PHONE)
    shot = chromium.picture()
    (pages / f"full-{width}-{light}.png").write_bytes(shot)
    with Image.open(BytesIO(shot)) as picture:
        assert picture.width == width
        assert picture.height > 2000
        seen = picture.convert("L").crop((0, 0, width, 2000))
    darkest, brightest = seen.getextrema()
    assert isinstance(darkest, float | int)
    assert isinstance(brightest, float | int)
    corner = seen.getpixel((2, 2))
    assert isinstance(corner, int)
    assert (corner > 200) == (light == "light")
    assert brightest - darkest > 150  # words can be told from paper
