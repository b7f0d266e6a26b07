"""A small web server on this machine that gives files in all the ways in which mirrors go wrong."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Behaviour = Callable[["Handler"], None]


class Mirror(ThreadingHTTPServer):
    """The server: `/name/file` is answered by the behaviour called `name`.

    Attributes
    ----------
    behaviours : what each first part of a path does.
    requests : (path, Range header) of each request, in order.
    stopping : set when the test is over, so that answers that wait can end.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviours: dict[str, Behaviour] = {}
        self.requests: list[tuple[str, str | None]] = []
        self.stopping = threading.Event()
        self.scheme = "http"

    def address(self, name: str) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_port}/{name}/"

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay silent: clients that hang up are part of these tests."""


class Handler(BaseHTTPRequestHandler):
    server: Mirror
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.close_connection = True
        self.server.requests.append((self.path, self.headers.get("Range")))
        self.server.behaviours[self.path.split("/")[1]](self)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""

    @property
    def wanted_from(self) -> int:
        """First byte asked for."""
        asked = self.headers.get("Range")
        return int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0

    def answer(self, body: bytes, length: int | None = None, status: int = 200, **headers: str) -> None:
        """Answer with `body`; `length` may say something else than the truth, −1 leaves it out."""
        self.send_response(status)
        if length != -1:
            self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def hang_up(self) -> None:
        """Close the connection at once."""
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)


def whole(content: bytes) -> Behaviour:
    """A good mirror, which can also give the rest of a file."""

    def behave(handler: Handler) -> None:
        start = handler.wanted_from
        if start >= len(content):
            handler.answer(b"", status=416)
        elif start:
            shown = f"bytes {start}-{len(content) - 1}/{len(content)}"
            handler.answer(content[start:], status=206, Content_Range=shown)
        else:
            handler.answer(content)

    return behave


def without_ranges(content: bytes) -> Behaviour:
    return lambda handler: handler.answer(content)


def cut(content: bytes, count: int) -> Behaviour:
    """Promises everything, sends `count` bytes and hangs up."""

    def behave(handler: Handler) -> None:
        handler.answer(content[:count], length=len(content))
        handler.hang_up()

    return behave


def without_length(content: bytes) -> Behaviour:
    return lambda handler: handler.answer(content, length=-1)


def promising(length: int) -> Behaviour:
    """Says that the file is `length` bytes long, whatever it is."""
    return lambda handler: handler.answer(b"\x1f\x8b", length=length)


def chunked_and_cut(content: bytes) -> Behaviour:
    def behave(handler: Handler) -> None:
        chunk = f"{len(content):x}\r\n".encode() + content[: len(content) // 2]
        handler.answer(chunk, length=-1, Transfer_Encoding="chunked")
        handler.hang_up()

    return behave


def silent(handler: Handler) -> None:
    """Takes the request and never answers."""
    handler.server.stopping.wait(10)


def stuck(content: bytes, count: int) -> Behaviour:
    """Sends `count` bytes, then nothing more, without hanging up."""

    def behave(handler: Handler) -> None:
        handler.answer(content[:count], length=len(content))
        handler.server.stopping.wait(10)

    return behave


def dripping(content: bytes) -> Behaviour:
    """Sends a byte now and then."""

    def behave(handler: Handler) -> None:
        handler.answer(b"", length=len(content))
        for byte in content:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            if handler.server.stopping.wait(0.02):
                return

    return behave


def redirecting(target: str, status: int = 302) -> Behaviour:
    """Sends on to `target` + the name of the file."""
    return lambda handler: handler.answer(b"", status=status, Location=target + handler.path.rsplit("/", 1)[1])


def endless(beginning: bytes) -> Behaviour:
    """Sends zeros for ever."""

    def behave(handler: Handler) -> None:
        handler.answer(beginning, length=-1)
        while not handler.server.stopping.is_set():
            handler.wfile.write(bytes(1 << 16))

    return behave


def nonsense(handler: Handler) -> None:
    handler.wfile.write(b"hello, this is no HTTP\r\n\r\n")


def refusing(status: int) -> Behaviour:
    return lambda handler: handler.answer(b"no", status=status)


@contextmanager
def running_mirror(prepare: Callable[[Mirror], None] = lambda mirror: None) -> Iterator[Mirror]:
    """A mirror that answers until the block ends; `prepare` may change it before."""
    server = Mirror()
    prepare(server)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="mirror")
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()
