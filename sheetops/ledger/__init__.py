"""The ledger: what was sent, what was seen, and how runs ended.

`Ledger` is all that other rooms need; the records that it answers with stand beside it.
"""

from sheetops.ledger.ledger import Ledger
from sheetops.ledger.records import Claim, Entry, Known, LeftOut, Run, Settled
from sheetops.ledger.transitions import RETRY_AFTER, CanTell
from sheetops.model.history import Written

__all__ = [
    "RETRY_AFTER",
    "CanTell",
    "Claim",
    "Entry",
    "Known",
    "Ledger",
    "LeftOut",
    "Run",
    "Settled",
    "Written",
]
