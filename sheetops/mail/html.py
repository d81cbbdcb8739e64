"""The text of a mail as a modest page: it reads well on a phone, and every value is escaped."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise

_LINK = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_AFTER_LINK = ".,;:!?)]}'"
_ITEM = "- "
_TITLE = "font-size:1em;margin:1.5em 0 .25em"


def page(subject: str, text: str) -> str:
    """A whole HTML page: paragraphs, lists of `- ` lines under their title, clickable links.

    It names no colours, so that each mail program uses its own for light and dark.
    """
    blocks = "\n".join(_blocks(text.split("\n")))
    return (
        '<!doctype html>\n<html><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        '<meta name="supported-color-schemes" content="light dark">'
        f"<title>{html.escape(subject)}</title></head>\n"
        '<body style="margin:0;padding:16px;overflow-wrap:anywhere;word-break:break-word;'
        "font:16px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif\">\n"
        f'<div style="max-width:38em;margin:0 auto">\n{blocks}\n</div>\n</body></html>\n'
    )


def _blocks(lines: Iterable[str]) -> Iterator[str]:
    groups = [(kind, list(group)) for kind, group in groupby(map(str.strip, lines), _kind)]
    for (kind, group), (next_kind, _) in pairwise([*groups, ("gap", [])]):
        if kind == "list":
            items = "".join(f'<li dir="auto">{_inline(line[2:])}</li>' for line in group)
            yield f'<ul style="margin:0 0 1em;padding-left:1.25em">{items}</ul>'
        elif kind == "words" and next_kind == "list" and len(group) == 1:
            # one line right above a list is its title
            yield f'<h2 dir="auto" style="{_TITLE}">{_inline(group[0])}</h2>'
        elif kind == "words":
            words = "<br>\n".join(_inline(line) for line in group)
            yield f'<p dir="auto" style="margin:0 0 1em">{words}</p>'


def _kind(line: str) -> str:
    if not line:
        return "gap"
    return "list" if line.startswith(_ITEM) else "words"


def _inline(text: str) -> str:
    """Escaped words, with http and https addresses made clickable and nothing else."""
    pieces: list[str] = []
    end = 0
    for found in _LINK.finditer(text):
        link = found[0].rstrip(_AFTER_LINK)
        pieces.append(html.escape(text[end : found.start()]))
        pieces.append(f'<a href="{html.escape(link)}">{html.escape(link)}</a>')
        end = found.start() + len(link)
    pieces.append(html.escape(text[end:]))
    return "".join(pieces)
