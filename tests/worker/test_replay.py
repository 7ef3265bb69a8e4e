"""Every lesson and every teaching program: the forward of each pass, run again, gives the loss that the program got."""

import contextlib
import io
from pathlib import Path

import numpy as np
import pytest

from gradviz.engine import torch
from gradviz.recorder.gate import Gate
from gradviz.recorder.numpy_engine import NumPyRecorder
from gradviz.trace import codec
from gradviz.trace.forward import ForwardRecorded
from gradviz.worker.batching import Batched
from gradviz.worker.forward import Replay
from tests.in_process import namespace

ROOT = Path(__file__).parent.parent.parent

SLOW = ("char_rnn", "transformer_block", "lstm_adding", "gru_parity", "rnn_sine", "cnn_shapes", "residual_network")
"""Seconds each; their operations are in the others, or in `test_batching`."""

PROGRAMS = [
    path
    for path in sorted([*(ROOT / "resources/lessons").glob("*.py"), *(ROOT / "tests/programs/teaching").glob("*.py")])
    if path.stem not in SLOW
]

REFUSED = {
    "06_loops": 1,  # a loop that ends by a norm
    "custom_function": 3,
    "packed_sequences": 2,
    "state_dicts": 1,
    "views": 1,
}
"""How many functions of a program have none to run again, where all or many have not."""


class EnoughError(Exception):
    """The program has shown enough passes."""


def functions(path, most=40):
    """The functions of a program as they are sent, and the sentences in place of others."""
    frames = []

    def send(message):
        if isinstance(message, ForwardRecorded):
            frames.append(codec.encode(message))
            if len(frames) >= most:
                raise EnoughError

    text = path.read_text(encoding="utf-8")
    space = namespace()
    torch.manual_seed(0)
    recorder = NumPyRecorder(text, str(path), space, send, Gate(), False)
    recorder.start()
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            exec(compile(text, str(path), "exec"), space)
    except EnoughError:
        pass
    finally:
        with contextlib.suppress(EnoughError):
            recorder.stop(None)
    return [codec.decode(frame[codec.HEAD.size :]) for frame in frames]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_the_forward_run_again_is_the_loss_of_the_pass(path):
    told = functions(path)
    refused = [each.why_not for each in told if each.forward is None]
    assert all("failed" not in why for why in refused), refused
    assert path.stem not in REFUSED or len(refused) == REFUSED[path.stem]
    for each in told:
        if each.forward is not None:
            replay = Replay(each.forward)
            assert replay.loss(replay.own_leaves()) == pytest.approx(each.forward.loss, rel=1e-6, nan_ok=True)
    kept = [each.forward for each in told if each.forward is not None]
    if kept:
        # Together and one by one are the same elsewhere, too.
        replay, draw = Replay(kept[-1]), np.random.default_rng(0)
        own = replay.own_leaves()
        many = [
            np.stack([leaf + (0.1 * n * draw.standard_normal(leaf.shape)).astype(leaf.dtype) for n in range(3)])
            for leaf in own
        ]
        found = Batched(kept[-1], (True,) * len(own)).losses(many, own)
        single = [replay.loss([some[point] for some in many]) for point in range(3)]
        np.testing.assert_allclose(found, single, rtol=2e-4, atol=1e-5)
