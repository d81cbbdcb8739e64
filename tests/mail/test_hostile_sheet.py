"""Whatever a workbook holds, nothing reaches anyone whom the row does not name."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from sheetops.errors import MailError
from sheetops.jobs import daily
from sheetops.mail import Outcome
from sheetops.mail.addresses import address
from sheetops.mail.message import envelope, message_id, message_id_of, to_bytes
from sheetops.mail.smtp import SmtpTransport
from sheetops.settings import MailSettings
from sheetops.workbook.homoglyphs import misleading
from sheetops.workbook.raw import Value
from tests.jobs.small import ROWS, Business
from tests.mail.test_message import MAIL, built, part, read
from tests.smtp_servers import Delivered, SmtpServer

EVE = "eve@example.org"


@pytest.fixture(scope="module")
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        yield running


def settings(server: SmtpServer) -> MailSettings:
    return MailSettings(
        transport="smtp", host="127.0.0.1", port=server.port, security="none", timeout=10
    )


# ---- straight to the server

NASTY = st.one_of(
    st.text(max_size=120),
    st.lists(
        st.sampled_from(
            ["\r\n", "\n", "\r", ".", "\r\n.\r\n", f"Bcc: {EVE}", f"RCPT TO:<{EVE}>", "=?utf-8?q?",
             "?=", "=0D=0A", ",", ";", "<", ">", '"', "\\", f"{EVE}", "MAIL FROM:<x@y.zz>", "DATA",
             "QUIT", "{{Email}}", "=1+1", "\u202e", "\x00", "\x85", "\u2028", "ü", " ", "\t", "a"]
        ),
        max_size=12,
    ).map("".join),
)  # fmt: skip


@hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(to_name=NASTY, subject=NASTY, body=NASTY, business=NASTY)
@example(f'"a" <{EVE}>, b', f"x\r\nBcc: {EVE}", f"\r\n.\r\nRCPT TO:<{EVE}>\r\n", f"Me <{EVE}>")
@example("Anna", "Hi", f"\n.\nMAIL FROM:<a@b.cc>\nRCPT TO:<{EVE}>\nDATA\nx\n.\n", "B")
def test_whatever_the_words_only_the_recipient_has_it(
    server: SmtpServer, to_name: str, subject: str, body: str, business: str
) -> None:
    mail = dataclasses.replace(MAIL, to_name=to_name, subject=subject, body=body)
    server.delivered.clear()
    try:
        one = envelope(mail, sender="hello@example.com", business=business)
    except MailError:
        return
    with SmtpTransport(settings(server)) as transport:
        assert transport.hand_over(one, lambda: None).outcome is Outcome.ACCEPTED
    (delivered,) = server.delivered
    assert (delivered.sender, delivered.to) == ("hello@example.com", [MAIL.to])
    assert addressed_to(delivered.message) == [MAIL.to]


def addressed_to(message: EmailMessage) -> list[str]:
    """Everybody in any header that a mail program may deliver to."""
    fields = [str(v) for f in ("To", "Cc", "Bcc", "Resent-To") for v in message.get_all(f, [])]
    return [one for _, one in getaddresses(fields)]


@given(NASTY)
@example(f"anna@example.com, {EVE}")
@example(f"anna@example.com;{EVE}")
@example(f"anna@example.com {EVE}")
@example(f"anna@example.com\r\nRCPT TO:<{EVE}>")
@example(f"anna@example.com> SIZE=1\r\nRCPT TO:<{EVE}")
@example(f'"anna@example.com {EVE}"@example.com')
@example(f"anna%example.org@example.com,{EVE}")
def test_a_cell_holds_one_plain_address_or_none(text: str) -> None:
    for candidate in (text, f"anna@example.com{text}", f"{text}@example.com"):
        try:
            one = address("Email", candidate)
        except MailError:
            continue
        assert one.isascii()
        assert one.isprintable()
        assert one.count("@") == 1
        assert not set(one) & set(' <>,;:"\\()[]')


# ---- names that look like others

LOOKALIKES = [
    ("ex\u0430mple.com", "mixes Cyrillic and Latin"),
    ("xn--exmple-4nf.com", "mixes Cyrillic and Latin"),
    ("\u0430\u0440\u0440\u04cf\u0435.com", "pass for Latin"),
    ("mail.\u0430\u0440\u0440\u04cf\u0435.com", "pass for Latin"),
    ("g\u03bf\u03bfgle.com", "mixes Greek and Latin"),
    ("paypa\u0131.com", "passes for another letter"),
    ("\u0261oogle.com", "passes for another letter"),
]


@pytest.mark.parametrize(("domain", "why"), LOOKALIKES)
@pytest.mark.parametrize("field", ["to", "reply_to"])
def test_a_domain_that_looks_like_another_is_refused_with_the_reason(
    field: str, domain: str, why: str
) -> None:
    with pytest.raises(MailError, match=why):
        built(dataclasses.replace(MAIL, **{field: f"anna@{domain}"}))  # type: ignore[arg-type]  # texts only


@pytest.mark.parametrize(
    "domain",
    [
        "bücher.example", "почта.рф", "почта.ru", "例え.jp", "tokyoタワー.jp", "한국.kr",
        "παράδειγμα.gr", "ωρα.gr", "مثال.example", "\u0131\u015f\u0131k.tr", "café-Ünïted.fr",
        "ABC.com",
    ],
)  # fmt: skip
def test_an_honest_domain_of_any_script_passes(domain: str) -> None:
    assert misleading(domain) == ""
    assert address("Email", f"anna@{domain}").isascii()


@pytest.mark.parametrize("sign", "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069")
@pytest.mark.parametrize("field", ["to_name", "subject"])
def test_signs_that_turn_a_name_around_are_refused_by_number(field: str, sign: str) -> None:
    with pytest.raises(MailError, match=f"U\\+{ord(sign):04X}"):
        built(dataclasses.replace(MAIL, **{field: f"Anna{sign}moc.elpmaxe"}))  # type: ignore[arg-type]  # texts only


def test_marks_of_arabic_and_hebrew_names_may_stay() -> None:
    assert built(dataclasses.replace(MAIL, to_name="محمد\u200f (Anna\u200e)"))


# ---- size


def test_a_body_of_a_megabyte_arrives_and_one_of_three_is_refused(server: SmtpServer) -> None:
    server.delivered.clear()
    body = "A line of words, ünd more.\n" * 40_000
    one = envelope(
        dataclasses.replace(MAIL, body=body), sender="hello@example.com", business="Bright Path"
    )
    with SmtpTransport(settings(server)) as transport:
        assert transport.hand_over(one, lambda: None).outcome is Outcome.ACCEPTED
    assert part(server.delivered[0].content, "plain") == body
    with pytest.raises(MailError, match="3,000,000 characters long"):
        built(dataclasses.replace(MAIL, body="x" * 3_000_000))


# ---- one thread


def test_a_ladder_is_one_thread() -> None:
    first = message_id(MAIL, "hello@example.com")
    assert first == message_id_of(MAIL.key, MAIL.day, "hello@example.com")
    second = f"<k2.20261201@{'long-domain-' * 4}.example>"
    content = built(dataclasses.replace(MAIL, key="k3", thread=(first, second)))
    assert read(content)["In-Reply-To"] == second
    assert str(read(content)["References"]).split() == [first, second]
    assert "References" not in read(built())


def test_a_long_thread_names_the_first_and_the_last() -> None:
    names = tuple(f"<k{n}.20261201@example.com>" for n in range(40))
    content = built(dataclasses.replace(MAIL, thread=names))
    assert str(read(content)["References"]).split() == [names[0], *names[-9:]]
    assert max(map(len, content.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("bad", ["", "k1", f"<a@b.cc>\r\nBcc: {EVE}", "<a@b.cc> <c@d.ee>"])
def test_a_thread_of_something_else_is_refused(bad: str) -> None:
    with pytest.raises(MailError, match="no Message-ID"):
        to_bytes(dataclasses.replace(MAIL, thread=(bad,)), sender="hello@example.com", business="B")


# ---- from the sheet to the server

HOSTILE = [
    ("First name", "{{Email}} {{Owner}}"),
    ("First name", "=1+1"),
    ("Client", "{{Step}} {{{{Email}}}}"),
    ("Client", '=HYPERLINK("https://evil.example","Anna")'),
    ("First name", f"=?utf-8?q?=0ABcc=3A_{EVE}?="),
    ("Client", f"=?utf-8?q?x=0ABcc=3A_{EVE}?="),
    ("Client", f"Anna, {EVE}"),
    ("Client", f'"Anna" <{EVE}>'),
    ("Client", f"Anna\r\nBcc: {EVE}"),
    ("Client", f"\u202eAnna {EVE}"),
    ("First name", f"Anna\n.\nRCPT TO:<{EVE}>"),
    ("Email", f"anna@example.com, {EVE}"),
    ("Email", f"anna@example.com;{EVE}"),
    ("Email", f"anna@example.com\n{EVE}"),
    ("Email", f"Anna <anna@example.com>, {EVE}"),
    ("Email", f"anna@example.com?bcc={EVE}"),
    ("Email", "anna@ex\u0430mple.com"),
]
"""By client, what staff or a client's form put into which cell."""
Sent = dict[str, list[Delivered]]


def hostile_business(folder: Path) -> Business:
    """A client for each hostile cell, and one more who has nothing odd."""
    rows: dict[str, list[dict[str, Value]]] = {
        tab: [dict(row) for row in found] for tab, found in ROWS.items()
    }
    like = rows["Clients"][0]
    rows["Clients"] = [
        {**like, "Client ID": f"H{n}", "Client": f"Name {n}", "Email": f"h{n}@example.com"}
        for n in range(len(HOSTILE) + 1)
    ]
    business = Business(folder, rows, {"Mails per minute at most": "1000"})

    def type_them(sheet: Any, columns: dict[str, int]) -> None:
        for row, (heading, value) in enumerate(HOSTILE, 2):
            cell = sheet.cell(row, columns[heading])
            cell.value = value
            cell.data_type = "s"  # a text, also where it begins like a formula

    business.edit("Clients", type_them)
    return business


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Sent:
    """By recipient of the envelope, what came of a whole day with the hostile workbook."""
    business = hostile_business(tmp_path_factory.mktemp("hostile"))
    with SmtpServer() as server:
        own = business.settings.model_copy(update={"mail": settings(server)})
        asked = dataclasses.replace(business.request(force=True), settings=own, all_at_once=True)
        daily.daily(asked)
    found: Sent = {}
    for one in server.delivered:
        (to,) = one.to
        found.setdefault(to, []).append(one)
    return found


def test_nobody_has_mail_whom_no_row_names(delivered: Sent) -> None:
    rows = {f"h{n}@example.com" for n in range(len(HOSTILE) + 1)}
    assert delivered.keys() <= {*rows, "mei@example.org"}
    for to, (one, *more) in delivered.items():
        assert addressed_to(one.message) == [to]
        assert not more


def test_one_hostile_row_keeps_no_mail_from_the_others(delivered: Sent) -> None:
    assert f"h{len(HOSTILE)}@example.com" in delivered


@pytest.mark.parametrize("n", [n for n, (heading, _) in enumerate(HOSTILE) if heading == "Email"])
def test_a_cell_of_two_addresses_or_a_misleading_one_has_no_mail(delivered: Sent, n: int) -> None:
    assert f"h{n}@example.com" not in delivered


def test_a_field_in_a_name_is_not_filled_in(delivered: Sent) -> None:
    assert "Hello {{Email}} {{Owner}}," in part(delivered["h0@example.com"][0].content, "plain")


def test_a_formula_in_a_name_is_only_a_name(delivered: Sent) -> None:
    assert "Hello =1+1," in part(delivered["h1@example.com"][0].content, "plain")


def test_the_sheet_says_what_is_wrong_before_anything_is_sent(tmp_path: Path) -> None:
    plan = daily.preview(hostile_business(tmp_path).request())
    found = {one.cell for one in plan.problems if one.tab == "Clients" and "@" in one.found}
    assert len(found) >= len([1 for heading, _ in HOSTILE if heading == "Email"])
    (problem,) = [one for one in plan.problems if "mixes Cyrillic" in one.found]
    assert "letter by letter" in problem.mend
