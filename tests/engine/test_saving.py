"""Files that PyTorch 2.13 wrote, kept here byte by byte; torn ones, hostile ones, and things that are not saved."""

import base64
import io
import json
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from gradviz.engine import torch, watch

RECORDED = json.loads((Path(__file__).parents[1] / "recorded" / "saved.json").read_text(encoding="utf-8"))


def saved(value):
    file = io.BytesIO()
    torch.save(value, file)
    return file.getvalue()


def loaded(content, **options):
    return torch.load(io.BytesIO(content), **options)


def packed(stream, storages=(), **others):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("archive/data.pkl", stream)
        for i, storage in enumerate(storages):
            archive.writestr(f"archive/data/{i}", storage)
        for name, content in others.items():
            archive.writestr(f"archive/{name}", content)
    return file.getvalue()


@pytest.mark.parametrize("answer", RECORDED, ids=lambda answer: answer["name"])
def test_files_of_torch_are_read(answer):
    assert repr(loaded(base64.b64decode(answer["file"]))) == answer["printed"]


def test_paths_and_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    torch.save({"w": torch.ones(2)}, "model.pt")
    torch.save(torch.zeros(1), tmp_path / "other.pt")
    assert torch.load("model.pt")["w"].tolist() == [1, 1]
    with open("other.pt", "rb") as file:
        assert torch.load(file).tolist() == [0]


def test_a_run_hears_of_loaded_tensors():
    heard = []

    class Heard(watch.Watcher):
        def tensor_made(self, tensor, maker):
            heard.append((type(tensor).__name__, maker))

    content = saved([torch.ones(2), torch.nn.Parameter(torch.ones(1))])
    watch.start(Heard())
    loaded(content)
    watch.stop()
    assert sorted(heard) == [("Parameter", "Parameter"), ("Tensor", "load")]


@pytest.mark.parametrize(
    "value",
    [torch.nn.Linear(1, 1), np.array([None]), lambda: 1, {1: [object()]}, torch.optim.SGD([torch.ones(1)])],
    ids=["module", "array of objects", "function", "inside", "optimizer"],
)
def test_what_is_more_than_plain_data_is_not_saved(value):
    with pytest.raises(NotImplementedError, match=r"torch\.save: gradviz's NumPy engine saves plain data, not objects"):
        saved(value)


def test_a_file_that_was_not_finished_is_left_out_of_the_way(tmp_path):
    path = tmp_path / "model.pt"
    torch.save([1], path)
    with pytest.raises(NotImplementedError):
        torch.save([object()], path)
    assert torch.load(path) == [1]


def test_every_cut_is_told_in_a_sentence():
    content = saved({"w": torch.arange(5.0), "n": [1, "a"]})
    for length in range(0, len(content), 7):
        with pytest.raises(RuntimeError, match=r"torch\.load: this is not a file that torch\.save wrote"):
            loaded(content[:length])


def test_every_changed_byte_is_told_or_harmless():
    content = saved({"w": torch.arange(5.0), "n": [1, "a", (2, 3)]})
    random, answers = np.random.default_rng(0), []
    stream = zipfile.ZipFile(io.BytesIO(content)).read("archive/data.pkl")
    storage = np.arange(5.0, dtype=np.float32).tobytes()
    for _ in range(3000):
        changed = bytearray(stream)
        for place in random.integers(0, len(changed), random.integers(1, 4)):
            changed[place] = random.integers(0, 256)
        answers.append(answer_to(packed(bytes(changed), [storage])))
    assert {answer[:16] for answer in answers} == {"", "torch.load: this"}


def answer_to(content):
    """The sentence in which a file is refused, as far as it does not depend on the place; empty if it was read."""
    try:
        loaded(content)
    except RuntimeError as error:
        return str(error).replace("gradviz's NumPy engine computes on the CPU only: ", "torch.load: ")
    return ""


def tensor_stream(offset, size, stride, count=4):
    def number(value):
        return b"J" + struct.pack("<i", value)

    def numbers(values):
        return b"(" + b"".join(map(number, values)) + b"t"

    reference = b"(X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpu"
    head = b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n(" + reference + number(count) + b"tQ"
    return head + number(offset) + numbers(size) + numbers(stride) + b"\x89)tR."


MEMORY = np.arange(4.0, dtype=np.float32).tobytes()
HOSTILE = {
    "call": packed(b"cos\nsystem\nX\x02\x00\x00\x00ls\x85R."),
    "getattr": packed(b"c__builtin__\ngetattr\n."),
    "eval": packed(b"\x80\x04\x8c\x08builtins\x8c\x04eval\x93."),
    "old class": packed(b"(ios\nsystem\n."),
    "new object": packed(b"ctorch\nSize\n)\x81."),
    "extension": packed(b"\x82\x01."),
    "beyond the end": packed(tensor_stream(0, [5], [1]), [MEMORY]),
    "far offset": packed(tensor_stream(4, [1], [1]), [MEMORY]),
    "negative offset": packed(tensor_stream(-1, [1], [1]), [MEMORY]),
    "negative stride": packed(tensor_stream(3, [2], [-1]), [MEMORY]),
    "negative size": packed(tensor_stream(0, [-1], [1]), [MEMORY]),
    "wide stride": packed(tensor_stream(0, [2, 2], [2**30, 2**30]), [MEMORY]),
    "too many dimensions": packed(tensor_stream(0, [1] * 99, [1] * 99), [MEMORY]),
    "uneven": packed(tensor_stream(0, [1], [1, 1]), [MEMORY]),
    "short storage": packed(tensor_stream(0, [1], [1], 400), [MEMORY]),
    "no storage": packed(tensor_stream(0, [1], [1])),
    "compressed": None,
    "no end": packed(b"]" * 1000),
    "endless text": packed(b"X\xff\xff\xff\xffabc."),
    "no mark": packed(b"K\x01t."),
    "unknown note": packed(b"h\x05."),
    "no key": packed(b"}(K\x01u."),
    "list as key": packed(b"}(]K\x01u."),
    "call of a number": packed(b"K\x01)R."),
    "call of a list": packed(b"]K\x01R."),
    "attributes of a list": packed(b"]}b."),
    "attributes that are none": packed(b"ccollections\nOrderedDict\n)RK\x01b."),
    "version": packed(b"\x80\x09N."),
    "nothing": packed(b"."),
    "array of objects": packed(b"cnumpy\ndtype\nX\x02\x00\x00\x00O8\x89\x88\x87R."),
    "array without content": packed(b"cnumpy._core.multiarray\n_reconstruct\n)R(K\x01tb."),
    "text as storage": packed(b"X\x01\x00\x00\x00aQ."),
}
with io.BytesIO() as _file:
    with zipfile.ZipFile(_file, "w", zipfile.ZIP_DEFLATED) as _archive:
        _archive.writestr("archive/data.pkl", b"]" * 100000)
    HOSTILE["compressed"] = _file.getvalue()


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_files_are_refused_in_a_sentence(case):
    with pytest.raises(RuntimeError, match=r"torch\.load: this "):
        loaded(HOSTILE[case], weights_only=False)


def test_deep_containers_are_no_recursion():
    value = loaded(packed(b"]" * 20000 + b"a" * 19999 + b"."))
    depth = 0
    while value:
        value, depth = value.pop(), depth + 1
    assert depth == 19999


def test_memory_of_another_byte_order_is_turned():
    turned = packed(tensor_stream(0, [4], [1]), [np.arange(4.0, dtype=">f4").tobytes()], byteorder=b"big")
    assert loaded(turned).tolist() == [0, 1, 2, 3]
