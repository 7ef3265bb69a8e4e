import subprocess
import sys

import pytest


def run(code):
    code = "from gradviz.worker import aliases\naliases.install()\n" + code
    return subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)


def test_torch_is_the_engine_under_both_names():
    code = (
        "import torch, torch.nn as nn, torch.nn.functional as F\nfrom torch import optim\nimport gradviz.engine.torch\n"
        "print(torch is gradviz.engine.torch, torch.nn is nn, nn.functional is F, optim.SGD.__name__)"
    )
    told = run(code)
    assert (told.stdout, told.stderr) == ("True True True SGD\n", "")


@pytest.mark.parametrize("name", ["torch.distributed.rpc", "torchvision", "torchaudio.transforms"])
def test_what_the_engine_lacks_is_refused_in_words(name):
    told = run(f"import {name}")
    assert told.returncode == 1
    assert "ModuleNotFoundError" in told.stderr
    assert "PyTorch engine" in told.stderr
