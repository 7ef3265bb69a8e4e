"""Run one line of program under real torch and under the engine, and find what differs.

`out` (tensors, texts, nested) is compared by value, type, the graph behind each tensor with the order of its nodes, the
gradients of all leaves and modules, printed text, warnings, and the type and text of an error.
"""

import re
import warnings

import numpy as np
import torch

from gradviz.engine import torch as gv_torch

# torch warns once of a part of its own that we do without.
NESTED = (
    "The PyTorch API of nested tensors is in prototype stage and will change in the near future. We recommend "
    "specifying layout=torch.jagged when constructing a nested tensor, as this layout receives active development, has "
    "better operator coverage, and works with torch.compile."
)
BUILD_FILE = re.compile(r"\s*\(Triggered internally at [^)]*\)")


def graph_of(tensor):
    """The nodes as nested lists (a node met before as its number), and their numbers in the order they were made."""
    seen, order = {}, []

    def visit(fn):
        if fn is None:
            return None
        if fn in seen:
            return seen[fn]
        number = seen[fn] = len(seen)
        name = type(fn).__name__
        if name != "AccumulateGrad":
            order.append((fn._sequence_nr(), number))
        return [name, *((visit(each), slot) for each, slot in fn.next_functions)]

    nodes = visit(tensor.grad_fn)
    return nodes, [number for _, number in sorted(order)]


def flat(value):
    if isinstance(value, dict):
        return [each for pair in value.items() for each in flat(pair)]
    if isinstance(value, (tuple, list)):
        return [each for part in value for each in flat(part)]
    return [value]


def run(package, code):
    def leaf(*shape):
        return data(*shape).requires_grad_()

    def data(*shape):
        return package.tensor(np.random.default_rng(sum(shape) + len(shape)).normal(size=shape).tolist())

    package.manual_seed(3)
    nn = package.nn
    names = {"torch": package, "nn": nn, "F": nn.functional, "rnn": nn.utils.rnn, "leaf": leaf, "data": data}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            exec(code, names)
        except (NameError, SyntaxError):
            raise  # code that is itself wrong would fail alike in both engines, whatever they do
        except Exception as error:  # noqa: BLE001 - compared, whatever it is
            return {"error": (type(error).__name__, str(error))}
    warned = sorted({BUILD_FILE.sub("", str(each.message)) for each in caught} - {NESTED})
    outputs = flat(names.get("out", ()))
    tensors = [each for each in outputs if isinstance(each, package.Tensor)]
    loss = sum(((i + 1) * (each * each).sum() for i, each in enumerate(tensors) if each.requires_grad), start=0)
    graphs = [graph_of(each) for each in tensors]
    if isinstance(loss, package.Tensor) and loss.grad_fn is not None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            loss.backward()
    leaves = {key: value for key, value in names.items() if isinstance(value, package.Tensor) and value.is_leaf}
    for key, value in names.items():
        if isinstance(value, nn.Module):
            leaves |= {f"{key}.{name}": parameter for name, parameter in value.named_parameters()}
    return {
        "values": [each.detach().numpy() for each in tensors],
        "gradients": {name: None if each.grad is None else each.grad.numpy() for name, each in leaves.items()},
        "graphs": graphs,
        "texts": [str(each) for each in outputs if not isinstance(each, package.Tensor)],
        "warned": warned,
    }


def close(mine, real, rtol, atol):
    if mine is None or real is None:
        return mine is real
    return mine.dtype == real.dtype and mine.shape == real.shape and np.allclose(mine, real, rtol, atol, True)


def differences(code, rtol=2e-6, atol=1e-6):
    """What differs, as a list of texts: empty when the engine does as torch does."""
    mine, real = run(gv_torch, code), run(torch, code)
    if "error" in mine or "error" in real:
        return [] if mine == real else [f"ours {mine.get('error', 'works')}, torch {real.get('error', 'works')}"]
    found = []
    for kind in ("texts", "warned"):
        if mine[kind] != real[kind]:
            found.append(f"{kind}: ours {mine[kind]}, torch {real[kind]}")
    if [each[0] for each in mine["graphs"]] != [each[0] for each in real["graphs"]]:
        found.append(f"graph: ours {mine['graphs']}, torch {real['graphs']}")
    elif mine["graphs"] != real["graphs"]:
        found.append(f"order: ours {mine['graphs']}, torch {real['graphs']}")
    if mine["gradients"].keys() != real["gradients"].keys():
        return [*found, f"leaves: ours {[*mine['gradients']]}, torch {[*real['gradients']]}"]
    pairs = list(zip(mine["values"], real["values"], strict=True))
    if not all(close(a, b, rtol, atol) for a, b in pairs):
        found.append(f"values: ours {mine['values']}, torch {real['values']}")
    for name, value in mine["gradients"].items():
        if not close(value, real["gradients"][name], 5 * rtol, 3 * atol):
            found.append(f"gradient of {name}: ours {value}, torch {real['gradients'][name]}")
    return found
