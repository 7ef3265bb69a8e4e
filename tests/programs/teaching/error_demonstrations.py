"""What PyTorch says when something is wrong."""
import torch
import torch.nn as nn
import torch.nn.functional as F

def attempt(title, action):
    try:
        result = action()
        print(f"{title}: fine, {result}")
    except Exception as error:
        print(f"{title}: {type(error).__name__}: {str(error).split(' (Triggered')[0]}")

x = torch.tensor([1.0, 2.0], requires_grad=True)

def twice():
    y = (x ** 2).sum()
    y.backward()
    y.backward()

def changed():
    y = x.exp()
    y += 1
    y.sum().backward()

def leaf():
    global x
    x += 1

attempt("backward of a vector", lambda: (x * 2).backward())
attempt("backward twice", twice)
attempt("changed in place", changed)
attempt("leaf in place", leaf)
attempt("nothing to differentiate", lambda: torch.ones(2).sum().backward())
attempt("integers", lambda: torch.tensor([1, 2], requires_grad=True))
attempt("unused", lambda: torch.autograd.grad(x.sum(), torch.ones(1, requires_grad=True)))
attempt("wrong gradient shape", lambda: (x * 2).backward(torch.ones(3)))
attempt("numpy", lambda: x.numpy())
attempt("truth of many", lambda: bool(torch.ones(2) > 0))
attempt("item of many", lambda: torch.ones(2).item())
attempt("sizes", lambda: torch.ones(2) + torch.ones(3))
attempt("matmul", lambda: torch.ones(2, 3) @ torch.ones(2, 3))
attempt("view", lambda: torch.ones(6).view(4, -1))
attempt("reshape", lambda: torch.ones(6).reshape(4, 2))
attempt("cat", lambda: torch.cat([torch.ones(2, 2), torch.ones(3, 3)]))
attempt("cat rank", lambda: torch.cat([torch.ones(2), torch.ones(1, 2)]))
attempt("stack", lambda: torch.stack([torch.ones(2), torch.ones(3)]))
attempt("index", lambda: torch.ones(3)[3])
attempt("dim", lambda: torch.ones(3).sum(dim=1))
attempt("squeeze", lambda: torch.ones(3).unsqueeze(5))
attempt("transpose", lambda: torch.ones(3).transpose(0, 1))
attempt("dtype", lambda: torch.ones(2, 2) @ torch.ones(2, 2, dtype=torch.int64))
attempt("attribute", lambda: torch.ones(2).foo)
attempt("module attribute", lambda: torch.foo)
attempt("layer attribute", lambda: nn.Linear(2, 2).wieght)
attempt("linear", lambda: nn.Linear(3, 2)(torch.ones(4, 5)))
attempt("targets", lambda: F.cross_entropy(torch.ones(3, 2), torch.tensor([0, 1])))
attempt("class", lambda: F.cross_entropy(torch.ones(1, 2), torch.tensor([5])))
attempt("float classes", lambda: F.nll_loss(torch.ones(2, 2), torch.ones(2)))
attempt("probabilities", lambda: F.binary_cross_entropy(torch.tensor([1.5]), torch.tensor([1.0])))
attempt("embedding", lambda: nn.Embedding(3, 2)(torch.tensor([3])))
attempt("embedding float", lambda: nn.Embedding(3, 2)(torch.tensor([1.0])))
attempt("empty optimizer", lambda: torch.optim.SGD([], lr=0.1))
attempt("learning rate", lambda: torch.optim.SGD([x], lr=-1.0))
attempt("state dict", lambda: nn.Linear(2, 2).load_state_dict({"weight": torch.ones(2, 2)}))
attempt("state shape", lambda: nn.Linear(2, 2).load_state_dict({"weight": torch.ones(3, 2), "bias": torch.ones(2)}))
attempt("no init", lambda: type("Net", (nn.Module,), {"__init__": lambda self: setattr(self, "a", nn.Linear(1, 1))})())
attempt("no forward", lambda: nn.Module()(1))
attempt("cuda", lambda: torch.ones(1).cuda())
attempt("fine", lambda: torch.ones(2).sum())
