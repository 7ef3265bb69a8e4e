import json
from dataclasses import replace

import numpy as np
import pytest

from gradviz.trace import codec
from gradviz.trace.events import OptimizerStepped, Source, TensorMade
from gradviz.trace.messages import CurveKey, CurvesExtended, FigureShown, PassRecorded, RunBegan, TextPrinted
from gradviz.trace.passes import Carried, Pass
from gradviz.trace.value import Value
from tests import traces


def made(data):
    return TensorMade(1, Value.of(data), True, "tensor", "x", Source(3, 0, 3, 5))


def round_trip(record):
    (body,) = codec.FrameReader().feed(codec.encode(record))
    return codec.decode(body)


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int64", "float16", "float32", "float64", "complex64"])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3), (2, 0, 4)])
def test_values_survive(dtype, shape):
    data = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype)
    event = round_trip(made(data))
    assert event == made(data)
    assert event.value.data.dtype == data.dtype
    assert not event.value.data.flags.writeable


def test_fortran_order_and_scalars_survive():
    data = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    assert np.array_equal(round_trip(made(data)).value.data, data)
    assert round_trip(made(np.float32(2.5))).value.item() == 2.5


def test_nan_and_infinity_survive():
    message = CurvesExtended(0, (CurveKey("loss"),), np.array([[np.nan], [np.inf]]))
    assert np.array_equal(round_trip(message).rows, message.rows, equal_nan=True)


def test_big_values_keep_a_summary():
    value = round_trip(made(np.ones((500, 500)))).value
    assert value.data is None
    assert value.summary.mean == 1.0
    assert value.summary.sketch.shape == (32, 32)


def test_schema_1_had_no_histograms():
    """Its summaries are one field shorter; everything else is read as it was."""
    body = codec.encode(made(np.ones((500, 500))))[codec.HEAD.size :]
    (length,) = codec.TEXT.unpack_from(body)
    text, arrays = body[codec.TEXT.size : codec.TEXT.size + length], body[codec.TEXT.size + length :]
    tree = json.loads(text)

    def shorter(item):
        if isinstance(item, list):
            return [shorter(part) for part in (item[:-1] if item[:1] == ["Summary"] else item)]
        return {name: shorter(part) for name, part in item.items()} if isinstance(item, dict) else item

    old = json.dumps(shorter(tree)).encode()
    assert old != text
    event = codec.decode(codec.TEXT.pack(len(old)) + old + arrays, 1)
    assert event == made(np.ones((500, 500)))
    assert event.value.histogram.size == 0
    assert event.value.summary.mean == 1.0


def test_schema_3_told_nothing_of_parameters_that_a_step_passed_over():
    step = OptimizerStepped("SGD", ((("lr", 0.1),),), (), None, (3, 4))
    assert round_trip(step) == step
    body = codec.encode(step)[codec.HEAD.size :]
    (length,) = codec.TEXT.unpack_from(body)
    tree = json.loads(body[codec.TEXT.size : codec.TEXT.size + length])
    old = json.dumps(tree[:-1]).encode()
    assert codec.decode(codec.TEXT.pack(len(old)) + old, 3) == replace(step, skipped=())


def test_a_torn_file_loses_only_its_tail():
    stored = [RunBegan("numpy", "x", "", ()), *(TextPrinted("stdout", str(n)) for n in range(20))]
    whole = b"".join(codec.write_trace(stored))
    assert list(codec.read_trace(whole)) == stored
    for cut in range(len(whole)):
        try:
            read = list(codec.read_trace(whole[:cut]))
        except codec.TraceError:
            assert cut < 16
            continue
        assert read == stored[: len(read)]


def test_every_flipped_byte_is_noticed():
    stored = [PassRecorded(Pass(0, Carried(), (made(np.arange(4.0)),)))]
    whole = b"".join(codec.write_trace(stored))
    start = whole.index(b"\n") + 1
    for position in range(start, len(whole)):
        damaged = bytearray(whole)
        damaged[position] ^= 0x55
        assert list(codec.read_trace(bytes(damaged))) == []


@pytest.mark.parametrize(
    "tree",
    [
        b'["Popen", "rm"]',
        b'["Source", 1]',
        b"[]",
        b'{"dtype": "object", "shape": [1], "at": 0}',
        b'{"dtype": "float64", "shape": [1000000000], "at": 0}',
        b'{"dtype": "float64", "shape": [-1], "at": 0}',
        b"[" * 5000,
        b"not json",
    ],
)
def test_hostile_bodies_are_refused_in_words(tree):
    with pytest.raises(codec.TraceError, match="not a gradviz record"):
        codec.decode(codec.TEXT.pack(len(tree)) + tree)


def test_a_picture_survives_and_a_frame_of_one_is_bounded():
    shown = FigureShown(3, np.arange(256, dtype=np.uint8), 640, 480, 7)
    back = round_trip(shown)
    assert (back.key, back.width, back.height, back.number) == (3, 640, 480, 7)
    assert back.png.tobytes() == shown.png.tobytes()
    cut = codec.encode(shown)[codec.HEAD.size : -1]
    with pytest.raises(codec.TraceError, match="beyond its frame"):
        codec.decode(cut)


def test_what_is_no_record_is_not_written():
    with pytest.raises(TypeError, match="no place in a trace"):
        codec.encode(object())


def test_newer_and_foreign_files_are_refused_in_words():
    with pytest.raises(codec.TraceError, match="newer"):
        list(codec.read_trace(b"gradviz-trace 99\n"))
    with pytest.raises(codec.TraceError, match="not a gradviz trace"):
        list(codec.read_trace(b"PK\x03\x04"))


def test_a_value_that_comes_again_is_written_once():
    shown = Value.of(np.arange(4_000.0))
    made = [TensorMade(known, shown, False, "ones", None, None) for known in (1, 2)]
    one, two = codec.encode(made[0]), codec.encode(Pass(0, Carried((), (), ()), tuple(made)))
    assert len(two) < len(one) + 1_000
    read = codec.decode(two[8:])
    assert [event.value for event in read.events] == [shown, shown]


@pytest.mark.parametrize("name", ["line", "matrix", "downhill"])
def test_a_long_frame_is_read_in_pieces_and_is_the_same(name, monkeypatch):
    for item in traces.ALL[name]().passes:
        frame = codec.encode(PassRecorded(item))
        whole = round_trip(PassRecorded(item))
        monkeypatch.setattr(codec, "LONG_TEXT", 0)
        for depth in range(8):
            monkeypatch.setattr(codec, "EVENTS", depth)
            pieces = codec.decode(frame[codec.HEAD.size :])
            assert type(pieces.item.events) is tuple
            assert codec.encode(pieces) == codec.encode(whole)
        monkeypatch.undo()


@pytest.mark.parametrize("depth", [1, 3, 9])
def test_a_damaged_text_is_refused_in_pieces_too(depth, monkeypatch):
    """Every text that is cut short or has another sign somewhere is a record or a TraceError, nothing else."""
    monkeypatch.setattr(codec, "LONG_TEXT", 0)
    monkeypatch.setattr(codec, "EVENTS", depth)
    body = codec.encode(PassRecorded(Pass(0, Carried(), (made(1.0),))))[codec.HEAD.size :]
    (length,) = codec.TEXT.unpack_from(body)
    text, arrays = body[codec.TEXT.size : codec.TEXT.size + length], body[codec.TEXT.size + length :]
    cut = [text[:at] for at in range(length)]
    signs = (b"]", b"[", b"{", b",", b"7", b'"')
    changed = [text[:at] + sign + text[at + 1 :] for at in range(length) for sign in signs]
    refused = 0
    for damaged in cut + changed:
        try:
            codec.decode(codec.TEXT.pack(len(damaged)) + damaged + arrays)
        except codec.TraceError:
            refused += 1
    assert refused > len(cut)
