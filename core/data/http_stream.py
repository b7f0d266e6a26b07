"""A file that arrives over the network, watched so closely that it can be given up at any moment."""

from __future__ import annotations

import http.client
import io
import queue
import re
import ssl
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any, Protocol, TypeAlias

import core
from core.errors import CancelledError, DataError

PIECE_BYTES = 1 << 16
_QUEUED_PIECES = 16
_POLL_SECONDS = 0.1


class Cancel(Protocol):
    """Anything that says whether the user has cancelled, such as a ``threading.Event``."""

    def is_set(self) -> bool: ...


class MirrorError(DataError):
    """One mirror did not give the file; another one may."""


class RangeError(MirrorError):
    """The server has nothing behind the place where the download was to go on."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When a download is given up.

    Attributes
    ----------
    silence_seconds : longest wait for an answer or for the next bytes.
    stall_seconds, stall_bytes : fewer than so many bytes in so many seconds is a stall.
    schemes : of addresses that may be opened, also after a redirect.
    """

    silence_seconds: float = 10.0
    stall_seconds: float = 20.0
    stall_bytes: int = 20 * 1024
    schemes: frozenset[str] = frozenset({"https"})


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of an answer.

    Attributes
    ----------
    start : place in the file of the first byte that follows.
    total : length of the whole file, None where the server does not say.
    """

    start: int
    total: int | None


_Item: TypeAlias = Head | bytes | BaseException | None


class HttpStream:
    """A file at `url` from byte `start` on, fetched by a thread of its own through a short queue.

    Looking up a name, connecting and receiving can each block for long; here only that thread waits for them, and it
    touches neither files nor anything else that outlives it. Use it as a context manager.
    """

    def __init__(self, url: str, start: int, limits: Limits, cancel: Cancel | None) -> None:
        self._limits, self._cancel = limits, cancel
        self._queue: queue.Queue[_Item] = queue.Queue(_QUEUED_PIECES)
        self._given_up = threading.Event()
        self._counted, self._mark = 0, time.monotonic()
        self._thread = threading.Thread(
            target=_fetch,
            args=(url, start, limits, self._put),
            name="layerloom-download",
            daemon=True,
        )
        _require_allowed(url, limits.schemes)

    def __enter__(self) -> HttpStream:
        self._mark = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._given_up.set()

    def head(self) -> Head:
        """Wait for the answer; raises MirrorError, or CancelledError."""
        item = self._next()
        if not isinstance(item, Head):
            raise TypeError(f"the answer began with {item!r}")
        return item

    def pieces(self) -> Iterator[bytes]:
        """Yield the content as it arrives; raises MirrorError, or CancelledError."""
        while isinstance(item := self._next(), bytes):
            yield item

    def _next(self) -> Head | bytes | None:
        while True:
            if self._cancel is not None and self._cancel.is_set():
                raise CancelledError("The download was cancelled. What has arrived is kept for the next time.")
            self._check_stall()
            try:
                item = self._queue.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                continue
            if isinstance(item, BaseException):
                raise item
            if isinstance(item, bytes):
                self._counted += len(item)
            return item

    def _check_stall(self) -> None:
        now = time.monotonic()
        if self._counted >= self._limits.stall_bytes:
            self._counted, self._mark = 0, now
        elif now - self._mark > self._limits.stall_seconds:
            raise MirrorError(
                "only {found:,} bytes came in {seconds:g} seconds",
                found=self._counted,
                seconds=self._limits.stall_seconds,
            )

    def _put(self, item: _Item) -> bool:
        """Hand an item over; False when nobody wants it any more."""
        while not self._given_up.is_set():
            try:
                self._queue.put(item, timeout=_POLL_SECONDS)
                return True
            except queue.Full:
                continue
        return False


def _fetch(url: str, start: int, limits: Limits, put: Callable[[_Item], bool]) -> None:
    """Receive `url` and hand over a Head, the content in pieces, and None; or what went wrong."""
    headers = {"User-Agent": f"Layerloom/{core.__version__}"}
    if start:
        headers["Range"] = f"bytes={start}-"
    try:
        request = urllib.request.Request(url, headers=headers)
        with _opener(limits).open(request, timeout=limits.silence_seconds) as response:
            _require_allowed(response.geturl(), limits.schemes)
            wanted = put(_head(response, start))
            while wanted and (piece := response.read1(PIECE_BYTES)):
                wanted = put(piece)
            put(None)
    except Exception as error:  # nothing may end this thread unheard: whoever waits for it raises it
        put(_explained(error, limits))


def _head(response: Any, start: int) -> Head:
    """Return where the content starts and how long the file is in all."""
    length = response.headers.get("Content-Length", "")
    if response.status == 206:
        match = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("Content-Range", "").strip())
        if match is None or int(match[1]) != start:
            raise MirrorError("the server sent another part of the file than was asked for")
        return Head(start, None if match[2] == "*" else int(match[2]))
    if response.status != 200:
        raise MirrorError("the server answered {found}; 200 was expected", found=response.status)
    return Head(0, int(length) if length.isdecimal() else None)


def _explained(error: Exception, limits: Limits) -> Exception:
    """Return what went wrong in words; faults of the program are returned as they are."""
    if isinstance(error, DataError):
        return error
    if isinstance(error, urllib.error.HTTPError):
        error.close()
        if error.code == 416:
            return RangeError("the server has no more of the file")
        return MirrorError("the server answered {found} {reason}", found=error.code, reason=error.reason)
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return MirrorError("its certificate is not trusted ({reason})", reason=cause.verify_message)
    if isinstance(cause, TimeoutError):
        return MirrorError("no answer within {seconds:g} seconds", seconds=limits.silence_seconds)
    if isinstance(cause, http.client.HTTPException):
        return MirrorError("the answer broke off or made no sense ({reason})", reason=type(cause).__name__)
    if isinstance(cause, OSError):
        return MirrorError("no connection ({reason})", reason=cause.strerror or cause)
    if isinstance(error, urllib.error.URLError):
        return MirrorError("no connection ({reason})", reason=cause)
    if isinstance(error, ValueError):
        return MirrorError("its address or answer makes no sense ({reason})", reason=error)
    return error


def _opener(limits: Limits) -> urllib.request.OpenerDirector:
    """Return an opener that knows nothing but the web: no files, no FTP, no data addresses."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
        _Redirects(limits.schemes),
    ):
        opener.add_handler(handler)
    return opener


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects to allowed addresses only."""

    def __init__(self, schemes: frozenset[str]) -> None:
        self._schemes = schemes

    def http_error_302(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
    ) -> Any:
        fp.close()  # the inherited method would read the answer to its end, however long it is
        target = headers.get("location") or headers.get("uri") or ""
        _require_allowed(urllib.parse.urljoin(req.full_url, target), self._schemes)
        return super().http_error_302(req, io.BytesIO(), code, msg, headers)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


def _require_allowed(url: str, schemes: frozenset[str]) -> None:
    found = urllib.parse.urlsplit(url).scheme.lower()
    if found not in schemes:
        raise MirrorError(
            "it leads to an address of the kind '{found}'; {expected} was expected",
            found=found or url,
            expected=", ".join(sorted(schemes)),
        )


def host_of(url: str) -> str:
    """Return the name of the server of an address, for messages."""
    return urllib.parse.urlsplit(url).netloc or url
