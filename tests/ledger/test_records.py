"""A mail as the ledger keeps it: what is recorded as its purpose, and what is read back."""

from __future__ import annotations

import json
from dataclasses import replace

from sheetops.ledger.records import mail_as_text, mail_from_text
from sheetops.model.mail import Audience, Mail, Purpose
from sheetops.workbook.choices import MessageKind, SendMode
from tests.ledger.ledger_mails import item, mail


def to_third_party() -> Mail:
    asked = replace(
        item(), audience=Audience.THIRD_PARTY, send=SendMode.ASK, kind=MessageKind.SERVICE
    )
    return replace(mail("C1", asked, to="Lena@Example.com"), purpose=Purpose.THIRD_PARTY)


def test_a_mail_to_a_third_party_is_recorded_by_its_address() -> None:
    text = json.loads(mail_as_text(to_third_party()))
    assert text["purpose"] == "third party lena@example.com"
    assert text["items"][0]["audience"] == "third party"


def test_what_was_recorded_is_read_back_as_it_was() -> None:
    for kept in (to_third_party(), mail("C1"), replace(mail("C1"), purpose=Purpose.DIGEST)):
        again = mail_from_text(mail_as_text(kept))
        assert again == kept
        assert type(again.purpose) is Purpose
        assert type(again.items[0].audience) is Audience
        assert type(again.items[0].send) is SendMode
        assert type(again.items[0].kind) is MessageKind
