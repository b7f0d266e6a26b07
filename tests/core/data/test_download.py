"""A download gives the right bytes or a clear error, soon, whatever the mirrors do."""

from __future__ import annotations

import gzip
import hashlib
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.data.download import RemoteFile, download_files
from core.data.http_stream import Limits
from core.errors import CancelledError, DataError
from tests.core.data import mirror as mirrors
from tests.core.data.mirror import Mirror, running_mirror

CONTENT = np.random.default_rng(8).integers(0, 256, 150_000, dtype=np.uint8).tobytes()
PACKED = gzip.compress(CONTENT, 1, mtime=0)
FILE = RemoteFile("images.gz", len(PACKED), len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
LIMITS = Limits(silence_seconds=1.0, stall_seconds=0.8, stall_bytes=10_000, schemes=frozenset({"http"}))


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with running_mirror() as server:
        server.behaviours["good"] = mirrors.whole(PACKED)
        yield server


def fetch(
    mirror: Mirror, folder: Path, *names: str, cancel: threading.Event | None = None, limits: Limits = LIMITS
) -> list[tuple[int, int | None]]:
    """Download FILE from the mirrors with these behaviours; return the progress that was shown."""
    shown: list[tuple[int, int | None]] = []
    addresses = [mirror.address(name) for name in names]
    download_files([FILE], addresses, folder, lambda done, total: shown.append((done, total)), cancel, limits)
    return shown


def assert_here(folder: Path) -> None:
    assert gzip.decompress((folder / FILE.name).read_bytes()) == CONTENT
    assert [path.name for path in folder.iterdir()] == [FILE.name]


def asked_for(mirror: Mirror) -> list[tuple[str, str | None]]:
    return [(path.split("/")[1], asked) for path, asked in mirror.requests]


def test_a_good_mirror_gives_the_file_and_shows_progress(mirror: Mirror, tmp_path: Path) -> None:
    shown = fetch(mirror, tmp_path / "new" / "folder", "good")
    assert_here(tmp_path / "new" / "folder")
    done = [bytes_here for bytes_here, _ in shown]
    assert done == sorted(done) and done[-1] == len(PACKED)
    assert {total for _, total in shown} == {len(PACKED)}


def test_a_file_that_is_here_already_is_not_asked_for_again(mirror: Mirror, tmp_path: Path) -> None:
    (tmp_path / FILE.name).write_bytes(gzip.compress(CONTENT, 9))
    fetch(mirror, tmp_path, "good")
    assert mirror.requests == []


@pytest.mark.parametrize("wrong", [b"", b"not a gzip file", PACKED[:-1000], gzip.compress(b"other contents", mtime=0)])
def test_a_wrong_file_that_is_here_is_replaced(wrong: bytes, mirror: Mirror, tmp_path: Path) -> None:
    (tmp_path / FILE.name).write_bytes(wrong)
    fetch(mirror, tmp_path, "good")
    assert_here(tmp_path)


HARMLESS = {
    "no length": mirrors.without_length(PACKED),
    "another packing": mirrors.whole(gzip.compress(CONTENT, 9)),
    "301": mirrors.redirecting("../good/", 301),
    "302": mirrors.redirecting("../good/", 302),
    "307": mirrors.redirecting("../good/", 307),
    "308": mirrors.redirecting("../good/", 308),
}


@pytest.mark.parametrize("behaviour", HARMLESS.values(), ids=HARMLESS.keys())
def test_what_is_odd_but_right_is_taken(behaviour: mirrors.Behaviour, mirror: Mirror, tmp_path: Path) -> None:
    mirror.behaviours["odd"] = behaviour
    fetch(mirror, tmp_path, "odd")
    assert_here(tmp_path)


def bit_flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


BOMB = gzip.compress(CONTENT + bytes(30_000_000), 9)

MISBEHAVIOURS: dict[str, tuple[mirrors.Behaviour, str]] = {
    "short body": (mirrors.cut(PACKED, 60_000), f"broke off after 60,000 of {len(PACKED):,} bytes"),
    "cut without length": (mirrors.without_length(PACKED[:60_000]), "breaks off before its end"),
    "cut while chunked": (mirrors.chunked_and_cut(PACKED), "broke off"),
    "empty": (mirrors.without_length(b""), "other contents (0 bytes"),
    "hangs up": (lambda handler: handler.hang_up(), "broke off or made no sense"),
    "no HTTP": (mirrors.nonsense, "broke off or made no sense"),
    "silent": (mirrors.silent, "no answer within 1 seconds|only 0 bytes came in 0.8 seconds"),
    "stuck": (mirrors.stuck(PACKED, 5_000), "no answer within 1 seconds|bytes came in 0.8 seconds"),
    "dripping": (mirrors.dripping(PACKED), "bytes came in 0.8 seconds"),
    "login page": (mirrors.without_ranges(b"<!doctype html><title>Sign in</title>"), "it sent a web page instead"),
    "ZIP": (mirrors.without_ranges(b"PK\x03\x04" + bytes(500)), "it sent a ZIP archive instead"),
    "other bytes": (mirrors.without_ranges(b"some text"), "it sent something else instead"),
    "other contents": (mirrors.whole(gzip.compress(CONTENT[::-1])), "has other contents (150,000 bytes"),
    "one bit": (mirrors.whole(bit_flipped(PACKED, -7)), "the file is damaged"),
    "a byte in the middle": (mirrors.whole(bit_flipped(PACKED, 70_000)), "the file is damaged|has other contents"),
    "bomb": (mirrors.whole(BOMB), "has other contents"),
    "404": (mirrors.refusing(404), "answered 404 Not Found"),
    "503": (mirrors.refusing(503), "answered 503 Service Unavailable"),
    "204": (lambda handler: handler.answer(b"", status=204), "answered 204; 200 was expected"),
    "too large by its word": (mirrors.promising(10**12), "it offers 1,000,000,000,000 bytes; at most"),
    "endless": (mirrors.endless(PACKED), "bytes; at most"),
    "endless redirect": (mirrors.redirecting("../endless redirect/"), "answered 302"),
    "redirect to https": (mirrors.redirecting("https://127.0.0.1:9/"), "the kind 'https'; http was expected"),
    "redirect to a file": (mirrors.redirecting("file:///etc/"), "the kind 'file'; http was expected"),
    "redirect to FTP": (mirrors.redirecting("ftp://127.0.0.1/"), "the kind 'ftp'; http was expected"),
    "redirect to data": (mirrors.redirecting("data:text/plain,"), "the kind 'data'; http was expected"),
    "redirect to nonsense": (mirrors.redirecting("http://[/"), "makes no sense"),
    "redirect to nothing": (lambda handler: handler.answer(b"", status=302), "answered 302"),
}


@pytest.mark.parametrize("name", MISBEHAVIOURS)
def test_a_bad_mirror_is_named_with_its_fault_and_the_next_one_is_taken(
    name: str, mirror: Mirror, tmp_path: Path
) -> None:
    path = name.replace(" ", "-")
    behaviour, fault = MISBEHAVIOURS[name]
    if name == "endless redirect":
        behaviour = mirrors.redirecting(mirror.address(path))
    mirror.behaviours[path] = behaviour
    started = time.monotonic()
    with pytest.raises(DataError) as raised:
        fetch(mirror, tmp_path, path)
    assert time.monotonic() - started < 5
    message = str(raised.value)
    assert f"'{FILE.name}' could not be downloaded" in message and f"127.0.0.1:{mirror.server_port}: " in message
    assert any(part in message for part in fault.split("|")), message
    assert (
        f"Check the network connection and try again, or get the files in another way and put them into '{tmp_path}'"
        in message
    )
    assert not (tmp_path / FILE.name).exists()
    fetch(mirror, tmp_path, path, "good")
    assert_here(tmp_path)


def test_a_mirror_that_cannot_be_reached_is_named(mirror: Mirror, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/"
    with pytest.raises(DataError, match=r"no connection \(Connection refused\)"):
        download_files([FILE], [address], tmp_path, limits=LIMITS)
    download_files([FILE], [address, mirror.address("good")], tmp_path, limits=LIMITS)
    assert_here(tmp_path)


def test_the_faults_of_all_mirrors_are_told(mirror: Mirror, tmp_path: Path) -> None:
    mirror.behaviours |= {"gone": mirrors.refusing(404), "page": mirrors.without_ranges(b"<html>")}
    with pytest.raises(DataError, match=r"404 Not Found; 127\.0\.0\.1:\d+: it sent a web page instead"):
        fetch(mirror, tmp_path, "gone", "page")


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/", "file:///etc/", "data:,", "ftp://127.0.0.1/", "nowhere/"])
def test_by_default_nothing_but_https_is_opened(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        pytest.fail("a connection was opened")

    monkeypatch.setattr(socket, "create_connection", refuse)
    with pytest.raises(DataError, match="https was expected"):
        download_files([FILE], [address], tmp_path)


def test_a_download_that_broke_off_goes_on_where_it_was(mirror: Mirror, tmp_path: Path) -> None:
    mirror.behaviours["short"] = mirrors.cut(PACKED, 60_000)
    with pytest.raises(DataError):
        fetch(mirror, tmp_path, "short")
    assert (tmp_path / "images.gz.part").read_bytes() == PACKED[:60_000]
    shown = fetch(mirror, tmp_path, "good")
    assert asked_for(mirror) == [("short", None), ("good", "bytes=60000-")]
    assert shown[0][0] > 60_000 and shown[-1] == (len(PACKED), len(PACKED))
    assert_here(tmp_path)


def test_the_next_mirror_goes_on_where_the_last_one_stopped(mirror: Mirror, tmp_path: Path) -> None:
    mirror.behaviours["short"] = mirrors.cut(PACKED, 60_000)
    fetch(mirror, tmp_path, "short", "good")
    assert asked_for(mirror) == [("short", None), ("good", "bytes=60000-")]
    assert_here(tmp_path)


def test_a_mirror_without_ranges_starts_again(mirror: Mirror, tmp_path: Path) -> None:
    (tmp_path / "images.gz.part").write_bytes(PACKED[:60_000])
    mirror.behaviours["plain"] = mirrors.without_ranges(PACKED)
    fetch(mirror, tmp_path, "plain")
    assert asked_for(mirror) == [("plain", "bytes=60000-")]
    assert_here(tmp_path)


@pytest.mark.parametrize("part", [b"rubbish", PACKED + b"more", gzip.compress(CONTENT, 9, mtime=0)[:50_000], PACKED])
def test_a_part_that_is_wrong_or_too_long_is_given_up(part: bytes, mirror: Mirror, tmp_path: Path) -> None:
    (tmp_path / "images.gz.part").write_bytes(part)
    fetch(mirror, tmp_path, "good")
    assert asked_for(mirror) == [("good", f"bytes={len(part)}-"), ("good", None)]
    assert_here(tmp_path)


def test_another_part_than_asked_for_is_not_taken(mirror: Mirror, tmp_path: Path) -> None:
    (tmp_path / "images.gz.part").write_bytes(PACKED[:60_000])
    mirror.behaviours["shifted"] = lambda handler: handler.answer(
        PACKED[50_000:], status=206, Content_Range=f"bytes 50000-{len(PACKED) - 1}/{len(PACKED)}"
    )
    with pytest.raises(DataError, match="sent another part of the file than was asked for"):
        fetch(mirror, tmp_path, "shifted")
    fetch(mirror, tmp_path, "good")
    assert_here(tmp_path)


def test_a_login_page_does_not_cost_what_is_here_already(mirror: Mirror, tmp_path: Path) -> None:
    (tmp_path / "images.gz.part").write_bytes(PACKED[:60_000])
    mirror.behaviours["page"] = mirrors.without_ranges(b"<html>")
    with pytest.raises(DataError):
        fetch(mirror, tmp_path, "page")
    assert (tmp_path / "images.gz.part").read_bytes() == PACKED[:60_000]


@pytest.mark.parametrize("behaviour", [mirrors.silent, mirrors.dripping(PACKED), mirrors.stuck(PACKED, 60_000)])
def test_cancelling_ends_the_wait_at_once_and_keeps_what_is_here(
    behaviour: mirrors.Behaviour, mirror: Mirror, tmp_path: Path
) -> None:
    mirror.behaviours["slow"] = behaviour
    cancel, pressed = threading.Event(), []

    def press() -> None:
        pressed.append(time.monotonic())
        cancel.set()

    patient = Limits(silence_seconds=2, stall_seconds=20, schemes=LIMITS.schemes)
    timer = threading.Timer(0.3, press)
    timer.start()
    with pytest.raises(CancelledError, match="What has arrived is kept"):
        fetch(mirror, tmp_path, "slow", "good", cancel=cancel, limits=patient)
    assert time.monotonic() - pressed[0] < 1
    timer.join()
    assert not (tmp_path / FILE.name).exists()
    fetch(mirror, tmp_path, "good")
    assert_here(tmp_path)


def test_cancelled_before_it_began_nothing_is_fetched(mirror: Mirror, tmp_path: Path) -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(CancelledError):
        fetch(mirror, tmp_path, "good", cancel=cancel)
    assert list(tmp_path.iterdir()) == []


def test_several_files_share_one_progress_and_the_mirror_that_works(mirror: Mirror, tmp_path: Path) -> None:
    others = [CONTENT[:50_000], CONTENT[:80_000]]
    packed = [gzip.compress(content) for content in others]
    files = [
        RemoteFile(f"{place}.gz", len(data) + 500, len(content), hashlib.sha256(content).hexdigest())
        for place, (content, data) in enumerate(zip(others, packed, strict=True))
    ]
    mirror.behaviours["gone"] = mirrors.refusing(404)
    mirror.behaviours["both"] = lambda handler: mirrors.whole(packed[int(handler.path[6])])(handler)
    shown: list[tuple[int, int | None]] = []
    download_files(
        files,
        [mirror.address("gone"), mirror.address("both")],
        tmp_path,
        lambda done, total: shown.append((done, total)),
        limits=LIMITS,
    )
    assert [name for name, _ in asked_for(mirror)] == ["gone", "both", "both"]
    in_all = sum(map(len, packed))
    assert shown[-1] == (in_all, in_all)
    assert [done for done, _ in shown] == sorted(done for done, _ in shown)
    assert all(total is not None and done <= total for done, total in shown)


def test_a_folder_that_cannot_be_written_is_told_without_trying_other_mirrors(mirror: Mirror, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file in the place of the folder")
    with pytest.raises(DataError, match=r"cannot be stored in '.*cache' \(File exists\).*LAYERLOOM_CACHE"):
        fetch(mirror, tmp_path / "cache", "good")
    (tmp_path / "images.gz.part").mkdir()
    with pytest.raises(DataError, match=r"cannot be stored in .*\(Is a directory\)"):
        fetch(mirror, tmp_path, "good", "good")
    assert len(mirror.requests) == 1


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl program to make a certificate")
def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        key,
        "-out",
        certificate,
        *subject,
    ]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def secure(server: Mirror) -> None:
        server.scheme = "https"
        server.socket = context.wrap_socket(server.socket, server_side=True)

    with running_mirror(secure) as server:
        server.behaviours["good"] = mirrors.whole(PACKED)
        with pytest.raises(DataError, match=r"its certificate is not trusted \(self-signed certificate\)"):
            download_files([FILE], [server.address("good")], tmp_path / "cache")
        assert server.requests == []
        # Vouched for, the same server is taken, with the limits that users have.
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        download_files([FILE], [server.address("good")], tmp_path / "cache")
    assert_here(tmp_path / "cache")
