"""A mail as bytes arrives as meant, or is refused with the field and the mend."""

from __future__ import annotations

import dataclasses
import re
from datetime import date
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sheetops.errors import MailError
from sheetops.mail import message
from sheetops.mail.addresses import address
from sheetops.mail.message import envelope, to_bytes
from sheetops.model.mail import Mail, Purpose

MAIL = Mail(
    key="a1b2c3",
    day=date(2026, 11, 24),
    purpose=Purpose.FOLLOW_UP,
    client="C1",
    to="anna@example.com",
    to_name="Anna Murphy",
    subject="Your form is still open",
    body="Hello Anna,\n\n- form: https://forms.example/a?b=1&c=2.\n- <b>the deposit</b>\n\nThanks",
    reply_to="owen@example.com",
)


def built(mail: Mail = MAIL, business: str = "Bright Path", postal: str = "") -> bytes:
    return to_bytes(mail, sender="hello@example.com", business=business, postal=postal)


def read(content: bytes) -> EmailMessage:
    found = message_from_bytes(content, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def part(content: bytes, kind: str) -> str:
    found = read(content).get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


def shown_name(content: bytes, field: str) -> str:
    """By the older reader: Python 3.11's newer one adds spaces to long names."""
    raw = message_from_bytes(content)[field]
    ((name, _),) = getaddresses([raw])
    return str(make_header(decode_header(name)))


LONG_NAMES = ["محمد عبد الله " * 6, "日本語 " * 30, "Müller, Łódź & Söhne (Dublin) " * 5, "A" * 300]


@pytest.mark.parametrize("name", LONG_NAMES)
def test_a_long_name_of_any_script_arrives(name: str) -> None:
    content = built(changed(to_name=name, subject=name), business=name)
    assert shown_name(content, "To") == shown_name(content, "From") == " ".join(name.split())
    assert read(content)["Subject"] == " ".join(name.split())


def changed(**values: str) -> Mail:
    return dataclasses.replace(MAIL, **values)  # type: ignore[arg-type]  # texts only


def test_it_is_from_the_business_to_one_person_and_replies_go_to_the_owner() -> None:
    found = read(built())
    assert found.keys() == [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "Reply-To",
        "MIME-Version",
        "Content-Type",
    ]
    assert found["From"] == "Bright Path <hello@example.com>"
    assert found["To"] == "Anna Murphy <anna@example.com>"
    assert found["Reply-To"] == "owen@example.com"
    assert found["Auto-Submitted"] == "auto-generated"
    assert not found.defects


def test_every_retry_is_the_same_message() -> None:
    assert built() == built()
    found = read(built())
    assert found["Message-ID"] == "<a1b2c3.20261124@example.com>"
    assert found["Date"] == "Tue, 24 Nov 2026 07:00:00 +0000"


def test_the_date_is_in_the_time_zone_of_the_business() -> None:
    content = to_bytes(
        MAIL, sender="a@example.com", business="B", zone=ZoneInfo("America/New_York")
    )
    assert read(content)["Date"] == "Tue, 24 Nov 2026 07:00:00 -0500"


def test_any_server_takes_it_as_it_is() -> None:
    content = built(changed(subject="Größe", body="…" * 2000 + "\r\n.\r\nžluťoučký"))
    content.decode("ascii")
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert not any(b"\n" in line or b"\r" in line for line in lines)


def test_the_text_is_what_was_written() -> None:
    assert part(built(), "plain") == MAIL.body + "\n"


def test_the_page_has_lists_paragraphs_and_links_and_escapes_values() -> None:
    page = part(built(), "html")
    assert "<p" in page
    assert ">Hello Anna,</p>" in page
    assert '<a href="https://forms.example/a?b=1&amp;c=2">' in page
    assert "</a>.</li>" in page
    assert "&lt;b&gt;the deposit&lt;/b&gt;</li></ul>" in page
    assert page.count("<ul") == 1


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://x.example/", "data:text/html,x"])
def test_only_web_addresses_can_be_clicked(link: str) -> None:
    assert "<a " not in part(built(changed(body=f"see {link}")), "html")


def test_a_quote_cannot_leave_a_link() -> None:
    page = part(built(changed(body='https://x.example/"onmouseover="x')), "html")
    assert '"onmouseover' not in page


HOSTILE = {
    "subject": "Subject",
    "to_name": "To",
    "to": "To",
    "reply_to": "Reply-To",
}


@pytest.mark.parametrize("field", HOSTILE)
@pytest.mark.parametrize(
    "bad",
    [
        "x\r\nBcc: eve@example.com",
        "x\nBcc: eve@example.com",
        "x\x00y",
        "x\x85y",
        "x\u2028y",
        "=?utf-8?q?=0ABcc=3A_eve=40example=2Ecom?=",
        "\ud800",
    ],
)
def test_a_header_that_could_be_bent_is_refused_by_name(field: str, bad: str) -> None:
    with pytest.raises(MailError, match=HOSTILE[field]):
        built(changed(**{field: bad}))


@pytest.mark.parametrize(
    "subject", ["x\r\nBcc: eve@example.com", "=?utf-8?q?=0D=0ABcc=3A_eve=40example=2Ecom?="]
)
def test_even_without_that_the_finished_bytes_are_read_and_refused(
    monkeypatch: pytest.MonkeyPatch, subject: str
) -> None:
    monkeypatch.setattr(message, "_line", lambda _field, text: text)
    with pytest.raises(MailError, match="would not arrive as meant"):
        built(changed(subject=subject))


def test_the_business_name_is_guarded_as_well() -> None:
    with pytest.raises(MailError, match="Business name"):
        built(business="B\r\nBcc: eve@example.com")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "anna",
        "anna@example.com, eve@example.com",
        "anna@example.com;eve@example.com",
        "Anna <anna@example.com>",
        "anna@example.com\n",
        " anna@example.com",
        "änna@example.com",
        "=?utf-8?q?eve=40example=2Ecom?=@example.com",
        "anna@[127.0.0.1]",
        '"anna eve"@example.com',
    ],
)
def test_what_is_not_one_plain_address_is_refused(text: str) -> None:
    with pytest.raises(MailError, match="Email"):
        address("Email", text)


def test_an_address_of_another_script_is_written_in_ascii() -> None:
    assert address("Email", "anna@bücher.example") == "anna@xn--bcher-kva.example"


def test_a_blank_subject_is_refused() -> None:
    with pytest.raises(MailError, match="Subject is blank"):
        built(changed(subject="  "))


def test_half_a_character_in_the_body_is_refused() -> None:
    with pytest.raises(MailError, match="Body"):
        built(changed(body="odd \ud83d sign"))


def test_a_key_that_could_leave_the_message_id_is_refused() -> None:
    with pytest.raises(MailError, match="cannot name"):
        built(changed(key="a@b>\r\n"))


def test_marketing_carries_the_address_and_a_way_out() -> None:
    mail = dataclasses.replace(MAIL, marketing=True)
    content = built(mail, postal="1 Main Street, Dublin")
    assert read(content)["List-Unsubscribe"] == "<mailto:hello@example.com?subject=stop>"
    assert "1 Main Street, Dublin" in part(content, "plain")
    assert 'reply "stop"' in part(content, "plain")
    with pytest.raises(MailError, match="Postal address in Settings"):
        built(mail)


def test_service_mail_has_no_way_out() -> None:
    assert "List-Unsubscribe" not in read(built(postal="1 Main Street"))


def test_the_envelope_goes_to_the_row_and_nobody_else() -> None:
    found = envelope(changed(to="Anna@Bücher.example"), sender="hello@example.com", business="B")
    assert found.to == "Anna@xn--bcher-kva.example"
    assert found.sender == "hello@example.com"
    assert found.key == MAIL.key


def test_a_megabyte_passes() -> None:
    body = "A line of words.\n" * 60_000
    assert part(built(changed(body=body)), "plain") == body


words = st.text(max_size=200)


@given(words, words, words)
@example("Müller, Anna", "a" * 90 + ', ünd söhne "gmbh"', "x" * 300)
@example("(Anna)", "Bcc: eve@example.com", "Re: <eve@example.com>")
@example("a, b@example.com", '"', "\\")
def test_it_arrives_as_meant_or_not_at_all(to_name: str, subject: str, business: str) -> None:
    try:
        content = built(changed(to_name=to_name, subject=subject), business=business)
    except MailError:
        return
    found = read(content)
    recipients = [one.addr_spec for one in found["To"].addresses]
    assert recipients == ["anna@example.com"]
    assert shown_name(content, "To") == " ".join(to_name.split())
    assert shown_name(content, "From") == " ".join(business.split())
    assert found["Subject"] == " ".join(subject.split())
    assert not {"Bcc", "Cc"} & set(found.keys())
    assert len(re.findall(rb"(?im)^to:", content.split(b"\r\n\r\n")[0])) == 1


@given(st.text(max_size=400))
def test_any_text_is_read_back_as_it_was_written(body: str) -> None:
    try:
        content = built(changed(body=body))
    except MailError:
        assert "\\ud" in ascii(body)
        return
    meant = re.sub("\r\n?", "\n", body).rstrip() + "\n"
    assert part(content, "plain") == meant


@given(
    name=st.text(st.characters(codec="utf-8"), max_size=60),
    subject=st.text(st.characters(codec="utf-8"), max_size=120),
)
@example("Anna", "plain")
@example("Anna O'Neill, B.", "x" * 150)
@example("Zoë", "Grüße " * 30)
def test_the_quick_reader_of_headers_reads_what_pythons_reads(name: str, subject: str) -> None:
    try:
        content = built(dataclasses.replace(MAIL, to_name=name, subject=subject))
    except MailError:
        return
    head = content[: content.index(b"\r\n\r\n") + 4]
    assert message._PLAIN_HEAD.fullmatch(head)
    assert message._split(head) == list(message._READER.parsebytes(head).raw_items())
    for field, raw in message._split(head):
        whole = message._meaning(policy.default.header_fetch_parse(field, raw))
        assert message._read(field, raw) == whole


@pytest.mark.parametrize(
    "head",
    [
        b"To: a@b.cc\r\n\tx\r\n\r\n",
        b"To: a@b.cc\nBcc: e@f.gg\r\n\r\n",
        b"To: a@b.cc\r\n \r\nBcc: e@f.gg\r\n\r\n",
        b"To: a@b.cc\rBcc: e@f.gg\r\n\r\n",
        b"To: a@b.cc\x0bBcc: e@f.gg\r\n\r\n",
        b"To a@b.cc\r\n\r\n",
        b"To: a@b.cc\r\n\r\nBcc: e@f.gg\r\n\r\n",
    ],
)
def test_a_head_that_may_be_read_in_two_ways_is_not_read_quickly(head: bytes) -> None:
    assert not message._PLAIN_HEAD.fullmatch(head)
