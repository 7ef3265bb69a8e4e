"""Write gradviz/engine/torch_names.txt from the PyTorch that is installed.

Run it when the engine follows a new PyTorch.
"""

import importlib
from pathlib import Path

MODULES = (
    "torch",
    "torch.Tensor",
    "torch.autograd",
    "torch.autograd.anomaly_mode",
    "torch.autograd.forward_ad",
    "torch.autograd.function",
    "torch.autograd.functional",
    "torch.autograd.grad_mode",
    "torch.autograd.gradcheck",
    "torch.autograd.graph",
    "torch.backends",
    "torch.backends.cudnn",
    "torch.backends.mps",
    "torch.cuda",
    "torch.fft",
    "torch.func",
    "torch.linalg",
    "torch.nn",
    "torch.nn.Module",
    "torch.nn.functional",
    "torch.nn.init",
    "torch.nn.modules",
    "torch.nn.parameter",
    "torch.nn.utils",
    "torch.nn.utils.parametrizations",
    "torch.nn.utils.parametrize",
    "torch.nn.utils.prune",
    "torch.nn.utils.rnn",
    "torch.optim",
    "torch.optim.Optimizer",
    "torch.optim.lr_scheduler",
    "torch.optim.swa_utils",
    "torch.special",
    "torch.utils",
    "torch.utils.data",
    "torch.xpu",
    "torch.serialization",
    "torch.random",
    "torch.mps",
    "torch.cuda.amp",
    "torch.cpu",
    "torch.compiler",
    "torch.backends.cuda",
    "torch.amp",
    "torch.accelerator",
    "torch.distributions",
)
TARGET = Path(__file__).parent.parent / "gradviz" / "engine" / "torch_names.txt"

if __name__ == "__main__":
    lines = []
    for name in MODULES:
        module, _, last = name.rpartition(".")
        owner = getattr(importlib.import_module(module), last) if last[0].isupper() else importlib.import_module(name)
        # torch.backends and its parts are objects that stand in the place of modules, which they keep as `m`.
        names = {*dir(owner), *dir(getattr(owner, "m", owner))} - {"m"}
        lines.append(f"{name}: {' '.join(sorted(each for each in names if not each.startswith('_')))}")
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
