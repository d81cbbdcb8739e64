"""`sheetops doctor` finds what is set up wrongly, one line each, and sends only if asked to."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from sheetops.jobs import doctor
from sheetops.jobs.doctor import Check
from sheetops.settings import MailSettings, Settings
from tests.command_line import Command
from tests.jobs.small import ROWS, Business
from tests.mail.conftest import LOGIN, SECRET, SettingsFor
from tests.smtp_servers import SmtpServer

OWNER = {"Owner's address": "owen@example.org"}
Wrong = Mapping[str, str]


def found(settings: Settings, *, send_test: bool = False) -> dict[str, Check]:
    """By name, what the doctor found."""
    return {check.name: check for check in doctor.examine(settings, send_test=send_test)}


def wrong(checks: Mapping[str, Check]) -> Wrong:
    for check in checks.values():
        assert check.ok == (not check.mend)
    return {name: check.mend for name, check in checks.items() if not check.ok}


def over(business: Business, mail: MailSettings) -> Settings:
    return business.settings.model_copy(update={"mail": mail})


def test_a_folder_in_order(tmp_path: Path) -> None:
    checks = found(Business(tmp_path, settings=OWNER).settings)
    assert wrong(checks) == {}
    assert "nothing is sent" in checks["Outbox"].found


def test_a_test_message_into_the_folder(tmp_path: Path) -> None:
    business = Business(tmp_path, settings=OWNER)
    assert found(business.settings, send_test=True)["Test message"].ok
    (name,) = business.mails()
    assert name.startswith("test-")


def test_a_server_in_order_and_nothing_is_sent(
    tmp_path: Path, ca: trustme.CA, ca_file: Path, settings_for: SettingsFor
) -> None:
    business = Business(tmp_path, settings=OWNER)
    with SmtpServer(security="starttls", ca=ca, logins={LOGIN: SECRET}) as server:
        mail = settings_for(server, security="starttls", login=LOGIN, ca_file=ca_file)
        checks = found(over(business, mail))
        assert server.delivered == []
        assert server.commands == ["mail"]
    assert wrong(checks) == {}
    assert checks["Encryption"].found.startswith("TLSv1.")


def test_a_test_message_goes_to_the_owner_and_nobody_else(
    tmp_path: Path, settings_for: SettingsFor
) -> None:
    business = Business(tmp_path, settings=OWNER)
    with SmtpServer() as server:
        checks = found(over(business, settings_for(server)), send_test=True)
    assert wrong(checks) == {}
    assert [one.to for one in server.delivered] == [["owen@example.org"]]


@pytest.mark.parametrize(
    ("name", "settings", "mend"),
    [
        ("Owner's address", {}, "Fill in Owner's address"),
        ("Sender address", {**OWNER, "Sender address": ""}, "Fill in Sender address"),
        ("Rehearsal address", {**OWNER, "Sending": "rehearse to me"}, "Fill in Rehearsal address"),
    ],
)
def test_addresses_that_are_missing(
    tmp_path: Path, name: str, settings: Mapping[str, str], mend: str
) -> None:
    mends = wrong(found(Business(tmp_path, settings=settings).settings))
    assert mends.keys() == {name}
    assert mend in mends[name]


@pytest.mark.parametrize("how", [{"Kind": "marketing"}, {"Part": "referral"}])
def test_marketing_needs_the_postal_address(tmp_path: Path, how: Mapping[str, str]) -> None:
    rows: dict[str, Any] = {**ROWS, "Messages": [{**ROWS["Messages"][0], **how}]}
    business = Business(tmp_path, rows, OWNER)
    assert wrong(found(business.settings)).keys() == {"Postal address"}
    business = Business(tmp_path, rows, {**OWNER, "Postal address": "1 Main Street"})
    assert wrong(found(business.settings)) == {}


def test_a_workbook_that_is_missing_does_not_hide_the_server(
    tmp_path: Path, settings_for: SettingsFor
) -> None:
    business = Business(tmp_path)
    business.path.unlink()
    with SmtpServer() as server:
        checks = found(over(business, settings_for(server)))
    assert wrong(checks).keys() == {"Workbook"}
    assert checks["Mail server"].ok


def test_a_server_that_is_not_there(tmp_path: Path, settings_for: SettingsFor) -> None:
    with SmtpServer() as server, socket.socket() as taken:  # by nobody who listens
        taken.bind(("127.0.0.1", 0))
        mail = settings_for(server, port=taken.getsockname()[1])
        mends = wrong(found(over(Business(tmp_path, settings=OWNER), mail)))
    assert "Check host, port and security" in mends["Mail server"]


def test_a_wrong_secret(
    tmp_path: Path, ca: trustme.CA, ca_file: Path, settings_for: SettingsFor
) -> None:
    with SmtpServer(security="tls", ca=ca, logins={LOGIN: "another"}) as server:
        mail = settings_for(server, security="tls", login=LOGIN, ca_file=ca_file)
        mends = wrong(found(over(Business(tmp_path, settings=OWNER), mail)))
    assert "Check login and the stored secret" in mends["Mail server"]


def test_a_sender_who_is_refused(tmp_path: Path, settings_for: SettingsFor) -> None:
    with SmtpServer(script={"mail": ["553 5.7.1 hello@example.org is not yours"]}) as server:
        checks = found(over(Business(tmp_path, settings=OWNER), settings_for(server)))
    assert "must be one that this login may send from" in wrong(checks)["Sender"]
    assert "hello@" not in checks["Sender"].found


@pytest.mark.parametrize(("days", "ok"), [(5, False), (90, True)])
def test_a_certificate_that_ends_soon(  # noqa: PLR0913, PLR0917 # fixtures
    tmp_path: Path, days: int, ok: bool, ca: trustme.CA, ca_file: Path, settings_for: SettingsFor
) -> None:
    until = datetime.now(UTC) + timedelta(days=days)
    leaf = ca.issue_cert("127.0.0.1", not_after=until)
    with SmtpServer(security="tls", certificate=leaf) as server:
        mail = settings_for(server, security="tls", ca_file=ca_file)
        check = found(over(Business(tmp_path, settings=OWNER), mail))["Encryption"]
    assert check.ok is ok
    assert ("renew its certificate" in check.mend) is not ok


def test_an_outbox_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    mends = wrong(found(Business(tmp_path, settings=OWNER).settings))
    assert "Let this account write the folder" in mends["Outbox"]


def test_the_command_prints_a_line_a_check_and_its_mend(
    tmp_path: Path,
    sheetops: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Business(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sheetops.toml").write_text('[workbook]\npath = "clients.xlsx"\n')
    ended = sheetops("doctor")
    assert ended.status == 1
    assert "BAD  Owner's address: blank\n     Fill in Owner's address in Settings." in ended.out
    assert "ok   Outbox: " in ended.out
    told = json.loads(sheetops("doctor", "--json").out)
    assert [one["name"] for one in told if not one["ok"]] == ["Owner's address"]
    assert not (tmp_path / "outbox").exists()
