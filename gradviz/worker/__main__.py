"""Entry of the child process: `python -I -m gradviz.worker`.

It says that it is ready, waits for one program, runs it, and is then spent. Or it is asked to evaluate recorded
forwards, as often as one likes: then it never runs a program.
"""

from __future__ import annotations

import os
import queue
import threading

from ..recorder.gate import Gate
from ..trace.forward import Evaluate
from . import limits
from .channel import Channel
from .goals import reached
from .newest import Newest
from .protocol import Hold, Resume, Run, SetSpeed


def main() -> None:
    """Serve one run on descriptors 0 and 1; never returns."""
    channel = Channel.of_standard_streams()
    limits.die_with_parent()
    limits.interruptible()
    leave = os._exit  # The program's own calls of it are told to the parent first; ours are not.
    gate = Gate()
    asked: queue.SimpleQueue[Run | Evaluate] = queue.SimpleQueue()
    newest = Newest()

    def listen() -> None:
        for command in channel.commands():
            match command:
                case Run():
                    asked.put(command)
                case Evaluate(number=number):
                    newest.number = number
                    asked.put(command)
                case Hold():
                    gate.hold()
                case Resume(passes=passes, goal=goal):
                    gate.resume(passes, None if goal is None else reached(goal))
                case SetSpeed(speed=speed):
                    gate.set_speed(speed)
        leave(1)  # The parent is gone, or wants no more of us.

    threading.Thread(target=listen, name="commands", daemon=True).start()
    # Everything slow is loaded before the word that we are ready, so that a warm spare answers at once.
    from . import run as running
    from .readiness import ready

    channel.send(ready())
    if asked.empty():  # nobody waits: what a first picture needs is loaded now as well
        from . import evaluation as _  # noqa: F401
    first = asked.get()
    if isinstance(first, Run):
        leave(running.execute(first, channel, gate))
    from .evaluation import Evaluation

    evaluation = Evaluation(channel.send, newest)
    while isinstance(first, Evaluate):
        evaluation.answer(first)
        first = asked.get()
    leave(1)


if __name__ == "__main__":
    main()
