"""Whatever is typed or lies in a file: one line on standard error, a status that is not 0, and never a traceback."""

from __future__ import annotations

import gzip
import os
import shlex
import signal
import struct
import subprocess
import sys
from pathlib import Path

import h5py
import pytest

from core.data.reference import DataReference
from core.project.model import Project
from core.project.templates import layered_project
from core.storage.reader import read_project
from core.storage.writer import write_project
from core.training.config import TrainingConfig
from designer.__main__ import main

ROOT = Path(__file__).resolve().parent.parent.parent
NEW = "new --layers 64,8,10"

# What is typed, and words that must be in the answer: what was found, or what was expected.
BAD_INVOCATIONS = [
    ("nonsense", "no file 'nonsense'"),
    ("--nonsense", "there is no option '--nonsense': expected PROJECT, or a command (new, "),
    ("--nonsense good.h5", "there is no option '--nonsense'"),
    ("--nonsense info good.h5", "there is no option '--nonsense'"),
    ("--versio", "there is no option '--versio'"),
    ("good.h5 good.h5", "there is no command 'good.h5': expected PROJECT alone, or one of new, train, "),
    ("eval good.h5", "there is no command 'eval': did you mean evaluate?"),
    ("cross_validate good.h5", "did you mean cross-validate?"),
    ("text.h5", "not a Layerloom project"),
    ("folder", "folder"),
    ("good.h5", "no display"),
    ("-", "there is no option '-'"),
    ("--version=3", "there is no option '--version=3'"),
    ("info", "PROJECT"),
    ("info good.h5 more", "'more' is one argument too many: expected PROJECT and options only (see layerloom info "),
    ("info good.h5 --jason", "there is no option '--jason': did you mean --json?"),
    ("info good.h5 --json=1", "--json: it takes no value, but got '1'"),
    ("info good.h5 --js", "--js"),
    ("info missing.h5", "no such file"),
    ("info missing/n.h5", "no such file"),
    ("info folder", "folder"),
    ("info empty.h5", "empty"),
    ("info text.h5", "not a Layerloom project"),
    ("info other.h5", "HDF5"),
    ("info cut.h5", "damaged"),
    ("info flipped.h5", "damaged"),
    ("info good.h5/n.h5", "n.h5"),
    ("info ''", "PROJECT: '' is no file name"),
    ("info .", "'.' cannot be opened: it is a folder; expected a project file."),
    ("info /", "'/' cannot be opened: it is a folder"),
    ("new", "--layers"),
    ("new out.h5", "--layers"),
    ("new --layers", "--layers"),
    ("new --layers 64,8,10", "OUT.h5"),
    ("new --layers 784,,10 out.h5", "784,,10"),
    ("new --layers abc out.h5", "abc"),
    ("new --layers 64;8;10 out.h5", "64;8;10"),
    ("new --layers 64x10 out.h5", "64x10"),
    ("new --layers 64,8.5,10 out.h5", "8.5"),
    ("new --layers 784 out.h5", "one layer only"),
    ("new --layers '' out.h5", "''"),
    ("new --layers , out.h5", "','"),
    ("new --layers 64,0,10 out.h5", "Units"),
    ("new --layers 0,8,10 out.h5", "Shape"),
    ("new --layers 64,-8,10 out.h5", "Units"),
    ("new --layers=-64,8,10 out.h5", "Shape"),
    ("new --layers 64,999999999999,10 out.h5", "999999999999"),
    ("new --layers 1000001,10 out.h5", "1000001"),
    (f"new --layers {'9' * 5000},10 out.h5", "no list of widths"),
    (f"new --layers {','.join(['4'] * 5000)} out.h5", "5,000 layers"),
    (f"{NEW} --activation wobble out.h5", "wobble"),
    (f"{NEW} --activation '' out.h5", "activation"),
    (f"{NEW} --loss wobble out.h5", "cross_entropy"),
    (f"{NEW} --optimizer wobble out.h5", "momentum"),
    (f"{NEW} --initializer wobble out.h5", "he_normal"),
    (f"{NEW} --learning-rate fast out.h5", "fast"),
    (f"{NEW} --learning-rate -1 out.h5", "-1"),
    (f"{NEW} --learning-rate nan out.h5", "nan"),
    (f"{NEW} --learning-rate inf out.h5", "inf"),
    (f"{NEW} --learning-rate 1e99 out.h5", "1e+99"),
    (f"{NEW} --batch-size 0 out.h5", "Batch"),
    (f"{NEW} --batch-size ten out.h5", "ten"),
    (f"{NEW} --batch-size 99999999999 out.h5", "Batch"),
    (f"{NEW} --seed -1 out.h5", "Seed"),
    (f"{NEW} --seed 1.5 out.h5", "1.5"),
    (f"{NEW} --seed {'9' * 5000} out.h5", "no whole number"),
    ("new --layers 100000,100000,100000,10 out.h5", "20,001,200,010 parameters, which take 80.0 GB"),
    ("new --layers 784,100000,2000,10 --optimizer adam out.h5", "278,522,010 parameters, which take 3.3 GB"),
    ("new --layers 100000,100000,10 good.h5", "parameters"),
    (f"{NEW} folder", "folder"),
    (f"{NEW} missing/out.h5", "no folder 'missing'"),
    (f"{NEW} text.h5", "no Layerloom project"),
    (f"{NEW} good.h5/out.h5", "no folder"),
    (f"{NEW} {'n' * 300}.h5", "name"),
    ("train", "PROJECT"),
    ("train good.h5 --epoch 3", "there is no option '--epoch': did you mean --epochs?"),
    ("train good.h5 --colour 3", "there is no option '--colour': expected one of --help, --epochs, "),
    ("train good.h5 --out ''", "--out: '' is no file name"),
    ("train empty-network.h5 --set loss=huber", "of which the network has none; expected one"),
    ("train missing.h5", "no such file"),
    ("train text.h5", "not a Layerloom project"),
    ("train good.h5 --epochs 0", "between 1 and"),
    ("train good.h5 --epochs -3", "between 1 and"),
    ("train good.h5 --epochs many", "many"),
    ("train good.h5 --epochs 1.5", "1.5"),
    ("train good.h5 --iterations 0", "between 1 and"),
    ("train good.h5 --iterations 1e3", "1e3"),
    ("train good.h5 --epochs 1 --iterations 1", "not allowed with"),
    ("train good.h5 --seed x", "'x'"),
    ("train good.h5 --seed -1", "Seed"),
    ("train good.h5 --seed 99999999999", "Seed"),
    ("train good.h5 --data missing", "no folder 'missing'"),
    ("train good.h5 --data text.h5", "no folder 'text.h5'"),
    ("train good.h5 --data folder", "folder"),
    ("train good.h5 --data bad-mnist", "label file"),
    ("train good.h5 --data ''", "no folder"),
    ("train good.h5 --out folder", "folder"),
    ("train good.h5 --out text.h5", "'text.h5' is there already and is no Layerloom project."),
    ("train good.h5 --out other.h5", "'other.h5' is there already and is no Layerloom project."),
    ("train good.h5 --out missing/out.h5", "no folder 'missing'"),
    ("train wide.h5", "no data"),
    ("train wide.h5 --data builtin", "123"),
    ("train narrow.h5 --data builtin", "10"),
    ("train giant.h5 --data builtin", "parameters"),
    ("train empty-network.h5 --data builtin", "Input"),
    ("cross-validate", "PROJECT"),
    ("cross-validate good.h5 --folds 1", "cannot be split into 1 folds; 2 to 1,442 were expected"),
    ("cross-validate good.h5 --folds 5000", "cannot be split into 5,000 folds"),
    ("cross-validate good.h5 --folds many", "many"),
    ("cross-validate good.h5 --seed -1", "Seed"),
    ("cross-validate good.h5 --set colour=red", "no such setting"),
    ("cross-validate good.h5 --set validation_percent=9", "Did you mean data.validation_percent?"),
    ("cross-validate good.h5 --out x.h5", "there is no option '--out': expected one of --help, --folds, "),
    ("cross-validate wide.h5", "no data"),
    ("cross-validate narrow.h5 --data builtin", "10"),
    ("cross-validate empty-network.h5 --data builtin", "Input"),
    ("evaluate", "PROJECT"),
    ("evaluate missing.h5", "no such file"),
    ("evaluate good.h5 --part half", "half"),
    ("evaluate good.h5 --top 0", "between 1 and"),
    ("evaluate good.h5 --data missing", "no folder 'missing'"),
    ("evaluate wide.h5", "no data"),
    ("export-image", "PROJECT"),
    ("export-image good.h5", "OUT"),
    ("export-image good.h5 out.gif", ".png or .svg"),
    ("export-image good.h5 out", ".png or .svg"),
    ("export-image good.h5 ''", "'' is no file name"),
    ("trace good.h5", "--out"),
    ("trace good.h5 --out .", "'.' is no sheet that can be written: use .html, .tex or .csv."),
    ("trace good.h5 --out x.html --sample 0", "between 1 and"),
    ("trace good.h5 --out x.html --sample 1299", "There is no sample 1,299: the training part has 1,298."),
    ("trace good.h5 --out x.html --sample 1 --batch", "not allowed with"),
    ("trace good.h5 --out x.html --notation BISHOP", "There is no notation 'BISHOP'. Known are UNIR, "),
    ("export-image missing.h5 out.png", "no such file"),
    ("export-image good.h5 missing/out.png", "no folder 'missing'"),
    ("export-image good.h5 folder.png", "folder"),
    ("export-image good.h5 out.png --theme pink", "pink"),
    ("export-image empty-network.h5 out.png", "no layers"),
]


def _run(*arguments: str) -> None:
    assert main(arguments) == 0


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a good project and everything that can be wrong with a file."""
    folder = tmp_path_factory.mktemp("shelf")
    _run("new", "--layers", "64,8,10", f"{folder}/good.h5")
    _run("new", "--layers", "123,8,10", f"{folder}/wide.h5")
    _run("new", "--layers", "64,8,3", f"{folder}/narrow.h5")
    giant = layered_project(
        (64, 100_000, 100_000, 10),
        activation="sigmoid",
        loss="squared_error",
        initializer="zeros",
        training=TrainingConfig(),
        data=DataReference(),
    )
    write_project(giant, folder / "giant.h5")
    good = (folder / "good.h5").read_bytes()
    (folder / "cut.h5").write_bytes(good[: len(good) // 2])
    (folder / "flipped.h5").write_bytes(good[:-100] + bytes([good[-100] ^ 1]) + good[-99:])
    (folder / "empty.h5").touch()
    (folder / "text.h5").write_text("a poem\n")
    with h5py.File(folder / "other.h5", "w") as other:
        other["x"] = 1
    (folder / "folder").mkdir()
    (folder / "folder.png").mkdir()
    (folder / "bad-mnist").mkdir()
    for name in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
        with gzip.open(folder / "bad-mnist" / f"{name}-ubyte.gz", "wb") as file:
            file.write(struct.pack(">HBBI", 0, 8, 1, 2**31) + b"short")
    write_project(Project(), folder / "empty-network.h5")
    return folder


@pytest.fixture
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


def _words(typed: str) -> list[str]:
    return [part.strip("'") for part in typed.split()]


@pytest.mark.parametrize(("typed", "expected"), BAD_INVOCATIONS, ids=[row[0][:60] for row in BAD_INVOCATIONS])
def test_a_bad_invocation_gets_one_clear_line(
    typed: str,
    expected: str,
    shelf: Path,
    no_display: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(shelf)
    before = {path: path.read_bytes() for path in sorted(shelf.rglob("*")) if path.is_file()}
    status = main(_words(typed))
    out, err = capsys.readouterr()
    assert status == 2
    assert out == ""
    assert err.startswith("layerloom: ") and err.endswith("\n") and err.count("\n") == 1, err
    assert len(err) < 400
    assert expected in err
    assert {path: path.read_bytes() for path in sorted(shelf.rglob("*")) if path.is_file()} == before


def test_the_window_without_a_display_says_so(no_display: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert capsys.readouterr().err.startswith("layerloom: there is no display")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_that_may_not_be_written_to_is_found_before_the_training(
    shelf: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tmp_path.chmod(0o500)
    assert main(["train", f"{shelf}/good.h5", "--out", f"{tmp_path}/out.h5"]) == 2
    assert "not allowed" in capsys.readouterr().err


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder in which nobody can make a file")
@pytest.mark.parametrize("typed", ["train good.h5 --epochs 1000 --out /proc/x.h5", f"{NEW} /proc/x.h5"])
def test_a_folder_that_takes_no_file_of_anybody_is_found_before_the_work(
    typed: str, shelf: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(shelf)
    assert main(typed.split()) == 2
    assert capsys.readouterr().err.startswith("layerloom: '/proc/x.h5' cannot be written: ")


def test_an_empty_file_is_room_for_a_project(shelf: Path, tmp_path: Path) -> None:
    (tmp_path / "out.h5").touch()
    _run("train", f"{shelf}/good.h5", "--iterations", "1", "--out", f"{tmp_path}/out.h5")
    assert read_project(tmp_path / "out.h5").project.state is not None
    assert list(tmp_path.iterdir()) == [tmp_path / "out.h5"]


def _program(*arguments: str, **options: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "designer", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, **options)  # type: ignore[call-overload]


def test_the_program_itself_ends_with_one_line_and_a_status(shelf: Path) -> None:
    with _program("train", str(shelf / "text.h5"), stdout=subprocess.PIPE) as program:
        out, err = program.communicate()
    assert (program.returncode, out) == (2, b"")
    assert err.count(b"\n") == 1 and b"not a Layerloom project" in err


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pipe whose reading end is closed")
def test_a_reader_that_goes_away_is_no_fault(shelf: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with _program("info", str(shelf / "good.h5"), stdout=writing) as program:
        os.close(writing)
        _, err = program.communicate()
    assert (program.returncode, err) == (141, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pipe whose reading end is closed")
def test_training_for_a_reader_that_goes_away_keeps_what_was_learnt(shelf: Path, tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    arguments = ["train", str(shelf / "good.h5"), "--epochs", "50", "--json", "--out", str(tmp_path / "out.h5")]
    with _program(*arguments, stdout=writing) as program:
        os.close(writing)
        _, err = program.communicate()
    assert program.returncode == 141
    assert b"Traceback" not in err and b"Exception" not in err
    state = read_project(tmp_path / "out.h5").project.state
    assert state is not None and state.position.epoch == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_output_that_cannot_be_written_is_said(shelf: Path) -> None:
    with Path("/dev/full").open("wb") as full, _program("info", str(shelf / "good.h5"), stdout=full) as program:
        _, err = program.communicate()
    assert program.returncode == 2
    assert err.startswith(b"layerloom: ") and err.count(b"\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_training_whose_lines_cannot_be_written_keeps_what_was_learnt(shelf: Path, tmp_path: Path) -> None:
    arguments = ["train", str(shelf / "good.h5"), "--epochs", "50", "--json", "--out", str(tmp_path / "out.h5")]
    with Path("/dev/full").open("wb") as full, _program(*arguments, stdout=full) as program:
        _, err = program.communicate()
    assert program.returncode == 2
    assert err.endswith(b"layerloom: the disk is full.\n") and b"Traceback" not in err
    state = read_project(tmp_path / "out.h5").project.state
    assert state is not None and state.position.epoch == 1


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell that closes descriptors")
@pytest.mark.parametrize("closing", [">&-", "2>&-", ">&- 2>&-", "2>/dev/full", "2>&1 | true"])
def test_training_needs_no_standard_streams(closing: str, shelf: Path, tmp_path: Path) -> None:
    if "full" in closing and not Path("/dev/full").exists():
        pytest.skip("needs a device that is always full")
    command = [sys.executable, "-m", "designer", "train", f"{shelf}/good.h5", "--epochs", "2", "--out"]
    typed = f"{shlex.join([*command, str(tmp_path / 'out.h5')])} {closing}"
    done = subprocess.run(["sh", "-c", typed], cwd=ROOT, capture_output=True, check=True)
    assert b"Traceback" not in done.stdout + done.stderr
    state = read_project(tmp_path / "out.h5").project.state
    assert state is not None and state.position.epoch == 2


@pytest.mark.skipif(sys.platform == "win32", reason="needs pipes and links that are files")
@pytest.mark.parametrize(("name", "expected"), [("pipe", "ordinary"), ("loop", "ordinary"), ("astray", "no folder")])
def test_a_place_that_takes_no_file_is_found_before_the_training(
    name: str, expected: str, shelf: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "astray").symlink_to("missing/out.h5")
    assert main(["train", f"{shelf}/good.h5", "--out", str(tmp_path / name)]) == 2
    err = capsys.readouterr().err
    assert expected in err and err.count("\n") == 1 and "step" not in err, err


def test_ctrl_c_while_the_program_is_loaded_ends_it_without_a_word() -> None:
    interrupted = (
        "import runpy, sys\n"
        "class Interrupter:\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        if name == 'numpy':\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupter())\n"
        "runpy.run_module('designer', run_name='__main__')\n"
    )
    done = subprocess.run([sys.executable, "-c", interrupted], cwd=ROOT, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl+C to whole groups of programs only")
def test_ctrl_c_on_the_running_program_saves_and_ends(shelf: Path, tmp_path: Path) -> None:
    arguments = ["train", str(shelf / "good.h5"), "--epochs", "1000000", "--json", "--out", str(tmp_path / "out.h5")]
    with _program(*arguments, stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        program.stdout.readline()  # it has finished an epoch
        program.send_signal(signal.SIGINT)
        _, err = program.communicate()
    assert program.returncode == 130
    assert b"Traceback" not in err
    state = read_project(tmp_path / "out.h5").project.state
    assert state is not None and state.position.epoch >= 1
