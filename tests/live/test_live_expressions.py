"""Expressions as people write them, printed by both engines: types, numbers, grad_fn, error texts to the letter."""

import itertools
import math
import warnings

import numpy as np
import pytest
import torch

from gradviz.engine import torch as gv_torch

DTYPES = ["bool", "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64"]
PROMOTION = [
    f"(torch.tensor({a}, dtype=torch.{s}) {op} torch.tensor({b}, dtype=torch.{t}))"
    for s, t in itertools.product(DTYPES, DTYPES)
    for a, b in (("[1, 0, 1]", "[1, 1, 0]"), ("[1, 0, 1]", "1"), ("1", "1"))
    for op in ("+", "*", "/", "==")
]
NUMBERS = [
    f"(torch.tensor({a}, dtype=torch.{s}) {op} {b})"
    for s in DTYPES
    for a in ("[1, 0, 3]", "3")
    for b in ("2", "2.5", "True", "-1")
    for op in ("+", "*", "/", "//", "<", "**")
    # PyTorch refuses some of these in words of its kernels; of uint8 ** -1 our engine wraps the −1.
    if not (op in ("//", "**") and (s == "bool" or (s, b) == ("uint8", "-1")))
]
EXPRESSIONS = """
x[0] ; x[-1] ; x[1, 2] ; x[:, 1] ; x[0:2] ; x[:, ::2] ; x[..., 0] ; x[None] ; x[:, None] ; x[x > 2]
x[torch.tensor([0, 1])] ; x[[0, 1]] ; x[torch.tensor([1, 0]), torch.tensor([0, 2])] ; x[:, torch.tensor([2, 0])]
x[torch.tensor(1)] ; x[True] ; x[...] ; x[:] ; x[1:1] ; x[0, :2] ; x[5] ; x[0, 0, 0] ; x[:, 7]
x[torch.tensor([9])] ; x[torch.tensor([True])] ; x[1.5] ; x['a'] ; x[::-1] ; i[0][0] ; x.sum() ; x.sum(0)
x.sum(-1, keepdim=True) ; x.sum(dim=(0, 1)) ; i.sum() ; b.sum() ; x.mean() ; x.mean(0) ; i.float().mean() ; i.mean()
x.max() ; x.max(1) ; x.min(0) ; x.argmax() ; x.argmax(1) ; x.amax(1) ; x.std() ; x.var(0) ; x.std(1, unbiased=False)
x.prod() ; x.cumsum(1) ; x.max(5) ; x.sum(3) ; x.softmax(1) ; x.log_softmax(0) ; x.norm() ; x.norm(dim=0)
x.norm(p=1) ; x.logsumexp(1) ; torch.max(x, y) ; x + y ; x - 1 ; 1 - x ; 2 / x ; x / 2 ; 2 ** x ; x ** 2 ; x ** 0.5
x ** -1 ; x % 2 ; x // 2 ; -x ; abs(x) ; x @ y.T ; x @ v ; v @ v ; v @ y.T ; 5 % i ; 7 // i ; i // 2 ; i % 3 ; i / 2
i ** 2 ; i + 1.5 ; b & b ; b | ~b ; b ^ b ; ~b ; b + b ; b * 2 ; b - b ; -b ; i & 1 ; x > 2 ; x == y ; x != y
x.eq(1) ; x.ge(y) ; (x > 2).any() ; (x > 2).all() ; x.isnan() ; torch.allclose(x, x) ; x.equal(y) ; x.view(3, 2)
x.view(-1) ; x.reshape(6) ; x.reshape(-1, 1) ; x.flatten() ; x.t() ; x.T ; x.transpose(0, 1) ; x.permute(1, 0)
x.unsqueeze(1) ; x.squeeze() ; x.view(4, 2) ; x.view(-1, -1) ; x.t().view(6) ; x.expand(2, 2, 3) ; v.expand(2, 3)
v.expand(4) ; x.repeat(1, 2) ; x.mT ; v.mT ; torch.cat([x, y]) ; torch.cat([x, y], 1) ; torch.stack([v, v])
torch.stack([v, v], dim=1) ; torch.cat([x, v]) ; torch.stack([x, v]) ; torch.cat([]) ; x.split(1)
x.split([1, 2], dim=1) ; x.chunk(2, 1) ; x.unbind(0) ; x.split([1, 1], 1) ; torch.vstack([v, v])
torch.hstack([v, v]) ; x.exp() ; x.log() ; x.sqrt() ; x.sin() ; x.tanh() ; x.sigmoid() ; x.relu() ; x.clamp(2, 4)
x.clamp(min=2) ; x.round() ; x.floor() ; i.exp() ; i.sqrt() ; torch.where(x > 2, x, y) ; torch.where(x > 2, x, 0.)
torch.where(x > 2, 1, 0) ; x.masked_fill(x > 2, -1) ; torch.maximum(x, y) ; x.sign() ; x.dtype ; x.shape ; x.size(0)
x.dim() ; x.numel() ; x.is_leaf ; x.requires_grad ; x.grad ; x.device ; x.type() ; x.stride() ; len(x) ; x.ndim
x.tolist() ; x.sum().item() ; x.detach() ; x.double() ; x.long() ; x.int() ; x.to(torch.float64) ; x.half()
x.bool() ; x.clone() ; x.data ; torch.zeros(2, 3) ; torch.ones(2) ; torch.eye(2) ; torch.full((2,), 7)
torch.full((2,), 7.) ; torch.arange(3) ; torch.arange(1, 2, 0.25) ; torch.linspace(0, 1, 7) ; torch.zeros_like(x)
torch.ones_like(i) ; torch.tensor([]) ; torch.tensor([[1, 2], [3]]) ; torch.tensor('a') ; torch.tensor([1, 2.5])
torch.tensor(True) ; torch.tensor([1, 2]).dtype ; torch.FloatTensor([1, 2]) ; torch.LongTensor([1])
torch.Tensor([1, 2]) ; torch.tensor(3) ; torch.tensor(3.5) ; torch.tensor([True, False])
torch.tensor(np.arange(3.)) ; torch.tensor([np.float32(1)]) ; torch.tensor(None) ; torch.from_numpy(np.ones((2, 2)))
torch.as_tensor([1, 2]) ; torch.arange(0, 1, 0.1) ; torch.arange(5, 0, -2) ; torch.zeros((2, 2), dtype=torch.int32)
torch.mm(x, y) ; torch.mm(x, v) ; torch.mv(x, v) ; torch.dot(v, v) ; torch.dot(x, y) ; torch.dot(v, v[:2])
torch.matmul(x, y.t()) ; torch.bmm(x, y) ; x + torch.ones(4) ; torch.ones(2, 3) + torch.ones(2, 2) ; x @ x
torch.addmm(v[:2], x, y.T) ; torch.exp(2.0) ; torch.add(x, y, alpha=2) ; x.add(1, alpha=3) ; torch.outer(v, v)
x.gather(1, torch.tensor([[0], [2]])) ; x.index_select(1, torch.tensor([0, 2])) ; x.nonzero() ; torch.isinf(x)
x.square() ; x.rsqrt() ; x.item() ; bool(x) ; float(x.sum().detach()) ; int(i[0]) ; x.numpy()
round(x.detach()[0, 0].item(), 2) ; f'{x.detach()[0, 0]:.3f}' ; f'{x}' ; str(v) ; torch.is_tensor(x)
isinstance(x, torch.Tensor) ; torch.Size([1, 2]) ; x.shape == (2, 3) ; x.shape[0] ; tuple(x.shape) ; torch.float32
torch.device('cpu') ; x.flatten(0, 5) ; x.unsqueeze(7) ; x.transpose(0, 5) ; x.permute(0) ; x.squeeze(4)
x.argmax(3) ; torch.ones(-1) ; torch.full((2,), True) ; x.T.contiguous() ; x.t().reshape(6) ; x.narrow(1, 0, 2)
x.select(1, 1) ; x.view_as(y) ; x.unflatten(1, (3, 1)) ; x.ravel() ; x.movedim(0, 1) ; x * np.float64(2) ; x * None
x + 'a' ; [1] + x ; x + [1, 2, 3] ; x == None ; x != 'a' ; x < None ; 1 in i ; x.foo ; i.requires_grad_()
v.retain_grad() ; torch.tensor(2.) ** torch.tensor(3) ; torch.tensor(2) ** 3.0 ; torch.tensor(7) / 2
torch.tensor(7) // 2 ; torch.tensor(-7) // 2 ; torch.tensor(-7) % 3 ; torch.tensor(5) // 0 ; torch.tensor(5) % 0
torch.tensor(5) / 0 ; torch.tensor(2) ** -1 ; torch.pow(2, torch.tensor(3))
torch.tensor([2, 3]) ** torch.tensor([2, -1])
""".replace("\n", ";").split(";")
STATEMENTS = """
h = x * 1; h += y; h
h = x * 1; h[0] = 5.; h
h = x * 1; h[0] = v; h
h = x * 1; h[h > 2] = 0.; h
h = x * 1; h[:, 1] = torch.tensor([9., 8.]); h
h = x * 1; h[torch.tensor([0])] = v; h
h = x * 1; h[0, 1] = torch.tensor(3.); h
h = x * 1; h.mul_(y).add_(1); h
h = x * 1; h.zero_(); h
h = x * 1; h.fill_(2.); h
h = x * 1; h.copy_(y); h
h = x * 1; h.exp_(); h
h = x * 1; h.clamp_(2, 3); h
h = x * 1; h.unsqueeze_(0); h
h = x * 1; h **= 2; h
h = x * 1; h /= 2; h
h = x * 1; h -= torch.ones(2, 3); h
h = i.clone(); h += 1; h
h = i.clone(); h /= 2; h
h = i.clone(); h *= 1.5; h
h = i.clone(); h[0] = 2.7; h
h = v.clone(); h += x; h
h = v.clone(); h.copy_(torch.ones(4)); h
h = v.clone(); h[0] = [1, 2]; h
h = v.clone(); h[5] = 1.; h
h = v.clone(); h[:2] = torch.ones(3); h
h = v.detach(); h.add_(1); v
h = v.view(3, 1); h.add_(1); v
h = v[1:]; h.zero_(); v
h = x.detach(); h.mul_(2); x
h = (x * 1)[0]; h.add_(1); h
h = x * 1; k = h[0]; h.mul_(2); k
h = x * 1; k = h.view(6); k.add_(1); h
x.add_(1)
x[0] = 1.
with torch.no_grad(): x.add_(1)\nx
h = x.sum(); h.backward(); x.grad
h = (x * y).sum(); h.backward(retain_graph=True); h.backward(); x.grad
h = x.exp().sum(); h.backward(); h.backward()
h = x.mean(); h.backward(); x.grad
h = (x ** 2).norm(); h.backward(); x.grad
h = x * 2; h.backward()
h = x * 2; h.backward(torch.ones(3, 2))
h = x * 2; h.backward(torch.ones(2, 3)); x.grad
h = x.max(1)[0].sum(); h.backward(); x.grad
h = x[x > 2].sum(); h.backward(); x.grad
h = x[[0, 0, 1]].sum(); h.backward(); x.grad
h = (x @ y.T).sum(); h.backward(); x.grad
h = (x / y).sum(); h.backward(); x.grad, y.grad
h = torch.autograd.grad(x.sum(), x)
h, = torch.autograd.grad((x * y).sum(), [x]); h
x.grad = torch.ones(2, 3); x.grad
x.grad = torch.ones(2); x.grad
x.requires_grad = False; x
x.requires_grad_(False); x.is_leaf
h = x.detach().requires_grad_(); h
""".strip().split("\n")


def scope(lib):
    return {
        "torch": lib,
        "np": np,
        "math": math,
        "x": lib.tensor([[1.0, 2.5, 3.0], [4.0, 0.5, 6.0]], requires_grad=True),
        "y": lib.tensor([[2.0, 1.0, 3.0], [0.5, 4.0, 2.0]], requires_grad=True),
        "v": lib.tensor([1.0, -2.0, 0.5]),
        "i": lib.tensor([1, 2, 3]),
        "b": lib.tensor([True, False, True]),
    }


def shown(lib, text):
    """Return what the last expression of a text prints, or the type and words of its error."""
    names = scope(lib)
    *before, last = text.replace("\\n", "\n").rsplit("; ", 1) if "\\n" not in text else text.split("\\n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec("\n".join(before), names)
            try:
                code = compile(last.strip(), "<expression>", "eval")
            except SyntaxError:
                exec(last.strip(), names)
                return "nothing"
            return repr(eval(code, names))
        except (NameError, SyntaxError):
            raise  # what is itself wrong would fail alike in both engines, whatever they do
        except Exception as error:  # noqa: BLE001 - the error is the answer
            return f"{type(error).__name__}: {error}"


@pytest.mark.parametrize("text", [each.strip() for each in EXPRESSIONS if each.strip()])
def test_expression(text):
    assert shown(gv_torch, text) == shown(torch, text)


@pytest.mark.parametrize("text", STATEMENTS)
def test_statements(text):
    assert shown(gv_torch, text) == shown(torch, text)


def test_promotion_of_tensors():
    wrong = [text for text in PROMOTION if shown(gv_torch, text) != shown(torch, text)]
    assert not wrong, [(text, shown(gv_torch, text), shown(torch, text)) for text in wrong[:8]]


def test_promotion_with_numbers():
    wrong = [text for text in NUMBERS if shown(gv_torch, text) != shown(torch, text)]
    assert not wrong, [(text, shown(gv_torch, text), shown(torch, text)) for text in wrong[:8]]
