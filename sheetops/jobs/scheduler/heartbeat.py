"""A sign of life to somebody who notices silence: a URL in the style of Healthchecks.

`URL/start` is asked for when a job begins, `URL` when it ended well, `URL/fail` when it did not.
Nothing about clients is sent. A sign that cannot be given never stops a job.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import Literal

_SECONDS = 10.0
Sign = Literal["", "/start", "/fail"]


def give(url: str, sign: Sign) -> str:
    """Ask for the URL; why that failed, blank if it did not. `url` is checked by the settings to be
    https, or of this computer."""
    if not url:
        return ""
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}{sign}", timeout=_SECONDS):  # noqa: S310 # see above
            return ""
    except (urllib.error.URLError, OSError) as error:
        return f"The sign of life could not be given: {getattr(error, 'reason', error)}."
