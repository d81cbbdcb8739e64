"""A loopback proxy that ends TLS: whoever asks for one of Google's hosts gets our own server."""

from __future__ import annotations

import gzip
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import trustme

from tests.sheets_server.service import Reply, Request

Answer = Callable[[Request], Reply | None]
"""The reply to a request; None cuts the connection without one."""

HANG_AT_MOST = 600.0


class Proxy(ThreadingHTTPServer):
    """Listens on 127.0.0.1; `answer` is asked for every request to one of `hosts`."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(
        self, ca: trustme.CA, hosts: tuple[str, ...], answer: Answer, port: int = 0
    ) -> None:
        super().__init__(("127.0.0.1", port), Tunnel)
        self.hosts, self.answer = hosts, answer
        self.refused: list[str] = []
        self.errors: list[str] = []
        self.closing = threading.Event()
        self.open: set[socket.socket] = set()
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        ca.issue_cert(*hosts).configure_cert(self.tls)

    @property
    def address(self) -> str:
        """As HTTPS_PROXY takes it."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def stop(self) -> None:
        """Close all, connections that wait too."""
        self.closing.set()
        self.shutdown()
        for one in list(self.open):
            _cut(one)
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error of ours; anything else is kept, and shows."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            self.errors.append(repr(error))
            super().handle_error(request, client_address)


def _cut(one: socket.socket) -> None:
    try:
        one.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


class Tunnel(BaseHTTPRequestHandler):
    """One connection: first CONNECT, then requests inside TLS."""

    disable_nagle_algorithm = True  # else each reply waits for an acknowledgement of its head

    protocol_version = "HTTP/1.1"
    server: Proxy
    host = ""

    def setup(self) -> None:
        """Remember the connection, to be able to close it."""
        super().setup()
        self.server.open.add(self.connection)

    def finish(self) -> None:
        """Forget it, and say goodbye in TLS too."""
        self.server.open.discard(self.connection)
        try:
            super().finish()
            self.connection.close()
        except OSError:
            return

    def do_CONNECT(self) -> None:
        """Open the tunnel to one of Google's hosts; any other is refused."""
        host, _, port = self.path.partition(":")
        if host not in self.server.hosts or port != "443":
            self.server.refused.append(self.path)
            self.send_error(HTTPStatus.FORBIDDEN, f"{self.path} is not for tests")
            return
        self.send_response(HTTPStatus.OK, "Connection established")
        self.end_headers()
        self.wfile.flush()
        self.server.open.discard(self.connection)
        try:
            self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        except (ssl.SSLError, OSError):
            self.close_connection = True
            return
        self.server.open.add(self.connection)
        self.rfile = self.connection.makefile("rb", -1)
        self.wfile = self.connection.makefile("wb", 0)
        self.host = host
        self.close_connection = False

    def _served(self) -> None:
        if not self.host:
            self.server.refused.append(self.path)
            self.send_error(HTTPStatus.FORBIDDEN, f"{self.path} is not for tests")
            return
        body = self._body()
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, f"https://{self.host}{self.path}", headers, body)
        reply = self.server.answer(request)
        if reply is None:
            self.close_connection = True
            _cut(self.connection)
            return
        self._send(reply, gzipped="gzip" in headers.get("accept-encoding", ""))

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            chunks = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                chunks.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(chunks)
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _send(self, reply: Reply, gzipped: bool) -> None:
        body = reply.body
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.kind)
        if gzipped and len(body) > 1000:
            body = gzip.compress(body, 1)
            self.send_header("Content-Encoding", "gzip")
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if body:
            self.wfile.write(body)

    def __getattr__(self, name: str) -> Any:
        """Every other method of HTTP is served in the same way."""
        if name in ("do_GET", "do_POST", "do_PUT", "do_PATCH", "do_DELETE"):
            return self._served
        raise AttributeError(name)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 # the name is http.server's
        """Say nothing: `Running.log` keeps what came."""
