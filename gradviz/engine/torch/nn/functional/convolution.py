"""Convolutions, which torch itself has too."""

from __future__ import annotations

from gradviz.engine import torch

conv1d, conv2d, conv3d = torch.conv1d, torch.conv2d, torch.conv3d
conv_transpose1d, conv_transpose2d = torch.conv_transpose1d, torch.conv_transpose2d
conv_transpose3d = torch.conv_transpose3d
