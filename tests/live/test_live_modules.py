# ruff: noqa: E501 - one line is one program
"""nn.Module and its containers beside real torch: what they print, remember, hook into and refuse."""

import pytest

from tests.live.beside import differences

NET = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(2, 3)
        self.b = nn.Sequential(nn.Linear(3, 3), nn.ReLU())
        self.register_buffer("kept", torch.ones(2))
        self.register_buffer("passing", torch.zeros(1), persistent=False)
        self.scale = nn.Parameter(torch.tensor([2.0]))
    def forward(self, x, factor=1):
        return self.b(self.a(x)) * self.scale * factor
net = Net()
"""
# Each runs after NET; a line that starts with a space or a dot of its own continues the program of the line before it.
ON_A_NET = """
out = repr(net), str(net.state_dict()), [n for n, _ in net.named_parameters()], [n for n, _ in net.named_buffers()]
out = [n for n, _ in net.named_modules()], [n for n, _ in net.named_children()], len(list(net.modules()))
out = [n for n, _ in net.named_modules(prefix="top")], [n for n, _ in net.named_parameters("top", recurse=False)]
out = list(net.state_dict(prefix="top.")), net.state_dict()._metadata, type(net.state_dict())
out = repr(net.load_state_dict(net.state_dict())), str(net.load_state_dict(net.state_dict()))
s = net.state_dict(); del s["a.weight"]; del s["scale"]; s["new"] = torch.ones(1); net.load_state_dict(s)
s = net.state_dict(); del s["a.weight"]; s["new.x"] = s["scale"]; out = net.load_state_dict(s, strict=False)
s = net.state_dict(); s["a.weight"] = torch.ones(2, 2); s["b.0.bias"] = torch.ones(1); net.load_state_dict(s)
s = net.state_dict(); s["a.weight"] = 3; net.load_state_dict(s)
s = net.state_dict(); s["scale"] = torch.tensor(5.0); net.load_state_dict(s)
net.load_state_dict([1])
s = {k: v + 1 for k, v in net.state_dict().items()}; net.load_state_dict(s, assign=True); out = list(net.parameters())
s = {k: v.double() for k, v in net.state_dict().items()}; net.load_state_dict(s); out = net.scale, net.kept
s = {k: v.double() for k, v in net.state_dict().items()}; net.load_state_dict(s, assign=True); out = net.scale, net.kept
out = net.state_dict(keep_vars=True)["scale"] is net.scale, net.state_dict()["scale"].requires_grad
out = repr(net.get_submodule("b.0")), net.get_parameter("b.0.bias"), net.get_buffer("kept"), net.get_submodule("") is net
net.get_submodule("b.7")
net.get_submodule("scale")
net.get_parameter("a")
net.get_parameter("a.x")
net.get_buffer("scale")
net.set_submodule("b.1", nn.Tanh()); net.set_submodule("c", nn.Identity()); out = repr(net)
net.set_submodule("d.1", nn.Tanh())
net.set_submodule("d", nn.Tanh(), strict=True)
net.set_submodule("", nn.Tanh())
net.set_submodule("a", 3)
net.set_submodule("scale", nn.Tanh())
net.a = 3
net.scale = torch.ones(1)
net.kept = 3
net.kept = None; net.scale = None; net.a = None; out = repr(net), list(net.state_dict()), net.scale
net.scale = nn.Linear(1, 1); net.a = nn.Parameter(torch.ones(1)); out = repr(net), list(net.state_dict())
net.kept = nn.Parameter(torch.ones(1)); out = list(net.state_dict()), [n for n, _ in net.named_buffers()]
del net.a; del net.kept; del net.scale; out = repr(net), list(net.state_dict())
del net.nothing
net.nothing
net.register_parameter("x", torch.ones(1))
net.register_parameter("x", nn.Parameter(torch.ones(1)) * 1)
net.register_parameter("a.b", None)
net.register_parameter("", None)
net.register_parameter("forward", None)
net.register_parameter(3, None)
net.register_buffer("x", 3)
net.register_buffer("x.y", None)
net.register_buffer("", None)
net.register_buffer("scale", torch.ones(1))
net.register_buffer(3, None)
net.add_module("x", 3)
net.add_module("x.y", nn.Identity())
net.add_module("", nn.Identity())
net.add_module("forward", nn.Identity())
net.add_module(3, nn.Identity())
net.register_module("x", nn.Tanh()); net.register_buffer("y", None); net.register_parameter("z", None); out = repr(net)
net.buf = nn.Buffer(torch.ones(2)); net.tmp = nn.Buffer(torch.ones(1), persistent=False); out = list(net.state_dict()), net.buf
b = nn.Buffer(torch.ones(2)); out = isinstance(b, nn.Buffer), type(b), b.persistent, isinstance(torch.ones(1), nn.Buffer)
net.train(3)
out = net.eval() is net, net.training, net.b[0].training, net.train().b.training
out = net.double() is net, net.scale.dtype, net.kept.dtype, net.half().scale.dtype, net.float().kept
out = net.bfloat16().scale.dtype, net.to(torch.float64).scale.dtype, net.to("cpu").scale.dtype, net.cpu() is net
out = net.to(torch.zeros(1, dtype=torch.float64)).scale.dtype, net.type(torch.float32).scale.dtype
net.to(torch.int64)
net.cuda()
net.to("cuda")
net.to(torch.device("cuda:0"))
out = net.to(device="cpu", dtype=torch.float64).scale, net.to("cpu", torch.float32).scale, net.to("cpu", non_blocking=True) is net
x = data(4, 2); net(x).sum().backward(); g = net.scale.grad; net.double(); out = net.scale.grad, g is net.scale.grad
x = data(4, 2); net(x).sum().backward(); net.zero_grad(); out = [p.grad for p in net.parameters()]
x = data(4, 2); net(x).sum().backward(); net.zero_grad(set_to_none=False); out = [p.grad for p in net.parameters()]
net.requires_grad_(False); out = [p.requires_grad for p in net.parameters()], net(data(4, 2)).requires_grad
seen = []; net.apply(lambda m: seen.append(type(m).__name__)); out = seen
import copy; twin = copy.deepcopy(net); out = repr(twin), twin.scale is net.scale, type(twin.scale), twin(data(4, 2))
out = sorted(n for n in dir(net) if not n.startswith("_") and n in ("a", "b", "scale", "kept", "forward", "training"))
net.b[0] = net.a; out = [n for n, _ in net.named_parameters()], [n for n, _ in net.named_parameters(remove_duplicate=False)]
net.b[0] = net.a; out = [n for n, _ in net.named_modules()], [n for n, _ in net.named_modules(remove_duplicate=False)]
out = net(data(4, 2), factor=3), net.forward(data(4, 2))
net(data(4, 3))
net(data(4, 2), wrong=1)
out = net.extra_repr(), net._get_name(), hasattr(net, "nothing"), net == net, len({net, net})
out = str(type(net)), Net.__mro__[1].__module__, isinstance(net, nn.Module), nn.Module.__name__
out = str(net.state_dict().keys()), [tuple(v.shape) for v in net.state_dict().values()]
out = vars(net)["training"], "scale" in net.__dict__, list(net._parameters), list(net._buffers), list(net._modules)
"""
HOOKS = """
log = []; h = net.register_forward_hook(lambda m, a, o: log.append((type(m).__name__, len(a), tuple(o.shape)))); net(data(4, 2)); h.remove(); net(data(4, 2)); out = log
h = net.register_forward_hook(lambda m, a, o: o * 2); out = net(data(4, 2))
h = net.register_forward_pre_hook(lambda m, a: (a[0] * 2,)); out = net(data(4, 2))
h = net.register_forward_pre_hook(lambda m, a: a[0] * 2); out = net(data(4, 2))
h = net.register_forward_pre_hook(lambda m, a, k: (a, {"factor": 5}), with_kwargs=True); out = net(data(4, 2))
h = net.register_forward_pre_hook(lambda m, a, k: 3, with_kwargs=True); out = net(data(4, 2))
log = []; net.register_forward_hook(lambda m, a, k, o: log.append(k), with_kwargs=True); net(data(4, 2), factor=3); out = log
log = []; [net.register_forward_hook(lambda m, a, o, i=i: log.append(i), prepend=i == 2) for i in range(3)]; net(data(4, 2)); out = log
log = []; net.a.register_full_backward_hook(lambda m, i, o: log.append((type(m).__name__, i, o))); x = leaf(4, 2); out = net(x); out.sum().backward(retain_graph=True); out = out, log
log = []; net.a.register_full_backward_hook(lambda m, i, o: log.append((i, o))); out = net(data(4, 2)); out.sum().backward(retain_graph=True); out = out, log
log = []; net.register_full_backward_hook(lambda m, i, o: log.append((i, o))); x = leaf(4, 2); out = net(x); out.sum().backward(retain_graph=True); out = out, log
log = []; net.b.register_full_backward_hook(lambda m, i, o: (i[0] * 0,)); x = leaf(4, 2); out = net(x); out.sum().backward(); out = x.grad, net.a.weight.grad
log = []; net.b.register_full_backward_pre_hook(lambda m, o: (o[0] * 3,)); x = leaf(4, 2); out = net(x); out.sum().backward(); out = x.grad
log = []; net.b.register_full_backward_pre_hook(lambda m, o: log.append(o)); net.b.register_full_backward_hook(lambda m, i, o: log.append((i, o))); x = leaf(4, 2); out = net(x); out.sum().backward(); out = log
net.b.register_full_backward_hook(lambda m, i, o: (i[0], i[0])); x = leaf(4, 2); net(x).sum().backward()
net.b.register_full_backward_pre_hook(lambda m, o: (o[0], o[0])); x = leaf(4, 2); net(x).sum().backward()
net.register_full_backward_hook(lambda m, i, o: None); net.register_backward_hook(lambda m, i, o: None)
net.register_backward_hook(lambda m, i, o: None); net.register_full_backward_hook(lambda m, i, o: None)
net.a.register_full_backward_hook(lambda m, i, o: i); net(data(4, 2)).sum().backward()
log = []; [net.b.register_full_backward_hook(lambda m, i, o, n=n: log.append(n), prepend=n == 2) for n in range(3)]; net(leaf(4, 2)).sum().backward(); out = log
with torch.no_grad(): net.register_full_backward_hook(lambda m, i, o: None); out = net(leaf(4, 2))
h = net.register_full_backward_hook(lambda m, i, o: None); h.remove(); out = net(leaf(4, 2)), len(net._backward_hooks)
m = nn.LSTM(2, 3); log = []; m.register_full_backward_hook(lambda m, i, o: log.append((len(i), len(o)))); m(leaf(4, 2))[0].sum().backward(); out = log
log = []; net.a.register_backward_hook(lambda m, i, o: log.append((len(i), i, o))); net(leaf(4, 2)).sum().backward(); out = log
log = []; m = nn.ReLU(); m.register_backward_hook(lambda m, i, o: (i[0] * 2,)); x = leaf(4); m(x).sum().backward(); out = x.grad
log = []; m = nn.Linear(2, 3); m.register_backward_hook(lambda m, i, o: log.append(o)); m(data(4, 2)).sum().backward(); out = log
log = []; net.register_backward_hook(lambda m, i, o: log.append(len(i))); net(leaf(4, 2)).sum().backward(); out = log
log = []; net.register_state_dict_pre_hook(lambda m, p, k: log.append((p, k))); net.state_dict(); out = log
net.register_state_dict_post_hook(lambda m, s, p, l: s.update(more=1)); out = list(net.state_dict())
net.register_state_dict_post_hook(lambda m, s, p, l: s); out = list(net.state_dict())
net._register_state_dict_hook(lambda m, s, p, l: {"only": 1}); out = net.state_dict()
net.register_load_state_dict_pre_hook(lambda m, s, *rest: s.pop("new")); net.load_state_dict(net.state_dict() | {"new": 1})
net.register_load_state_dict_post_hook(lambda m, keys: keys.missing_keys.clear()); out = net.load_state_dict({})
net.register_load_state_dict_post_hook(lambda m, keys: keys); out = net.load_state_dict(net.state_dict())
"""
CONTAINERS = """
s = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1)); out = repr(s), len(s), repr(s[0]), repr(s[-1]), repr(s[:2]), repr(s[1:]), s(data(4, 2))
s = nn.Sequential(nn.Linear(2, 3), nn.ReLU()); s.append(nn.Tanh()); s.insert(1, nn.Sigmoid()); out = repr(s), repr(s.pop(0)), repr(s)
s = nn.Sequential(nn.Linear(2, 3), nn.ReLU()); out = repr(s + s), repr(s * 2), repr(2 * s), repr(s.extend([nn.Tanh()]))
s = nn.Sequential(nn.Linear(2, 3), nn.ReLU()); s += nn.Sequential(nn.Tanh()); s *= 2; del s[1]; out = repr(s), [n for n, _ in s.named_parameters()]
s = nn.Sequential(nn.ReLU(), nn.Tanh(), nn.ReLU()); del s[:2]; s[0] = nn.Sigmoid(); out = repr(s), [type(m).__name__ for m in s]
s = nn.Sequential(nn.ReLU()); s[1]
s = nn.Sequential(nn.ReLU()); s[-2]
s = nn.Sequential(nn.ReLU()); s["a"]
s = nn.Sequential(nn.ReLU()); s.insert(5, nn.ReLU())
s = nn.Sequential(nn.ReLU()); s.insert(0, 3)
s = nn.Sequential(nn.ReLU()); s + 3
s = nn.Sequential(nn.ReLU()) * 0
s = nn.Sequential(nn.ReLU()) * 1.5
s = nn.Sequential(3)
s = nn.Sequential(); out = repr(s), len(s), s(3)
from collections import OrderedDict; s = nn.Sequential(OrderedDict([("in", nn.Linear(2, 2)), ("act", nn.ReLU())])); out = repr(s), repr(s.act), repr(s[0]), repr(s[:1]), list(s.state_dict())
s = nn.Sequential(nn.Sequential(nn.Linear(1, 1)), nn.ModuleList([nn.Linear(1, 1)])); out = repr(s)
l = nn.ModuleList([nn.Linear(2, 2) for _ in range(3)] + [nn.ReLU(), nn.Linear(2, 2)]); out = repr(l), len(l), repr(l[1:3]), repr(l[-1]), [n for n, _ in l.named_parameters()]
l = nn.ModuleList([nn.Linear(2, 2)]); l.append(nn.ReLU()); l.extend([nn.Tanh()]); l.insert(0, nn.Sigmoid()); l += [nn.ReLU()]; del l[1]; out = repr(l), repr(l + [nn.Tanh()]), repr(l.pop(0)), repr(l)
l = nn.ModuleList([nn.Sequential(nn.Linear(1, 1), nn.ReLU()) for _ in range(2)]); out = repr(l)
l = nn.ModuleList(); out = repr(l), len(l)
l = nn.ModuleList([nn.ReLU()]); l(3)
l = nn.ModuleList(3)
l = nn.ModuleList([3])
l = nn.ModuleList([nn.ReLU()]); l[3]
l = nn.ModuleList([nn.ReLU(), nn.Tanh()]); l[0] = nn.Sigmoid(); del l[1:]; out = repr(l), nn.ReLU() in l, l[0] in l
d = nn.ModuleDict({"a": nn.Linear(1, 1), "b": nn.ReLU()}); out = repr(d), len(d), list(d), list(d.keys()), "a" in d, repr(d["a"]), [n for n, _ in d.named_parameters()]
d = nn.ModuleDict([["a", nn.Linear(1, 1)]]); d.update({"c": nn.Tanh()}); d["e"] = nn.ReLU(); del d["a"]; out = repr(d), repr(d.pop("c")), repr(d), [repr(m) for m in d.values()]
d = nn.ModuleDict({"a": nn.ReLU()}); d["b"]
d = nn.ModuleDict({"keys": nn.ReLU()})
d = nn.ModuleDict({"a": 3})
d = nn.ModuleDict(3)
d = nn.ModuleDict([[1]])
d = nn.ModuleDict([1])
d = nn.ModuleDict({"a": nn.ReLU()}); d.clear(); out = repr(d), len(d)
d = nn.ModuleDict(nn.ModuleDict({"a": nn.ReLU()})); out = repr(d), [(k, repr(v)) for k, v in d.items()]
p = nn.ParameterList([nn.Parameter(torch.ones(2)), torch.zeros(1, 2), 3]); out = repr(p), len(p), [n for n, _ in p.named_parameters()], repr(p[1:]), p[-1]
p = nn.ParameterList([torch.ones(2)]); p.append(torch.zeros(1)); p += [torch.ones(1)]; p[0] = torch.zeros(2); out = repr(p), list(p), p[0].requires_grad
p = nn.ParameterList(torch.ones(2))
p = nn.ParameterList([torch.ones(2)]); p[3]
p = nn.ParameterList([torch.ones(2)]); p()
p = nn.ParameterDict({"b": torch.ones(2), "a": nn.Parameter(torch.ones(1)), "c": 3}); out = repr(p), len(p), list(p), [n for n, _ in p.named_parameters()], "a" in p
p = nn.ParameterDict({"b": torch.ones(2)}); p["x"] = torch.ones(1); p.setdefault("y", torch.zeros(1)); out = repr(p), list(p.items()), p.get("z"), p.pop("x"), p.popitem(), len(p)
p = nn.ParameterDict({"b": torch.ones(2)}); q = p | nn.ParameterDict({"c": torch.ones(1)}); p |= q; out = repr(q), repr(p), list(reversed(p)), repr(p.copy()), repr(p.fromkeys(["a", "b"], 1))
p = nn.ParameterDict({"b": torch.ones(2)}); p["z"]
p = nn.ParameterDict({3: torch.ones(2)})
p = nn.ParameterDict({"b": torch.ones(2)}); p.clear(); del p["b"]
"""
OTHERS = """
class M(nn.Module):
    def __init__(self): self.x = nn.Linear(1, 1)
§m = M()
class M(nn.Module):
    def __init__(self): self.x = nn.Parameter(torch.ones(1))
§m = M()
class M(nn.Module):
    def __init__(self): self.register_buffer("x", torch.ones(1))
§m = M()
class M(nn.Module):
    def __init__(self): self.register_parameter("x", None)
§m = M()
class M(nn.Module):
    def __init__(self): self.x = torch.ones(1)
    def forward(self, x): return x
§m = M(); out = m(3)
class M(nn.Module): pass
§m = M(); m(3)
class M(nn.Module): pass
§out = repr(M()), repr(nn.Module()), M()
class M(nn.Module):
    def extra_repr(self): return "a\\nb"
§m = M(); m.x = nn.ReLU(); m.y = nn.Sequential(M()); out = repr(m), repr(M())
class M(nn.Module):
    def extra_repr(self): return "one"
§m = M(); out = repr(m); m.x = nn.ReLU(); out = out, repr(m)
class M(nn.Module):
    def __init__(self): super().__init__(3)
§m = M()
class M(nn.Module):
    def __init__(self): super().__init__(x=3)
§m = M()
class M(nn.Module):
    def get_extra_state(self): return 5
    def set_extra_state(self, state): self.got = state
§m = M(); m.load_state_dict(m.state_dict()); out = m.state_dict(), m.got; m.load_state_dict({})
p = nn.Parameter(torch.ones(2)); out = repr(p), p, p.requires_grad, type(p.data), type(p.detach()), type(p * 1), repr(nn.Parameter())
p = nn.Parameter(3)
p = nn.Parameter(torch.ones(2, dtype=torch.int64))
p = nn.Parameter(torch.ones(2, dtype=torch.int64), requires_grad=False); out = repr(p)
p = nn.Parameter(torch.ones(2, requires_grad=True) * 2); out = p, p.is_leaf
net = nn.Sequential(nn.LazyLinear(3)); net.load_state_dict(nn.Sequential(nn.Linear(2, 3)).state_dict()); out = repr(net), net(data(1, 2)), repr(net)
s = nn.Sequential(nn.Linear)
s = nn.Sequential(lambda x: x)
out = nn.modules.Linear is nn.Linear, nn.modules.conv.Conv2d is nn.Conv2d, nn.modules.rnn.LSTM is nn.LSTM, isinstance(nn.ReLU(), nn.modules.activation.ReLU)
out = nn.parameter.Parameter is nn.Parameter, nn.parameter.is_lazy(nn.UninitializedParameter())
nn.modules.conv.Linear
nn.modules.nothing
u = nn.UninitializedParameter(); out = repr(u), isinstance(u, nn.Parameter), u.requires_grad; u.shape
u = nn.UninitializedParameter(); u.materialize((2, 3)); out = type(u), u.shape, u.requires_grad, repr(nn.UninitializedBuffer())
"""


def on_a_net(text):
    return [NET + line for line in text.strip().splitlines()]


def blocks(text):
    """Programs of several lines: the last line of each starts with a mark."""
    found, lines = [], []
    for line in text.strip().splitlines():
        lines.append(line.removeprefix("§"))
        if line.startswith("§") or (len(lines) == 1 and not line.startswith("class")):
            found.append("\n".join(lines))
            lines = []
    return found


@pytest.mark.parametrize("code", on_a_net(ON_A_NET), ids=lambda code: code.removeprefix(NET))
def test_module(code):
    assert differences(code) == []


@pytest.mark.parametrize("code", on_a_net(HOOKS), ids=lambda code: code.removeprefix(NET))
def test_hooks(code):
    assert differences(code) == []


@pytest.mark.parametrize("code", [*CONTAINERS.strip().splitlines(), *blocks(OTHERS)])
def test_containers_and_classes(code):
    assert differences(code) == []
