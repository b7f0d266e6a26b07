from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from designer.background import Background


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    background = Background("test")
    yield background
    background.shutdown()


def _fail(error: Exception) -> None:
    raise error


def test_work_is_done_beside_the_window_and_the_answer_arrives_in_it(
    qtbot: QtBot, background: Background
) -> None:
    answers: list[tuple[str, str]] = []
    background.submit(
        lambda: threading.current_thread().name,
        lambda worker: answers.append((worker, threading.current_thread().name)),
        _fail,
    )
    qtbot.waitUntil(lambda: len(answers) == 1)
    worker, receiver = answers[0]
    assert worker.startswith("test") and receiver == threading.main_thread().name


def test_whatever_goes_wrong_reaches_the_window(qtbot: QtBot, background: Background) -> None:
    faults: list[Exception] = []
    background.submit(lambda: 1 // 0, lambda _result: None, faults.append)
    qtbot.waitUntil(lambda: len(faults) == 1)
    assert isinstance(faults[0], ZeroDivisionError)


def test_pieces_of_work_follow_each_other_in_order(qtbot: QtBot, background: Background) -> None:
    answers: list[int] = []
    for number in range(50):
        background.submit(lambda n=number: n, answers.append, _fail)  # type: ignore[misc]
    qtbot.waitUntil(lambda: len(answers) == 50)
    assert answers == list(range(50))


@pytest.mark.parametrize(("finish", "done"), [(True, ["first", "second"]), (False, ["first"])])
def test_the_end_forgets_or_finishes_what_waits(
    qtbot: QtBot, background: Background, finish: bool, done: list[str]
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    log: list[str] = []

    def first() -> None:
        begun.set()
        assert go_on.wait(10.0)
        log.append("first")

    background.submit(first, lambda _result: None, _fail)
    background.submit(lambda: log.append("second"), lambda _result: None, _fail)
    assert begun.wait(10.0)
    closer = threading.Thread(target=background.shutdown, args=(finish,))
    closer.start()
    go_on.set()
    closer.join(10.0)
    assert log == done


def test_no_answer_arrives_after_the_end(qtbot: QtBot, background: Background) -> None:
    answers: list[object] = []
    background.submit(lambda: 1, answers.append, _fail)
    background.shutdown(finish=True)
    background.submit(lambda: 2, answers.append, _fail)
    other: list[object] = []
    late = Background("late")
    late.submit(lambda: 3, other.append, _fail)
    qtbot.waitUntil(lambda: other == [3])
    late.shutdown()
    assert answers == []
