"""Random sheets x random edits: reading back gives exactly the edit, twice is the same as once."""

from __future__ import annotations

import tempfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sheetops.errors import WriteRefused
from sheetops.stores.excel import edit
from sheetops.stores.excel.ooxml.cells import parse_address
from sheetops.stores.excel.read.read import read
from sheetops.workbook.raw import Value, address
from tests.examples import examples
from tests.stores.excel.build import MAIN, RELATIONS, STRICT, STRICT_RELATIONS, build
from tests.stores.excel.oracle import Verdict, judge_parts

START, END = datetime.fromisoformat("1904-01-02"), datetime.fromisoformat("2199-12-31")
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
VALUES: st.SearchStrategy[Value] = st.one_of(
    TEXT,
    st.sampled_from(
        ["=1+1", "+4", "-", "@x", "007", "NA", "1e3", "TRUE", "_x0041_", "a\r\nb", " x "]
    ),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(10**12), 10**12).map(float),
    st.booleans(),
    st.dates(date(1904, 1, 2), date(2199, 12, 31)),
    st.datetimes(START, END).map(
        lambda moment: moment.replace(microsecond=0, second=moment.second // 2 * 2)
    ),
    st.none(),
)
PLACES = st.tuples(st.integers(1, 12), st.integers(1, 8))


@st.composite
def cells(draw: st.DrawFn, place: str, p: str) -> str:
    """One cell as some writer would write it."""
    style = draw(st.sampled_from(["", ' s="1"', ' s="2"', " s='1'"]))
    kind = draw(st.integers(0, 11))
    return [
        f"<{p}c{place}{style}/>",
        f"<{p}c{place}{style}></{p}c>",
        f"<{p}c{place}{style}><{p}v>1.5</{p}v></{p}c>",
        f'<{p}c{place}{style} t="n"><{p}v>45000</{p}v></{p}c>',
        f'<{p}c{place}{style} t="s"><{p}v>1</{p}v></{p}c>',
        f'<{p}c{place}{style} t="inlineStr"><{p}is><{p}t>in &amp; out</{p}t></{p}is></{p}c>',
        f'<{p}c t="b"{place}{style}><{p}v>1</{p}v></{p}c >',
        f'<{p}c{place} t="e"{style}><{p}v>#N/A</{p}v></{p}c>',
        f"<{p}c{place}{style}>\n  <{p}v>7</{p}v>\n</{p}c>",
        f"<{p}c{place}{style}><!-- <{p}c r='Z9'/> --><{p}v>8</{p}v></{p}c>",
        f'<{p}c{place}{style} t="str"><{p}v><![CDATA[</c> > < & ]]></{p}v></{p}c>',
        f'<{p}c{place}{style} t="inlineStr"><{p}is><{p}r><{p}t>ri</{p}t></{p}r>'
        f'<{p}rPh sb="0" eb="1">'
        f"<{p}t>no</{p}t></{p}rPh><{p}r><{p}t>ch</{p}t></{p}r></{p}is></{p}c>",
    ][kind]


@st.composite
def sheets(draw: st.DrawFn) -> tuple[str, str]:
    """A tab's XML and its namespace."""
    p = draw(st.sampled_from(["", "", "x:", "main:"]))
    space = draw(st.sampled_from([MAIN, MAIN, STRICT]))
    numbered = draw(st.sampled_from([True, True, True, False]))
    rows = ""
    for number in sorted(draw(st.sets(st.integers(1, 12)))):
        here = numbered or draw(st.booleans())
        given_number = f' r="{number}"' if here else ""
        extra = draw(st.sampled_from(["", ' spans="1:3"', ' ht="20"', ' s="2" customFormat="1"']))
        columns = sorted(draw(st.sets(st.integers(1, 8), max_size=5)))
        body = "".join(
            draw(cells(f' r="{address(number, c)}"' if here else "", p)) for c in columns
        )
        gap = draw(st.sampled_from(["", "", "\n  ", "<!-- row -->"]))
        rows += f"{gap}<{p}row{given_number}{extra}>{body}</{p}row>" if body or here else ""
    name = f"xmlns:{p[:-1]}" if p else "xmlns"
    before = draw(st.sampled_from(["", f'<{p}dimension ref="A1:B2"/>']))
    before += draw(st.sampled_from(["", f'<{p}cols><{p}col min="2" max="3" style="2"/></{p}cols>']))
    after = draw(
        st.sampled_from(
            ["", f'<{p}mergeCells count="1"><{p}mergeCell ref="B2:C3"/></{p}mergeCells>']
        )
    )
    data = f"<{p}sheetData>{rows}</{p}sheetData>" if rows else f"<{p}sheetData/>"
    head = draw(st.sampled_from(["", '<?xml version="1.0" encoding="UTF-8"?>\n', "\ufeff"]))
    return f'{head}<{p}worksheet {name}="{space}">{before}{data}{after}</{p}worksheet>', space


@examples(1.2)
@given(sheets(), st.dictionaries(PLACES, VALUES, min_size=1, max_size=6), st.booleans())
def test_reading_back_gives_exactly_the_edit_and_a_second_edit_changes_no_byte(
    made: tuple[str, str], edits: dict[tuple[int, int], Value], wide: bool
) -> None:
    xml, space = made
    content: str | bytes = xml
    if wide and not xml.startswith("<?xml"):
        content = ("\ufeff" + xml.lstrip("\ufeff")).encode("utf-16-le")
    wanted = {address(*place): value for place, value in edits.items()}
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder) / "a.xlsx", Path(folder) / "b.xlsx"
        relations = STRICT_RELATIONS if space == STRICT else RELATIONS
        shared = "<si><t>zero</t></si><si><r><t>on</t></r><r><t>e</t></r></si>"
        build(before, {"T": content}, shared=shared, relations=relations, space=space)
        try:
            edit(before, {"T": wanted}, out=after)
        except WriteRefused as error:
            if "merged" not in str(error):
                raise
            return
        verdict = Verdict()
        judge_parts(before, after, {"T": wanted}, verdict)
        assert not verdict.harm
        rows = read(after).tabs["T"].rows
        for place, value in wanted.items():
            row, column = parse_address(place)
            line = rows[row - 1] if row <= len(rows) else []
            found = line[column - 1] if column <= len(line) else None
            assert same(found, value), (place, found, value)
        written = after.read_bytes()
        assert not edit(after, {"T": wanted}).changed
        assert after.read_bytes() == written


def same(found: Value, value: Value) -> bool:
    """A date-time of midnight is a date to the reader; "" is nothing."""
    if value == "":
        return found is None
    if isinstance(value, datetime):
        if isinstance(found, datetime):
            return abs(found - value) < timedelta(milliseconds=1)
        return value == datetime.combine(value, datetime.min.time()) and found == value.date()
    if isinstance(value, float) and isinstance(found, date | time | timedelta):
        return True  # a number in a cell whose style is a date is shown as one
    return type(found) is type(value) and found == value
