"""Pages that load nothing from outside and run nothing; every value is escaped."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


def render(template: str, **facts: Any) -> str:
    """One self-contained page from a template beside this module."""
    environment = Environment(
        loader=PackageLoader("sheetops", "cli/views"), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template(template).render(**facts)
