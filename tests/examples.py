"""How many examples a property is shown: few by default, many by `--hypothesis-profile=long`."""

from __future__ import annotations

from hypothesis import settings


def load_quick_profile() -> None:
    """Few examples for all; a profile that was asked for is loaded after this one."""
    settings.register_profile("long", max_examples=500, deadline=None)
    settings.register_profile("quick", max_examples=25, deadline=None)
    settings.load_profile("quick")


def examples(share: float) -> settings:
    """A share of the profile's examples, for a property of which one takes long, or very little."""
    profile = settings.get_profile(settings.get_current_profile_name())
    return settings(max_examples=max(1, round(share * profile.max_examples)))
