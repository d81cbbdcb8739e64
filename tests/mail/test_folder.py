"""The folder transport leaves whole files or none, and can tell afterwards."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from sheetops.errors import MailError
from sheetops.mail import Envelope, Outcome, Transport
from sheetops.mail import folder as folder_module
from sheetops.mail.folder import FolderTransport

LETTER = Envelope("k1", "hello@example.com", "anna@example.com", b"Subject: x\r\n\r\nHello\r\n")


def nothing() -> None:
    """What a ledger would do before the body."""


def test_one_complete_file_named_by_its_key(tmp_path: Path) -> None:
    transport: Transport = FolderTransport(tmp_path / "new" / "outbox")
    assert transport.hand_over(LETTER, nothing).outcome is Outcome.ACCEPTED
    assert [file.name for file in (tmp_path / "new" / "outbox").iterdir()] == ["k1.eml"]
    assert (tmp_path / "new" / "outbox" / "k1.eml").read_bytes() == LETTER.content


def test_it_can_tell_what_it_accepted(tmp_path: Path) -> None:
    transport = FolderTransport(tmp_path / "outbox")
    assert transport.was_accepted("k1") is False
    transport.hand_over(LETTER, nothing)
    assert transport.was_accepted("k1") is True
    assert transport.was_accepted("k2") is False


def test_the_ledger_knows_before_the_first_byte(tmp_path: Path) -> None:
    transport = FolderTransport(tmp_path)
    seen: list[list[Path]] = []
    transport.hand_over(LETTER, lambda: seen.append(list(tmp_path.iterdir())))
    assert seen == [[]]


def test_if_the_ledger_cannot_note_it_nothing_leaves(tmp_path: Path) -> None:
    def broken() -> None:
        raise MailError("the ledger is gone")

    with pytest.raises(MailError, match="gone"):
        FolderTransport(tmp_path).hand_over(LETTER, broken)
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_already_is_never_written_again(tmp_path: Path) -> None:
    (tmp_path / "k1.eml").write_bytes(b"the first one")
    assert FolderTransport(tmp_path).hand_over(LETTER, nothing).outcome is Outcome.ACCEPTED
    assert (tmp_path / "k1.eml").read_bytes() == b"the first one"


def test_a_half_written_file_of_a_crash_is_no_mail(tmp_path: Path) -> None:
    (tmp_path / "k1.part").write_bytes(b"Subj")
    transport = FolderTransport(tmp_path)
    assert transport.was_accepted("k1") is False
    transport.hand_over(LETTER, nothing)
    assert [file.name for file in tmp_path.iterdir()] == ["k1.eml"]


def test_a_full_disk_defers_stops_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    handed = FolderTransport(tmp_path).hand_over(LETTER, nothing)
    assert (handed.outcome, handed.stop) == (Outcome.DEFERRED, True)
    assert "No space left" in handed.reply
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_defers_and_stops(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("not a folder")
    handed = FolderTransport(tmp_path / "outbox").hand_over(LETTER, nothing)
    assert (handed.outcome, handed.stop) == (Outcome.DEFERRED, True)


def test_a_rename_that_may_be_lost_is_a_doubt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_folder: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(folder_module, "_sync_folder", broken)
    handed = FolderTransport(tmp_path).hand_over(LETTER, nothing)
    assert (handed.outcome, handed.stop) == (Outcome.IN_DOUBT, True)


@pytest.mark.parametrize("key", ["", "../k1", "a/b", "a\\b", ".hidden", "a\n", "x" * 101, "C:k"])
def test_a_key_that_is_no_file_name_is_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(MailError, match="cannot name a file"):
        FolderTransport(tmp_path).was_accepted(key)
