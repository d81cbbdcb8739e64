"""What staff may choose in the workbook's lists, where the rules ask for it by name.

The members are plain text wherever they are written, stored or compared with a cell.
"""

from __future__ import annotations

from enum import StrEnum


def texts_of(choices: type[StrEnum]) -> tuple[str, ...]:
    """The choices of a list as plain texts, in their order."""
    return tuple(choice.value for choice in choices)


class Status(StrEnum):
    """What a client's Status may be. The last two get no follow-up, ever."""

    LEAD = "Lead"
    ACTIVE = "Active"
    WAITING = "Waiting"
    PAUSED = "Paused"
    FINISHED = "Finished"
    REFUNDED = "Refunded"
    DO_NOT_SERVE = "Do not serve"


class Flag(StrEnum):
    """What may be said of a client or step, the most serious first; a client shows one."""

    DATA_PROBLEM = "Data problem"
    UNHAPPY = "Unhappy"
    STALLED = "Stalled"
    ON_COURSE_TO_MISS = "On course to miss"
    LATE = "Late"
    INACTIVE = "Inactive"
    NOT_READY = "Not ready"
    DUE_SOON = "Due soon"
    PAUSED = "Paused"
    ON_TRACK = "On track"


class Sending(StrEnum):
    """How far mail may go by itself: the setting `Sending`."""

    PREVIEW = "preview"
    REHEARSE = "rehearse to me"
    ASK = "ask"
    SEND = "send"

    @property
    def is_live(self) -> bool:
        """Whether mail may reach clients, with or without approval."""
        return self in {Sending.ASK, Sending.SEND}


class SendMode(StrEnum):
    """How one message leaves: by itself, once approved, or never but as a prompt to a person."""

    AUTO = "auto"
    ASK = "ask"
    BY_HAND = "by hand"


class MessageKind(StrEnum):
    """Service mail, or marketing, which needs the client's consent."""

    SERVICE = "service"
    MARKETING = "marketing"


class Recipient(StrEnum):
    """Whom a message names in its column To."""

    CLIENT = "client"
    OWNER = "owner"
    THIRD_PARTY = "third party"


class Decision(StrEnum):
    """What a person decides of a follow-up in its row."""

    SEND = "Send"
    HOLD = "Hold"
    SKIP = "Skip"
    DONE_BY_HAND = "Done by hand"
