"""Layers in other types than float32, on views and on empty batches, beside real torch."""

import numpy as np
import pytest
import torch

from gradviz.engine import torch as gv_torch
from tests.layer_questions import expressions

LAYERS = """
F.conv2d(x, w) | F.conv_transpose2d(x, w.transpose(0, 1)) | F.max_pool2d(x, 2) | F.avg_pool2d(x, 2)
F.layer_norm(x, (6,))
F.batch_norm(x, None, None, training=True) | F.group_norm(x, 1) | F.interpolate(x, scale_factor=2, mode='bilinear')
F.pad(x, (1, 1, 1, 1), mode='reflect') | F.gelu(x) | F.mish(x) | F.hardswish(x) | F.softplus(x) | F.logsigmoid(x)
F.glu(F.pad(x, (0, 0, 0, 0, 0, 1)), 1) | F.leaky_relu(x) | F.mse_loss(x, x * 2) | F.cross_entropy(x[:, :, 0, 0], k)
F.smooth_l1_loss(x, x * 2) | F.binary_cross_entropy_with_logits(x, x.sigmoid()) | F.normalize(x)
F.adaptive_avg_pool2d(x, 2) | F.adaptive_max_pool2d(x, 2) | F.unfold(x, 2) | F.dropout(x, 0.5) | F.rms_norm(x, (6,))
F.silu(x) | F.elu(x) | F.selu(x) | F.softmax(x, 1) | F.l1_loss(x, x * 2) | F.conv2d(x.transpose(2, 3), w)
F.conv2d(x[:, :, ::2], w[:, :, :2, :2]) | F.max_pool2d(x.transpose(2, 3), 2) | F.conv2d(x[:0], w)
F.max_pool2d(x[:0], 2)
F.layer_norm(x[:0], (6,)) | F.mse_loss(x[:0], x[:0]) | F.cross_entropy(x[:0, :, 0, 0], k[:0]) | F.avg_pool2d(x[:0], 2)
"""
TOLERANCES = {"float16": 4e-3, "bfloat16": 3e-2, "float64": 1e-10}


def run(package, expression, kind):
    package.manual_seed(0)
    x, w = (
        package.tensor(np.random.default_rng(seed).normal(size=shape).tolist(), dtype=getattr(package, kind))
        for seed, shape in ((0, (2, 3, 6, 6)), (1, (2, 3, 3, 3)))
    )
    x.requires_grad_()
    result = eval(expression, {"F": package.nn.functional, "x": x, "w": w, "k": package.tensor([0, 1])})
    result.sum().backward()
    return result.detach(), x.grad


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", list(TOLERANCES))
@pytest.mark.parametrize("expression", expressions(LAYERS))
def test_layer_of_type(expression, kind):
    for mine, real in zip(run(gv_torch, expression, kind), run(torch, expression, kind), strict=True):
        assert repr(mine.dtype) == repr(real.dtype)
        expected = real.double().numpy()
        scale = TOLERANCES[kind] * max(1.0, float(np.abs(expected).max(initial=0, where=np.isfinite(expected))))
        np.testing.assert_allclose(mine.double().numpy(), expected, rtol=TOLERANCES[kind], atol=scale)
