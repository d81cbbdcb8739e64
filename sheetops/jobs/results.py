"""What became of a run: the mails that left, and all that it did."""

from __future__ import annotations

from dataclasses import dataclass, field

from sheetops.model.mail import Mail
from sheetops.plan.plan import Plan
from sheetops.workbook.changes import Receipt
from sheetops.workbook.problem import Problem


@dataclass(frozen=True)
class SendResult:
    """What became of the day's mails: those accepted, and why others were not sent.

    `unfit` are the problems of mails that cannot be made safely; they are planned again.
    """

    accepted: tuple[Mail, ...] = ()
    not_sent: tuple[tuple[Mail, str], ...] = ()
    unfit: tuple[Problem, ...] = ()

    def then(self, later: SendResult) -> SendResult:
        """This and what a further attempt of the same run sent."""
        gone = {mail.key for mail in later.accepted}
        still = tuple(pair for pair in self.not_sent if pair[0].key not in gone)
        accepted = (*self.accepted, *later.accepted)
        return SendResult(accepted, (*still, *later.not_sent), (*self.unfit, *later.unfit))


@dataclass(frozen=True)
class Applied:
    """What a run did: the plan that was written, the store's receipt, and the mails."""

    run: str
    plan: Plan
    receipt: Receipt
    sending: SendResult = field(default_factory=SendResult)
