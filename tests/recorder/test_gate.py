import threading
import time

import pytest

from gradviz.recorder.gate import Gate


class Loop:
    """A training loop in a thread, counting its passes."""

    def __init__(self, gate):
        self.gate, self.passes, self.holds, self.going = gate, 0, 0, True
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self):
        while self.going:
            self.passes += 1
            if self.gate.open:
                time.sleep(0.0005)
            else:
                self.gate.pass_ended(self._held)

    def _held(self):
        self.holds += 1

    def settle(self):
        before = -1
        while before != self.passes:
            before = self.passes
            time.sleep(0.03)
        return self.passes

    def end(self):
        self.going = False
        self.gate.set_speed(0)
        self.gate.resume()
        self.thread.join(5)
        assert not self.thread.is_alive()


@pytest.fixture
def loop():
    gate = Gate()
    gate.hold()
    made = Loop(gate)
    yield made
    made.end()


def test_a_held_start_stops_after_the_first_pass(loop):
    assert (loop.settle(), loop.holds) == (1, 1)


def test_one_pass_at_a_time(loop):
    loop.settle()
    for expected in (2, 3, 4):
        loop.gate.resume(1)
        assert loop.settle() == expected
    loop.gate.resume(5)
    assert loop.settle() == 9


def test_hold_stops_a_running_loop(loop):
    loop.gate.resume()
    time.sleep(0.05)
    assert loop.gate.open
    loop.gate.hold()
    stopped = loop.settle()
    assert stopped > 5
    time.sleep(0.05)
    assert loop.passes == stopped


def test_a_speed_limit_is_kept_and_lifted(loop):
    loop.gate.set_speed(40)
    loop.gate.resume()
    began, before = time.perf_counter(), loop.passes
    time.sleep(0.5)
    rate = (loop.passes - before) / (time.perf_counter() - began)
    assert 25 < rate < 50
    loop.gate.set_speed(0)
    assert loop.gate.open


def test_a_hold_does_not_wait_for_a_slow_speed(loop):
    loop.settle()
    loop.gate.set_speed(0.1)
    loop.gate.resume(2)
    time.sleep(0.05)
    before = loop.holds
    loop.gate.hold()
    time.sleep(0.1)
    assert loop.holds == before + 1
