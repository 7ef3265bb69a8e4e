"""Layers beside real torch: starting values, text, value, gradients, second derivatives, random numbers and nodes."""

import pytest
import torch

from gradviz.engine import torch as gv_torch
from tests.live.layers import Side, compare

CONVOLUTIONS = """
nn.Conv1d(3, 4, 3)(x1) | nn.Conv1d(3, 6, 3, stride=2, padding=1, groups=3, bias=False)(x1) | nn.Conv1d(3, 4, 3)(x1[0])
nn.Conv2d(4, 4, 3)(x2) | nn.Conv2d(4, 2, (3, 2), (2, 1), (1, 2), (1, 2))(x2) | nn.Conv2d(4, 8, 3, groups=4)(x2)
nn.Conv2d(4, 4, 3, padding='same')(x2) | nn.Conv2d(4, 4, 2, padding='same')(x2)
nn.Conv2d(4, 4, 3, padding='valid')(x2)
nn.Conv2d(4, 4, 1)(x2) | nn.Conv2d(4, 4, 3, dilation=2)(x2[0]) | nn.Conv3d(3, 2, 2, padding=1)(x3)
nn.Conv2d(4, 2, 3, padding=1)(torch.cat([x2] * 9)) | nn.Conv1d(3, 2, 3, stride=2)(torch.cat([x1] * 9))
nn.ConvTranspose1d(3, 2, 3)(x1) | nn.ConvTranspose2d(4, 2, 3, stride=2)(x2) | nn.ConvTranspose2d(4, 2, 3, 2, 1, 1)(x2)
nn.ConvTranspose2d(4, 4, 3, groups=2, dilation=2)(x2) | nn.ConvTranspose3d(3, 2, 2, stride=2)(x3)
nn.ConvTranspose2d(4, 2, 3, stride=2)(x2, output_size=(18, 17)) | nn.ConvTranspose1d(3, 2, 3)(x1[0])
F.conv2d(x2, x2[:, :, :3, :3]) | F.conv_transpose2d(x2, x2.transpose(0, 1)[..., :3, :3], stride=3)
"""
POOLING = """
nn.MaxPool1d(2)(x1) | nn.MaxPool1d(3, 1, 1)(x1[0]) | nn.MaxPool2d(2)(x2) | nn.MaxPool2d(3, 2, 1)(x2)
nn.MaxPool2d(3, 2, ceil_mode=True)(x2) | nn.MaxPool2d(2, 3, dilation=2)(x2[0]) | nn.MaxPool3d(2)(x3)
nn.MaxPool2d(3, 2, 1, return_indices=True)(x2) | nn.MaxPool1d(2, return_indices=True)(x1)
nn.MaxPool3d(3, 2, 1, return_indices=True)(x3) | nn.Flatten()(nn.MaxPool2d((2, 3))(x2)) | F.max_pool2d(x2, 2)
"""


def expressions(*texts):
    return [call.strip() for text in texts for line in text.strip().splitlines() for call in line.split(" | ")]


@pytest.fixture(autouse=True)
def always_warned():
    """Let torch repeat the warnings that it gives once in a process."""
    torch._C._set_warnAlways(True)
    yield
    torch._C._set_warnAlways(False)


@pytest.mark.parametrize("expression", expressions(CONVOLUTIONS, POOLING))
def test_layer(expression):
    compare(Side(gv_torch, expression), Side(torch, expression))
