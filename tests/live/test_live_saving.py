"""Files from here to real torch and back: every kind of plain data, in both directions."""

import collections
import io
import zipfile

import numpy as np
import pytest
import torch

from gradviz.engine import torch as gv_torch

DTYPES = [
    "bool",
    "uint8",
    "int8",
    "int16",
    "int32",
    "int64",
    "float16",
    "bfloat16",
    "float32",
    "float64",
    "complex64",
    "complex128",
]


def described(value):
    """Types, numbers and sharing, in words that both packages have."""
    if type(value).__name__ in ("Tensor", "Parameter"):
        numbers = value.detach().to((torch if isinstance(value, torch.Tensor) else gv_torch).complex128)
        return (
            type(value).__name__,
            str(value.dtype),
            tuple(value.shape),
            tuple(value.stride()) if value.numel() else None,
            value.requires_grad,
            value.is_leaf,
            numbers.tolist(),
        )
    if isinstance(value, dict):
        return type(value).__name__, [(described(key), described(each)) for key, each in value.items()]
    if isinstance(value, (list, tuple)):
        return type(value).__name__, [described(each) for each in value]
    return type(value).__name__, repr(value)


def crossed(obj, source, target, **options):
    file = io.BytesIO()
    source.save(obj, file)
    file.seek(0)
    return target.load(file, **options)


def pictures(p):
    return p.arange(24.0).reshape(2, 3, 4)


VALUES = {
    **{name: lambda p, name=name: p.tensor([[0, 1, 2], [3, 4, 5]]).to(getattr(p, name)) for name in DTYPES},
    "scalar": lambda p: p.tensor(2.5),
    "empty": lambda p: p.zeros(0, 3),
    "leaf": lambda p: p.ones(2, requires_grad=True),
    "inner": lambda p: p.ones(2, requires_grad=True) * 2,
    "parameter": lambda p: p.nn.Parameter(p.ones(2)),
    "frozen": lambda p: p.nn.Parameter(p.ones(2), requires_grad=False),
    "transposed": lambda p: pictures(p).transpose(0, 2),
    "row": lambda p: pictures(p)[1, 2],
    "steps": lambda p: pictures(p)[:, ::2, 1],
    "element": lambda p: pictures(p)[1, 2, 3],
    "expanded": lambda p: p.ones(3, 1).expand(3, 4),
    "numbers": lambda p: [0, 1, 255, 256, 65536, -1, -(2**31), 2**31, 10**30, -(10**30), 1.5, -0.0, True, False, None],
    "text": lambda p: ["", "a", "äß∇", "a", "x" * 300],
    "tuples": lambda p: [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), ((), [])],
    "dictionary": lambda p: {"a": 1, 2: {"b": [p.ones(1)]}, (1, 2): None},
    "ordered": lambda p: collections.OrderedDict(b=1, a=p.zeros(2)),
    "counter": lambda p: collections.Counter("abca"),
    "set": lambda p: {3},
    "complex": lambda p: 1 - 2j,
    "bytes": lambda p: b"\x00\xffab",
    "size": lambda p: p.ones(2, 3).shape,
    "dtypes": lambda p: [p.float32, p.int64, p.bool],
    "device": lambda p: p.device("cpu"),
    "many": lambda p: {f"name {i}": [i, p.tensor(float(i))] for i in range(400)},
    "module": lambda p: (
        p.manual_seed(1) and p.nn.Sequential(p.nn.Linear(2, 3), p.nn.ReLU(), p.nn.Linear(3, 1)).state_dict()
    ),
    "checkpoint": lambda p: checkpoint(p),
}


def checkpoint(p):
    p.manual_seed(0)
    model = p.nn.Linear(3, 2)
    optimizer = p.optim.Adam(model.parameters(), lr=0.01)
    scheduler = p.optim.lr_scheduler.MultiStepLR(optimizer, [1, 3])
    loss = model(p.ones(4, 3)).sum()
    loss.backward()
    optimizer.step()
    scheduler.step()
    return {
        "epoch": 3,
        "model_state_dict": model.state_dict(),
        "optimizer_state_dict": optimizer.state_dict(),
        "loss": loss,
        "losses": [0.5, loss.item()],
        "scheduler": {k: v for k, v in scheduler.state_dict().items() if k != "milestones"},
    }


@pytest.mark.parametrize("case", VALUES)
def test_from_here_to_torch(case):
    assert described(crossed(VALUES[case](gv_torch), gv_torch, torch)) == described(
        crossed(VALUES[case](torch), torch, torch)
    )


@pytest.mark.parametrize("case", VALUES)
def test_from_torch_to_here(case):
    theirs = VALUES[case](torch)
    ours = described(crossed(theirs, torch, gv_torch))
    assert ours == described(crossed(theirs, torch, torch))


@pytest.mark.parametrize("case", VALUES)
def test_from_here_to_here(case):
    ours = VALUES[case](gv_torch)
    assert described(crossed(ours, gv_torch, gv_torch)) == described(
        crossed(crossed(ours, gv_torch, torch), torch, torch)
    )


@pytest.mark.parametrize(("source", "target"), [(gv_torch, torch), (torch, gv_torch), (gv_torch, gv_torch)])
def test_what_was_shared_stays_shared(source, target):
    whole = source.arange(6.0).reshape(2, 3)
    numbers = [1]
    row, again, first, second, column = crossed([whole[1], whole, numbers, numbers, whole[:, 1]], source, target)
    assert first is second
    row[0] = -1.0
    again.mul_(2)
    assert again.tolist() == [[0, 2, 4], [-2, 8, 10]]
    assert row.tolist() == [-2, 8, 10]
    assert column.tolist() == [2, 8]
    assert (row._version, again._version, column._version) == (2, 2, 1)
    assert not row._is_view()


def test_what_a_state_dictionary_carries_comes_along():
    theirs = torch.nn.Linear(1, 1).state_dict()
    ours = crossed(theirs, torch, gv_torch)
    assert ours._metadata == theirs._metadata
    assert crossed(ours, gv_torch, torch)._metadata == theirs._metadata
    layer = gv_torch.nn.Linear(1, 1)
    assert str(layer.load_state_dict(ours)) == "<All keys matched successfully>"
    assert layer.weight.item() == theirs["weight"].item()


def test_a_loaded_leaf_learns():
    for source in (torch, gv_torch):
        leaf, plain = crossed([source.ones(2, requires_grad=True), source.ones(2)], source, gv_torch)
        (leaf * 3).sum().backward()
        with gv_torch.no_grad():
            leaf -= leaf.grad
        assert leaf.tolist() == [-2.0, -2.0]
        plain += 1
        assert plain.tolist() == [2.0, 2.0]


def test_the_file_is_laid_out_as_torchs(tmp_path):
    value = {"a": torch.ones(3), "b": [torch.zeros(100, dtype=torch.int64)]}
    ours = {"a": gv_torch.ones(3), "b": [gv_torch.zeros(100, dtype=gv_torch.int64)]}
    torch.save(value, tmp_path / "their model.pt")
    gv_torch.save(ours, tmp_path / "our model.pt")
    names = {}
    for who in ("their", "our"):
        with zipfile.ZipFile(tmp_path / f"{who} model.pt") as file:
            names[who] = [name.partition("/") for name in file.namelist()]
            assert names[who][0][0] == f"{who} model"
            names[who] = [last for _, _, last in names[who]]
    assert names["our"] == names["their"]
    mapped = torch.load(tmp_path / "our model.pt", mmap=True)
    assert mapped["b"][0].tolist() == [0] * 100


def test_random_containers_cross_both_ways():
    random = np.random.default_rng(3)

    def made(package, depth):
        kind = random.integers(0, 9 if depth else 5)
        if kind == 0:
            return package.from_numpy(random.normal(size=tuple(random.integers(0, 4, random.integers(0, 4)))))
        if kind < 5:
            return [
                int(random.integers(-(2**40), 2**40)),
                float(random.normal()),
                "abc"[: random.integers(0, 4)],
                None,
            ][kind - 1]
        inner = [made(package, depth - 1) for _ in range(random.integers(0, 5))]
        return [inner, tuple(inner), dict(enumerate(inner)), collections.OrderedDict(enumerate(inner))][kind - 5]

    for _ in range(150):
        theirs = made(torch, 4)
        ours = crossed(theirs, torch, gv_torch)
        assert described(ours) == described(theirs)
        assert described(crossed(ours, gv_torch, torch)) == described(theirs)


NUMPY = [np.float64(1.5), np.int32(-3), np.bool_(True), np.arange(3, dtype=np.int16), np.ones((2, 3), order="F")]
NUMPY += [np.array(["x", "yy"]), np.array(2.5), np.zeros((0, 2)), np.arange(6)[::2]]


@pytest.mark.parametrize(("source", "target"), [(gv_torch, torch), (torch, gv_torch), (gv_torch, gv_torch)])
def test_numpy_values_cross_where_they_are_asked_for(source, target):
    loaded = crossed({"all": [*NUMPY, NUMPY[3]]}, source, target, weights_only=False)["all"]
    for own, other in zip([*NUMPY, NUMPY[3]], loaded, strict=True):
        assert type(own) is type(other)
        assert own.dtype == other.dtype
        np.testing.assert_array_equal(own, other)
    assert loaded[3] is loaded[-1]
    with pytest.raises(Exception, match=r"weights_only"):
        crossed({"a": np.float64(1)}, source, target)


@pytest.mark.parametrize("place", ["cpu", torch.device("cpu"), {"cpu": "cpu"}, lambda storage, location: storage])
def test_places(place):
    place = gv_torch.device("cpu") if isinstance(place, torch.device) else place
    assert crossed(torch.ones(2), torch, gv_torch, map_location=place).tolist() == [1, 1]
    assert crossed(torch.ones(2), torch, gv_torch, weights_only=False).tolist() == [1, 1]


@pytest.mark.parametrize(
    "action",
    [
        lambda p: p.load("nowhere.pt"),
        lambda p: p.save(p.ones(1), "nowhere/model.pt"),
        lambda p: p.save(p.ones(1), 3),
        lambda p: crossed(torch.ones(1), torch, p, map_location="cuda"),
        lambda p: crossed(torch.ones(1), torch, p, map_location="cuda:0"),
    ],
)
def test_errors_are_torchs(action):
    answers = []
    for package in (gv_torch, torch):
        with pytest.raises(Exception) as caught:  # noqa: PT011  the two are compared
            action(package)
        answers.append((caught.type, str(caught.value)))
    assert answers[0] == answers[1]
