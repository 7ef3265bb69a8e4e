"""A runner without a process, for tests and pictures of the window."""

from gradviz.supervisor import Ready
from gradviz.trace.trace import Trace
from tests import traces
from tests.ui.instant import InstantEvaluator


class PlayedRunner:
    """Stands in for the supervisor: answers a run with the trace written for that program, at once."""

    def __init__(self):
        self.ready = Ready(traces.OPS, "3.11.7", "")
        self.trace = Trace()
        self.status = "idle"
        self.failure = ""
        self.runs = []
        self.answers = {}
        self.evaluator = InstantEvaluator()

    def run(self, run):
        self.runs.append(run)
        self.trace = self.answers.get(run.program, self.trace)
        self.status = "ended"

    def hold(self):
        self.status = "held"

    def resume(self, passes=0, goal=None):
        self.status = "running"

    def set_speed(self, speed):
        pass

    def stop(self):
        self.status = "ended"
