import os
import time

from gradviz.supervisor.supervisor import Supervisor
from gradviz.trace.events import ErrorRaised
from gradviz.trace.messages import OutputThinned, RunBegan, RunEnded
from gradviz.worker.protocol import Run


def test_a_program_runs_and_its_messages_come_in_order(runs):
    ended = runs.run("import sys\nprint('one')\nprint('two', file=sys.stderr)\nprint('three')")
    assert (ended.exit_code, ended.note) == (0, "")
    assert isinstance(runs.messages[0], RunBegan)
    assert [(m.stream, m.text) for m in runs.messages[1:-1]] == [
        ("stdout", "one\n"),
        ("stderr", "two\n"),
        ("stdout", "three\n"),
    ]
    assert runs.supervisor.status == "ended"
    assert runs.supervisor.trace.ended is ended


def test_exit_codes_are_pythons(runs):
    for program, code in [("import sys; sys.exit(7)", 7), ("raise SystemExit('x')", 1), ("1/0", 1), ("x =", 1)]:
        assert runs.run(program).exit_code == code
    assert runs.run("import os; os._exit(3)").exit_code == 3


def test_an_error_points_at_the_expression(runs):
    runs.run("def f(a):\n    return 'ä' + a / 0\n\nf(1)")
    (error,) = [m for m in runs.messages if isinstance(m, ErrorRaised)]
    assert (error.kind, error.message) == ("ZeroDivisionError", "division by zero")
    assert (error.source.line, error.source.column, error.source.end_column) == (2, 17, 22)
    assert [(frame.function, frame.line) for frame in error.frames] == [("<module>", 4), ("f", 2)]
    assert runs.supervisor.trace.error == error


def test_a_flood_of_text_is_told_with_the_line_that_prints_it(runs):
    ended = runs.run("print('few words')\nfor i in range(60):\n    print('x' * 99_999)")
    assert ended.exit_code == 0
    (thinned,) = [m for m in runs.messages if isinstance(m, OutputThinned)]
    assert (thinned.source.line, thinned.limit) == (3, 2_000_000)
    assert runs.supervisor.trace.thinned == thinned
    runs.run("print('x' * 99_999)")
    assert runs.supervisor.trace.thinned is None


def test_a_crash_is_told_in_words(runs):
    runs.run("import ctypes; ctypes.string_at(0)")
    assert runs.supervisor.status == "failed"
    assert "segmentation fault" in runs.supervisor.failure
    runs.run("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert "killed from outside" in runs.supervisor.failure
    runs.run("import os; os.abort()")
    assert "aborted" in runs.supervisor.failure
    runs.run("print('fine')")
    assert (runs.supervisor.status, runs.supervisor.failure, runs.text()) == ("ended", "", "fine\n")


def test_a_worker_that_cannot_start_is_told_in_words():
    import sys

    for command in (["/does/not/exist"], [sys.executable, "-c", "raise ImportError('no numpy here')"]):
        supervisor = Supervisor(command=command)
        supervisor.warm()
        limit = time.monotonic() + 5
        while supervisor.status != "failed" and time.monotonic() < limit:
            time.sleep(0.01)
        assert supervisor.failure.startswith("The process that runs programs could not start: ")
        assert "exist" in supervisor.failure or "no numpy here" in supervisor.failure
        supervisor.shutdown()


def test_a_run_in_a_worker_that_cannot_start_ends_in_words():
    import sys

    ends = []
    supervisor = Supervisor(listen=ends.append, command=[sys.executable, "-c", "raise SystemExit(5)"])
    supervisor.run(Run("print(1)", "p.py", ""))
    limit = time.monotonic() + 5
    while supervisor.status != "failed" and time.monotonic() < limit:
        time.sleep(0.01)
    assert "could not start" in supervisor.failure
    supervisor.shutdown()


def test_messages_of_an_older_run_never_mix_in(runs):
    runs.begin("while True: print('old')")
    runs.wait_for_text("old")
    for number in range(5):
        runs.supervisor.run(Run(f"print('new {number}')", "/tmp/p.py", "/tmp"))
    runs.wait_for(lambda: runs.supervisor.trace.program == "print('new 4')" and runs.supervisor.trace.ended)
    assert "".join(text.text for text in runs.supervisor.trace.output) == "new 4\n"


def test_the_spare_is_warm_again_after_a_run(runs):
    runs.run("print(1)")
    runs.wait_for(lambda: runs.supervisor._spare is not None and runs.supervisor._spare.spoke)
    began = time.perf_counter()
    runs.run("print(2)")
    assert time.perf_counter() - began < 0.5


def test_a_dead_spare_is_replaced(runs):
    runs.supervisor.warm()
    runs.wait_for(lambda: runs.supervisor.ready is not None)
    runs.supervisor._spare._process.kill()
    runs.wait_for(lambda: runs.supervisor._spare is None)
    assert runs.run("print(1)").exit_code == 0


def test_calls_never_block(runs):
    runs.begin("import signal, time\nsignal.signal(2, signal.SIG_IGN)\nprint('up')\nwhile True: time.sleep(9)")
    runs.wait_for_text("up")
    began = time.perf_counter()
    runs.supervisor.stop()
    runs.supervisor.hold()
    runs.supervisor.resume()
    runs.supervisor.set_speed(3)
    runs.supervisor.run(Run("print('next')", "/tmp/p.py", "/tmp"))
    assert time.perf_counter() - began < 0.05
    runs.wait_for_text("next")


def test_wake_follows_every_change():
    seen = []
    supervisor = Supervisor(wake=lambda: seen.append((supervisor.status, supervisor.trace.version)))
    supervisor.run(Run("print(1)", "/tmp/p.py", "/tmp"))
    limit = time.monotonic() + 5
    while supervisor.status != "ended" and time.monotonic() < limit:
        time.sleep(0.01)
    supervisor.shutdown()
    statuses = [status for status, _ in seen]
    changes = [s for i, s in enumerate(statuses) if i == 0 or statuses[i - 1] != s]
    assert changes[-3:] == ["starting", "running", "ended"]
    assert isinstance(supervisor.trace.ended, RunEnded)


def test_a_program_sees_no_trace_of_the_folder_gradviz_runs_in(runs, tmp_path):
    (tmp_path / "beside.py").write_text("answer = 42\n")
    path = str(tmp_path / "program.py")
    runs.run(
        "import os, sys, beside\nprint(__name__, __file__, sys.argv, os.getcwd(), sys.path[0], beside.answer)",
        path=path,
        directory=str(tmp_path),
        arguments=("a", "b"),
    )
    assert runs.text() == f"__main__ {path} ['{path}', 'a', 'b'] {tmp_path} {tmp_path} 42\n"


def test_shutdown_while_a_program_runs_leaves_nothing(runs):
    runs.begin("import subprocess\nsubprocess.Popen(['sleep', '100'])\nprint('up')\nwhile True: pass")
    runs.wait_for_text("up")
    pid = runs.supervisor._active.pid
    began = time.perf_counter()
    runs.supervisor.shutdown()
    assert time.perf_counter() - began < 1
    assert not os.path.exists(f"/proc/{pid}/fd/0")


def test_a_worker_whose_frames_are_torn_is_ended_in_words():
    import sys

    garbage = "import sys, time\nsys.stdout.buffer.write(b'\\x00\\x00\\x00\\x08' + b'torn' * 3)\nsys.stdout.flush()\n"
    supervisor = Supervisor(command=[sys.executable, "-c", garbage + "time.sleep(60)"])
    supervisor.run(Run("print(1)", "p.py", ""))
    limit = time.monotonic() + 5
    while supervisor.status != "failed" and time.monotonic() < limit:
        time.sleep(0.01)
    assert "a frame is damaged" in supervisor.failure
    supervisor.shutdown()


def test_a_long_pass_is_read_before_anybody_asks(runs):
    begin = "import torch\nx = y = torch.ones(3, requires_grad=True)\n"
    runs.run(f"{begin}for i in range(600):\n    y = y * 2\ny.sum().backward()")
    (item,) = runs.supervisor.trace.passes
    assert "history" in vars(item)
    runs.run(f"{begin}x.sum().backward()")
    (item,) = runs.supervisor.trace.passes
    assert "history" not in vars(item)
