"""Programs that do not want to stop. Each is gone within a second, with everything that it started."""

import time

import pytest

UP = "import os, sys, time, signal, threading, subprocess\nprint('up', flush=True)\n"

HOSTILE = {
    "endless loop": "while True: pass",
    "catches everything": "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    "sleeps": "time.sleep(1e6)",
    "ignores the interrupt": "signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: time.sleep(1)",
    "ignores every signal": "for n in range(1, 65):\n    try: signal.signal(n, signal.SIG_IGN)\n"
    "    except (OSError, ValueError): pass\nwhile True: pass",
    "native code that holds Python's lock": "sum(range(10**12))",
    "a regular expression that never ends": "import re\nre.match('(a*)*b', 'a' * 40)",
    "a huge power": "10 ** (10 ** 9)",
    "threads": "for _ in range(8): threading.Thread(target=lambda: [None for _ in iter(int, 1)]).start()",
    "deadlock": "lock = threading.Lock()\nlock.acquire()\nlock.acquire()",
    "children": "for _ in range(20): subprocess.Popen(['sleep', '1000'])\nwhile True: time.sleep(1)",
    "a daemon that left its group": "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
    "        while True: time.sleep(1)\n    os._exit(0)\nwhile True: time.sleep(1)",
    "a family of forks": "for _ in range(4): os.fork()\nwhile True: pass",
    "prints without end": "while True: print('y' * 100)",
    "writes to the descriptor without end": "while True: os.write(1, b'z' * 65536)",
    "takes all memory": "hoard = []\nwhile True:\n"
    "    try: hoard.append(bytearray(10**7))\n    except MemoryError: pass",
    "closes every descriptor": "os.closerange(0, 256)\nwhile True: pass",
    "stops itself": "os.kill(os.getpid(), signal.SIGSTOP)",
    "never leaves": "import atexit\n@atexit.register\ndef stay():\n    while True:\n        try: time.sleep(1)\n"
    "        except KeyboardInterrupt: pass",
    "recursion without end": "sys.setrecursionlimit(10**9)\n"
    "def deeper():\n    try: deeper()\n    finally: deeper()\ndeeper()",
}


@pytest.mark.parametrize("program", HOSTILE.values(), ids=HOSTILE.keys())
def test_it_stops_within_a_second_and_leaves_nothing(runs, program):
    runs.begin(UP + program)
    runs.wait_for_text("up")
    time.sleep(0.1)  # let it become hostile
    began = time.perf_counter()
    runs.supervisor.stop()
    runs.wait_for(lambda: runs.supervisor._active is None, 3)
    took = time.perf_counter() - began
    assert took < 1.0
    assert runs.supervisor.trace.ended is not None
    # The proof that nothing is left is in the fixture.
