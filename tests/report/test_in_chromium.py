"""The report in a real browser: accessible by axe-core, and no wider than a desktop, phone or A4.

Chromium is Debian's package and axe-core comes in a wheel; where either is missing it is skipped.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from sheetops.report import page
from sheetops.report.gather import Report, gather
from tests.report import made
from tests.report.mornings import of_demo, of_rows

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AXE = importlib.util.find_spec("axe_core_python")
pytestmark = [
    pytest.mark.debian,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
PHONE, DESKTOP = 390, 1100
_ASK = """<script>{axe}</script>
<script>
document.querySelectorAll("details").forEach(one => one.open = true);
axe.run(document, {{resultTypes: ["violations"]}}).then(found => {{
  const told = document.createElement("pre");
  told.id = "told";
  told.textContent = JSON.stringify(found.violations.map(one => ({{
    id: one.id, impact: one.impact, nodes: one.nodes.map(node => node.html)}})));
  document.body.append(told);
}});
</script>"""
_MEASURE = """<iframe id="in" style="border:0;width:{width}px;height:600px" src="{name}"></iframe>
<script>
addEventListener("load", () => {{
  const page = document.getElementById("in").contentDocument.documentElement;
  const told = document.createElement("pre");
  told.id = "told";
  told.textContent = JSON.stringify([page.scrollWidth, page.clientWidth]);
  document.body.append(told);
}});
</script>"""


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


def chromium(folder: Path, *options: str) -> str:
    assert CHROMIUM is not None
    order = [
        CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
        "--allow-file-access-from-files", "--virtual-time-budget=20000",
        f"--user-data-dir={folder / 'profile'}", *options,
    ]  # fmt: skip
    done = subprocess.run(order, check=True, capture_output=True, text=True, timeout=180)  # noqa: S603 # our own page
    return done.stdout


def told(folder: Path, name: str, html: str, *options: str) -> Any:
    """What a page writes down in the end, as JSON."""
    path = folder / f"{name}.html"
    path.write_text(html, encoding="utf-8")
    dom = chromium(folder, *options, "--dump-dom", path.as_uri())
    found = re.search(r'<pre id="told">(.*?)</pre>', dom, re.DOTALL)
    assert found is not None
    return json.loads(unescape(found[1]))


def asked(html: str) -> str:
    """A copy of the page, allowed to run axe-core, with all that a click would show open."""
    assert AXE is not None
    assert AXE.origin is not None
    axe = (Path(AXE.origin).parent / "axe.min.js").read_text(encoding="utf-8")
    free = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)
    return free.replace("</body>", _ASK.format(axe=axe) + "</body>")


@pytest.mark.skipif(AXE is None, reason="axe-core-python is not installed")
@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("name", ["full", pytest.param("empty", marks=pytest.mark.long)])
def test_axe_finds_nothing(pages: Path, name: str, light: str) -> None:
    html = asked((pages / f"{name}.html").read_text(encoding="utf-8"))
    dark = ("--blink-settings=preferredColorScheme=0",) if light == "dark" else ()
    assert told(pages, f"asked-{name}-{light}", html, *dark, "--window-size=1100,900") == []


@pytest.mark.skipif(AXE is None, reason="axe-core-python is not installed")
def test_axe_finds_what_is_wrong(pages: Path) -> None:
    html = asked((pages / "empty.html").read_text(encoding="utf-8")).replace(' lang="en"', "")
    assert [one["id"] for one in told(pages, "broken", html)] == ["html-has-lang"]


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("name", ["full", "empty"])
def test_nothing_stands_out_at_the_side(pages: Path, name: str, width: int) -> None:
    frame = _MEASURE.format(width=width, name=f"{name}.html")
    needed, there = told(pages, f"frame-{name}-{width}", frame)
    assert needed <= there == width


def test_it_prints_on_a4_without_being_cut(pages: Path) -> None:
    path = pages / "full.pdf"
    chromium(pages, f"--print-to-pdf={path}", (pages / "full.html").as_uri())
    boxes = set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", path.read_bytes()))
    assert {(round(float(w)), round(float(h))) for w, h in boxes} <= {(595, 842), (596, 842)}
    assert boxes


@pytest.mark.parametrize("light", ["light", pytest.param("dark", marks=pytest.mark.long)])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_it_can_be_looked_at(pages: Path, width: int, light: str) -> None:
    """Screenshots, for whoever changes the page: they stand in pytest's folder (--basetemp)."""
    frame = pages / f"look-{width}.html"
    frame.write_text(
        f'<body style="margin:0"><iframe style="border:0;width:{width}px;height:5000px" '
        'src="full.html"></iframe>',
        encoding="utf-8",
    )
    shot = pages / f"full-{width}-{light}.png"
    dark = ("--blink-settings=preferredColorScheme=0",) if light == "dark" else ()
    chromium(pages, *dark, f"--window-size={width},5000", f"--screenshot={shot}", frame.as_uri())
    with Image.open(shot) as picture:
        seen = picture.convert("L").crop((0, 0, min(width, picture.width), 2000))
    darkest, brightest = seen.getextrema()
    assert (darkest, brightest) != (255, 255)
    corner = seen.getpixel((2, 2))
    assert isinstance(corner, int)
    assert (corner > 200) == (light == "light")
    assert brightest - darkest > 150  # words can be told from paper
