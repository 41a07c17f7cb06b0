"""How work is run: it can be cancelled, shows its progress, logs, and lets other threads run."""

import copy
import logging
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import time

import numpy as np
import pytest

import groma


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A data set whose tables take some time."""
    folder = tmp_path_factory.mktemp("large") / "set"
    groma.generate_trajectories(folder, 20000, shards=8, interval=60)
    return folder


def test_a_function_sees_the_progress(large, tmp_path):
    seen = []
    groma.build_hash_tables(large, 50, output=tmp_path, threads=1, progress=seen.append)
    assert seen[-1].finished and seen[-1].phase in ("build", "") and seen[-1].fraction == pytest.approx(1.0)
    fractions = [progress.fraction for progress in seen]
    assert fractions == sorted(fractions) and all(progress.bytes_peak > 0 for progress in seen[1:])


def test_a_bar_of_tqdm_counts_to_a_hundred(large, tmp_path):
    class Bar:
        closed = 0

        def __init__(self, total=None, unit=None):
            self.total, self.n = total, 0
            bars.append(self)

        def update(self, more):
            self.n += more

        def close(self):
            self.closed += 1

    bars = []
    groma.build_hash_tables(large, 50, output=tmp_path, steps=(0, 50), progress=Bar)
    assert [(bar.total, bar.n, bar.closed) for bar in bars] == [(100, 100, 1)]
    bar = Bar()
    groma.build_hash_tables(large, 50, output=tmp_path, steps=(0, 50), progress=bar)
    assert (bar.total, bar.n, bar.closed) == (100, 100, 0)
    with pytest.raises(groma.InvalidArgumentError, match="progress is 3"):
        groma.build_hash_tables(large, 50, progress=3)


def test_false_cancels_and_an_exception_comes_through(large, tmp_path):
    with pytest.raises(groma.CancelledError):
        groma.build_hash_tables(large, 50, output=tmp_path, threads=1, progress=lambda progress: False)

    def fails(progress):
        raise LookupError("my own")

    with pytest.raises(LookupError, match="my own"):
        groma.build_hash_tables(large, 50, output=tmp_path, threads=1, progress=fails)
    assert groma.build_hash_tables(large, 50, output=tmp_path, resume=True).tables == 480


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to a whole group of processes")
def test_ctrl_c_cancels(large, tmp_path):
    program = """
        import signal, sys, groma
        # Who starts the tests in the background may have switched it off.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        shown = lambda progress: print(".", flush=True)
        try:
            while True:
                groma.build_hash_tables(sys.argv[1], 5, output=sys.argv[2], threads=1, progress=shown)
        except KeyboardInterrupt:
            print("interrupted", flush=True)
    """
    arguments = [sys.executable, "-c", textwrap.dedent(program), str(large), str(tmp_path)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == ".\n"
        process.send_signal(signal.SIGINT)
        assert process.stdout.read().endswith("interrupted\n")
    assert process.returncode == 0


def test_other_threads_run_meanwhile(large, tmp_path):
    ticks, ended = [], threading.Event()

    def tick():
        while not ended.wait(0.001):
            ticks.append(time.monotonic())

    thread = threading.Thread(target=tick)
    thread.start()
    start = time.monotonic()
    groma.build_hash_tables(large, 20, output=tmp_path, threads=1, progress=False)
    during = [t for t in ticks if start <= t <= time.monotonic()]
    ended.set()
    thread.join()
    assert len(during) > 10


def test_messages_arrive_in_logging(walks, tmp_path, caplog):
    with caplog.at_level(logging.INFO, logger="groma"):
        groma.build_hash_tables(walks, 50, output=tmp_path, progress=False)
        dataset = groma.Dataset(walks)
        dataset.query_radius(10**6, (0, 0, 0), 1.0)
    messages = [(record.levelname, record.getMessage()) for record in caplog.records if record.name == "groma"]
    assert any(level == "INFO" and message.startswith("Processing batch") for level, message in messages)
    assert any(level == "WARNING" and "time step 1000000 is asked for" in message for level, message in messages)


def test_a_callback_may_use_the_library(walks, tmp_path, large):
    found = []

    def look(progress):
        found.append(len(groma.Dataset(walks).query_radius(3, (0, 0, 0), 300.0).ids))

    groma.build_hash_tables(large, 50, output=tmp_path, threads=1, progress=look)
    assert len(set(found)) == 1 and found[0] > 0


def test_many_threads_ask_one_data_set(walks):
    dataset = groma.Dataset(walks)
    expected = [dataset.query_radius(step, (0, 0, 0), 200.0).to_numpy().tobytes() for step in range(20)]
    wrong = []

    def ask():
        for step in range(20):
            if dataset.query_radius(step, (0, 0, 0), 200.0).to_numpy().tobytes() != expected[step]:
                wrong.append(step)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert wrong == []


def test_errors_are_of_the_kinds_that_python_has():
    for error, kind in [
        (groma.InvalidArgumentError, ValueError),
        (groma.BadFormatError, ValueError),
        (groma.NotFoundError, FileNotFoundError),
        (groma.TileNotFoundError, KeyError),
        (groma.InputOutputError, OSError),
        (groma.OutOfMemoryError, MemoryError),
        (groma.InternalError, RuntimeError),
    ]:
        assert issubclass(error, groma.GromaError) and issubclass(error, kind)
        assert str(error("what is wrong")) == "what is wrong"


def test_reports_can_be_copied_and_sent_to_other_processes(tmp_path):
    groma.generate_trajectories(tmp_path / "crowd", 20, shards=2, interval=5, progress=False)
    report = groma.build_hash_tables(tmp_path / "crowd", 10.0, progress=False)
    for copied in (copy.deepcopy(report), pickle.loads(pickle.dumps(report))):
        assert copied.tables == report.tables == 10
        assert str(copied) == str(report)
    with pytest.raises(AttributeError, match="tables"):
        _ = report.no_such_figure


def ask(dataset, step):
    """What a process finds with a data set that it has got from another one."""
    found = dataset.query_radius(step, np.zeros((200, 3)), 300.0)
    return found, dataset.neighbours(step, 100.0)


@pytest.mark.parametrize("method", [m for m in multiprocessing.get_all_start_methods() if m != "forkserver"])
def test_data_sets_and_answers_go_to_other_processes_and_back(walks, method):
    dataset = groma.Dataset(walks, cell_size=50, cache_limit=0)
    dataset.periodic = (1000.0,) * 3
    # The threads that answer batches are there before the process is forked.
    expected = [ask(dataset, step) for step in range(3)]
    with multiprocessing.get_context(method).Pool(2) as pool:
        found = pool.starmap(ask, [(dataset, step) for step in range(3)])
    for (answers, near), (answers_here, near_here) in zip(found, expected):
        assert len(answers) == 200 and len(answers.images) > 0
        assert np.array_equal(answers.to_numpy(), answers_here.to_numpy())
        assert np.array_equal(answers.images, answers_here.images)
        assert len(near) > 0 and np.array_equal(near.to_numpy(), near_here.to_numpy())
        assert [id for id, _ in answers[3]] == [id for id, _ in answers_here[3]]
        with pytest.raises(ValueError, match="read-only"):
            answers.ids[0] = 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system forks no processes")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_opens_the_data_set_anew(walks):
    dataset = groma.Dataset(walks)
    expected = len(ask(dataset, 3)[0].ids)
    child = os.fork()
    if child == 0:
        # It ends as a program does, and closes what it has left.
        program_ends_well = 1
        try:
            program_ends_well = int(len(ask(dataset, 3)[0].ids) != expected)
            del dataset
        finally:
            os._exit(program_ends_well)
    assert os.waitpid(child, 0)[1] == 0
    assert len(ask(dataset, 3)[0].ids) == expected
