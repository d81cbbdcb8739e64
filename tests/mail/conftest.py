"""A certificate authority of the tests' own, and settings for a server on this computer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trustme

from sheetops.settings import MailSettings
from tests.smtp_servers import SmtpServer

LOGIN, SECRET = "hello@example.com", "open-sesame"
SettingsFor = Callable[..., MailSettings]


@pytest.fixture(scope="session")
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_file(ca: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture
def settings_for(monkeypatch: pytest.MonkeyPatch) -> SettingsFor:
    """Settings for a server; the secret comes from the environment."""
    monkeypatch.setenv("MAIL_SECRET", SECRET)

    def make(server: SmtpServer, **values: Any) -> MailSettings:
        return MailSettings.model_validate(
            {
                "transport": "smtp",
                "host": "127.0.0.1",
                "port": server.port,
                "security": "none",
                "secret_from": "environment:MAIL_SECRET",
                "timeout": 2,
                **values,
            }
        )

    return make
