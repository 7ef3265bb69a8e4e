"""Layers beside real torch: starting values, text, value, gradients, second derivatives, random numbers and nodes."""

import pytest
import torch

from gradviz.engine import torch as gv_torch
from tests.layer_questions import WRONG, expressions, raised
from tests.layers import Side, compare

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
AVERAGES = """
nn.AvgPool1d(2)(x1) | nn.AvgPool1d(3, 2, 1, True, False)(x1[0]) | nn.AvgPool2d(2)(x2) | nn.AvgPool2d(3, 2, 1)(x2[0])
nn.AvgPool2d(3, 2, 1, ceil_mode=True, count_include_pad=False)(x2) | nn.AvgPool2d((2, 3), divisor_override=5)(x2)
nn.AvgPool3d(2)(x3) | nn.AvgPool3d(3, 1, 1)(x3) | nn.AdaptiveAvgPool1d(3)(x1) | nn.AdaptiveAvgPool2d(1)(x2)
nn.AdaptiveAvgPool2d((3, None))(x2) | nn.AdaptiveAvgPool3d((1, 4, 2))(x3) | nn.AdaptiveMaxPool1d(3)(x1)
nn.AdaptiveMaxPool2d((3, 5), return_indices=True)(x2) | nn.AdaptiveMaxPool3d(2)(x3) | nn.LPPool1d(2, 3)(x1)
nn.LPPool2d(3, 2, stride=1)(x2.abs()) | F.lp_pool2d(x2, float('inf'), 2) | F.adaptive_max_pool2d(x2, 5)
nn.MaxUnpool2d(2)(*nn.MaxPool2d(2, return_indices=True)(x2)) | nn.AdaptiveAvgPool2d((1, 1))(x2[0])
nn.MaxUnpool1d(2)(*nn.MaxPool1d(2, return_indices=True)(x1))
nn.MaxUnpool3d(2)(*nn.MaxPool3d(2, return_indices=True)(x3))
nn.MaxUnpool2d(3, 2)(*nn.MaxPool2d(3, 2, return_indices=True)(x2), output_size=(8, 8))
"""
NORMS = """
nn.BatchNorm1d(3)(x1) | nn.BatchNorm1d(4)(m) | nn.BatchNorm1d(3, affine=False)(x1) | nn.BatchNorm2d(4)(x2)
nn.BatchNorm2d(4, momentum=None)(x2) | nn.BatchNorm2d(4, track_running_stats=False).eval()(x2)
nn.BatchNorm2d(4).eval()(x2) | nn.BatchNorm3d(3, momentum=0.5, eps=0.1)(x3) | nn.BatchNorm1d(4, bias=False)(m)
nn.Sequential(*[nn.BatchNorm2d(4, momentum=None)] * 2)(x2) | nn.LayerNorm(8)(x1) | nn.LayerNorm((8, 8))(x2)
nn.LayerNorm(8, bias=False)(x1) | nn.LayerNorm(8, elementwise_affine=False)(x1) | nn.LayerNorm(4, eps=0.1)(m[0])
nn.GroupNorm(2, 4)(x2) | nn.GroupNorm(4, 4, affine=False)(x2) | nn.GroupNorm(1, 4)(m)
nn.GroupNorm(3, 3, bias=False)(x1)
nn.InstanceNorm1d(3)(x1) | nn.InstanceNorm2d(4)(x2) | nn.InstanceNorm2d(4, affine=True)(x2) | nn.InstanceNorm2d(3)(x2)
nn.InstanceNorm2d(4, affine=True, track_running_stats=True)(x2) | nn.InstanceNorm1d(3)(x1[0]) | nn.InstanceNorm3d(3)(x3)
nn.InstanceNorm2d(4, track_running_stats=True).eval()(x2) | nn.RMSNorm(8)(x1) | nn.RMSNorm((8, 8), eps=1e-3)(x2)
nn.RMSNorm(8, elementwise_affine=False)(x1) | nn.LocalResponseNorm(2)(x2) | nn.LocalResponseNorm(3, 0.1, 0.5, 2.)(x1)
F.layer_norm(x1, (8,)) | F.batch_norm(x1, None, None, training=True) | F.group_norm(x1, 3) | F.instance_norm(x1)
"""
DROPS = """
nn.Dropout(0.3)(x1) | nn.Dropout1d(0.3)(x1) | nn.Dropout1d()(x1[0]) | nn.Dropout2d()(x2) | nn.Dropout2d(0.3)(x2[0])
nn.Dropout3d()(x3) | nn.Dropout3d()(x3[0]) | nn.AlphaDropout(0.3)(x1) | nn.FeatureAlphaDropout(0.3)(x2)
nn.Dropout()(x1.detach()) | nn.Dropout(1.0)(x1) | nn.AlphaDropout(1.0)(x1) | nn.Dropout2d().eval()(x2)
nn.Dropout(0.3, inplace=True)(x1 * 1) | nn.Dropout2d(0.3, inplace=True)(x2 * 1) | F.alpha_dropout(x1, 0.5)
F.dropout2d(m) | F.alpha_dropout(x1 * 1, 0.5, True, True) | nn.Dropout3d(inplace=True)(x3[0] * 1)
"""
PADS = """
nn.ReflectionPad1d(2)(x1) | nn.ReflectionPad1d((1, 3))(x1[0]) | nn.ReflectionPad2d((1, 2, 3, 0))(x2)
nn.ReflectionPad3d(1)(x3) | nn.ReplicationPad1d(2)(x1) | nn.ReplicationPad2d((1, 2, -1, 3))(x2)
nn.ReplicationPad3d(2)(x3)
nn.ZeroPad2d(1)(x2) | nn.ZeroPad1d((0, 2))(x1) | nn.ConstantPad1d((1, 2), 3.5)(x1) | nn.ConstantPad3d(1, -1)(x3)
nn.CircularPad1d(2)(x1) | nn.CircularPad2d((1, 2, 0, 3))(x2) | nn.CircularPad3d(1)(x3) | nn.ZeroPad3d(1)(x3)
F.pad(x2, (1, -2)) | F.pad(x2, (1, -1, 2, 0), mode='circular') | F.pad(x1, (1, 1, 2, 0), 'constant', 2.0)
nn.Conv2d(4, 4, 3, padding=1, padding_mode='reflect')(x2) | nn.Conv1d(3, 2, 3, padding=1, padding_mode='circular')(x1)
nn.Conv2d(4, 2, 3, padding='same', padding_mode='replicate')(x2)
"""
SIZES = """
F.interpolate(x1, scale_factor=2) | F.interpolate(x2, scale_factor=1.7) | F.interpolate(x3, size=4)
F.interpolate(x2, size=(5, 11)) | F.interpolate(x2, size=(5, 11), mode='nearest-exact')
F.interpolate(x1, 3, mode='area')
F.interpolate(x1, scale_factor=2, mode='linear') | F.interpolate(x1, 5, mode='linear', align_corners=True)
F.interpolate(x2, scale_factor=(1.5, 0.6), mode='bilinear') | F.interpolate(x2, 13, mode='bilinear', align_corners=True)
F.interpolate(x2, scale_factor=2.3, mode='bilinear', recompute_scale_factor=True) | F.interpolate(x2, 5, mode='area')
F.interpolate(x2, scale_factor=1.6, mode='bicubic') | F.interpolate(x2, 5, mode='bicubic', align_corners=True)
F.interpolate(x3, scale_factor=1.5, mode='trilinear') | F.interpolate(x3, 4, mode='trilinear', align_corners=True)
F.interpolate(x2, 5, mode='bilinear', antialias=True) | F.interpolate(x2, (3, 11), mode='bicubic', antialias=True)
nn.Upsample(scale_factor=2)(x2) | nn.Upsample(size=5, mode='bilinear', align_corners=True)(x2) | F.upsample(x2, 4)
nn.UpsamplingNearest2d(scale_factor=2)(x2) | nn.UpsamplingBilinear2d(5)(x2) | F.interpolate(x3, 4, mode='area')
"""
ACTIVATIONS = """
nn.ReLU6()(x1) | nn.ReLU6(True)(x1 * 9) | nn.RReLU()(x1) | nn.RReLU(0.1, 0.2).eval()(x1)
F.rrelu_(x1 * 1, training=True)
nn.Hardtanh(-0.5, 0.75)(x1) | nn.Hardtanh(inplace=True)(x1 * 1) | nn.Hardsigmoid()(x1 * 3) | nn.Hardswish()(x1 * 3)
nn.Hardswish(True)(x1 * 3) | nn.CELU(0.5)(x1) | nn.CELU(0.5, True)(x1 * 1) | nn.SELU()(x1) | nn.SELU(True)(x1 * 1)
nn.GLU()(x1) | F.glu(x2, 1) | nn.Hardshrink()(x1) | nn.Softshrink(0.3)(x1) | nn.LogSigmoid()(x1) | nn.Mish()(x1)
nn.Mish(True)(x1 * 1) | nn.PReLU()(x1) | nn.PReLU(3, 0.1)(x1) | nn.PReLU()(x1[0, 0]) | nn.PReLU()(x1[0, 0, 0])
nn.Softsign()(x1) | nn.Tanhshrink()(x1) | nn.Softmin(1)(x1) | nn.Softmax2d()(x2) | nn.Softmax2d()(x1) | nn.Softmin()(m)
nn.Threshold(0.1, 2)(x1) | nn.Threshold(0.1, 2, True)(x1 * 1) | F.threshold_(x1 * 1, 0.1, 2)
F.leaky_relu_(x1 * 1, 0.2)
F.leaky_relu(x1 * 1, inplace=True) | nn.ELU(0.5, True)(x1 * 1) | F.elu_(x1 * 1) | F.celu_(x1 * 1) | F.relu_(x1 * 1)
F.selu_(x1 * 1) | F.hardtanh_(x1 * 1) | nn.SiLU(True)(x1 * 1) | nn.LeakyReLU(0.2, True)(x1 * 1) | nn.GELU('tanh')(x1)
F.gumbel_softmax(x1) | F.gumbel_softmax(m, tau=0.5, hard=True) | F.gumbel_softmax(x2, dim=1) | nn.Softmax()(m)
nn.Hardsigmoid(True)(x1 * 3) | F.relu6(x1 * 9) | F.rrelu(x1) | nn.RReLU(inplace=True)(x1 * 1) | nn.Softplus(2, 1)(x1)
"""
LOSSES = """
nn.MSELoss()(x1, c1) | F.mse_loss(x1, y1, weight=p1) | F.mse_loss(x1, y1, weight=p1, reduction='sum')
F.mse_loss(x1, m[0, :1])
F.l1_loss(x1, y1, weight=p1) | F.l1_loss(x1, c1, weight=p1, reduction='none')
F.huber_loss(x1, y1, weight=p1, delta=0.5)
F.huber_loss(x1, c1, weight=p1, reduction='sum') | nn.L1Loss(reduction='sum')(x1, y1)
nn.SmoothL1Loss(beta=0.5)(x1, y1)
nn.MSELoss(size_average=False)(x1, c1) | nn.L1Loss(reduce=False)(x1, c1) | nn.HuberLoss(delta=0.3)(x1, y1)
F.cross_entropy(m, k[:3]) | F.cross_entropy(m, k, label_smoothing=0.1)
F.cross_entropy(m, k, label_smoothing=0.1, weight=p1[0, 0, :4])
F.cross_entropy(m, k, label_smoothing=0.1, reduction='none')
F.cross_entropy(m, k, ignore_index=1, label_smoothing=0.2, reduction='sum')
F.cross_entropy(m, k, ignore_index=1, label_smoothing=0.2, weight=p1[0, 0, :4]) | F.cross_entropy(m, d.softmax(1))
F.cross_entropy(m, d.softmax(1), reduction='none')
F.cross_entropy(m, d.softmax(1), label_smoothing=0.1, reduction='sum')
F.cross_entropy(m, d.softmax(1), weight=p1[0, 0, :4]) | F.cross_entropy(m[0], d[0].softmax(0))
F.cross_entropy(m[0], k[0])
F.cross_entropy(x2, x2[:, 0].long().abs()) | F.cross_entropy(x3, torch.zeros(2, 6, 6, 6, dtype=torch.long))
F.cross_entropy(x3, torch.ones(2, 6, 6, 6, dtype=torch.long), reduction='none')
nn.NLLLoss()(x1, x1[:, 0].long().abs())
F.cross_entropy(x2, x2[:, 0].long().abs(), weight=p1[0, 0, :4], ignore_index=1) | F.cross_entropy(x1, c1.softmax(1))
F.cross_entropy(x2, x2[:, 0].long().abs(), label_smoothing=0.3) | nn.NLLLoss(weight=p1[0, 0, :4])(m, k)
F.binary_cross_entropy(x1.sigmoid(), p1, weight=p1[0]) | F.binary_cross_entropy_with_logits(x1, p1, pos_weight=p1[0, 0])
F.binary_cross_entropy(x1.sigmoid(), y1.sigmoid()) | F.binary_cross_entropy_with_logits(x1, y1)
nn.BCELoss()(x1.sigmoid(), p1)
nn.KLDivLoss()(x1, p1) | nn.KLDivLoss(reduction='batchmean')(x1, p1)
nn.KLDivLoss(log_target=True, reduction='sum')(x1, y1)
F.kl_div(x1, y1.sigmoid(), reduction='none') | nn.PoissonNLLLoss()(x1, p1) | nn.PoissonNLLLoss(full=True)(x1, p1 * 5)
nn.PoissonNLLLoss(False, reduction='sum')(x1.exp(), p1) | nn.GaussianNLLLoss()(x1, c1, p1)
nn.GaussianNLLLoss(full=True)(x1, y1, y1.abs())
nn.GaussianNLLLoss(reduction='none')(x1, c1, p1[..., 0]) | F.gaussian_nll_loss(x1, c1, 2.0)
F.gaussian_nll_loss(x1, c1, y1[..., :1].exp())
nn.HingeEmbeddingLoss()(x1, torch.where(c1 > 0, 1.0, -1.0))
nn.MarginRankingLoss(0.3)(x1, y1, torch.where(c1 > 0, 1.0, -1.0))
nn.MarginRankingLoss()(x1, y1, torch.ones(2, 3, 8)) | nn.MultiMarginLoss()(m, k)
nn.MultiMarginLoss(2, 0.5, p1[0, 0, :4])(m, k)
nn.MultiMarginLoss(reduction='none')(m, k) | F.multi_margin_loss(m[0], k[0])
nn.MultiLabelMarginLoss()(m, torch.tensor([[3, 0, -1, 1], [-1, 0, 0, 0], [1, 2, 0, 3]]))
F.multilabel_margin_loss(m[0], torch.tensor([2, -1, 0, 0]), reduction='sum')
nn.SoftMarginLoss()(x1, torch.where(c1 > 0, 1.0, -1.0))
nn.MultiLabelSoftMarginLoss()(m, d.sigmoid().round())
nn.MultiLabelSoftMarginLoss(p1[0, 0, :4], reduction='sum')(m, d.sigmoid())
nn.CosineEmbeddingLoss()(m, n, signs) | nn.CosineEmbeddingLoss(0.2, reduction='none')(m, n, signs)
F.cosine_embedding_loss(m[0], n[0], signs[1])
nn.TripletMarginLoss()(m, n, m * n) | nn.TripletMarginLoss(0.5, 1, swap=True, reduction='sum')(m, n, m * 2)
nn.TripletMarginWithDistanceLoss()(m, n, m * 2)
nn.TripletMarginWithDistanceLoss(distance_function=lambda a, b: 1 - F.cosine_similarity(a, b), swap=True)(m, n, m * n)
nn.PairwiseDistance()(m, n) | nn.PairwiseDistance(1, keepdim=True)(x1, y1) | nn.CosineSimilarity()(m, n)
F.cosine_similarity(x1, y1, dim=-1)
F.normalize(x1) | F.normalize(x1, p=1, dim=0) | F.normalize(m, dim=-1) | F.pairwise_distance(m, n[0])
F.pairwise_distance(m, n, p=3)
F.soft_margin_loss(x1, torch.where(c1 > 0, 1.0, -1.0), reduction='none')
nn.CrossEntropyLoss(label_smoothing=0.1)(m, k)
"""
REARRANGED = """
nn.CTCLoss()(x2[0, 0, :, :4].reshape(4, 2, 4).log_softmax(2), torch.tensor([[1, 2], [3, 3]]), (4, 4), (2, 1))
nn.CTCLoss(reduction='none')(x1[0].log_softmax(1)[:, None], torch.tensor([[1, 1]]), torch.tensor([3]), k[2:] - 1)
nn.CTCLoss(2, 'sum')(x2[0].log_softmax(-1), torch.tensor([1, 3, 5, 1] * 4), (4, 3) * 4, (2,) * 8)
nn.CTCLoss(zero_infinity=True)(x1[0].log_softmax(1)[:, None], torch.tensor([[1, 1, 1]]), (3,), (3,))
F.ctc_loss(x1[0].log_softmax(1), torch.tensor([1, 2]), (3,), (2,))
nn.PixelShuffle(2)(x2) | nn.PixelUnshuffle(2)(x2) | nn.PixelShuffle(2)(x2[0]) | nn.ChannelShuffle(2)(x2)
nn.Unflatten(1, (2, 2))(x2) | nn.Unflatten(-1, (2, -1))(x1) | nn.Unfold(2)(x2) | nn.Unfold((3, 2), 2, 1, (1, 2))(x2)
F.unfold(x2[0], 2) | F.fold(F.unfold(x2, 2), 8, 2)
nn.Fold((8, 8), (3, 2), padding=1, stride=2)(F.unfold(x2, (3, 2), padding=1, stride=2))
F.fold(F.unfold(x2[0], 3), (8, 8), 3) | nn.Bilinear(8, 8, 3)(x1, y1) | nn.Bilinear(4, 4, 2, bias=False)(m, n)
F.grid_sample(x2, x2[:, :3, :, :2], align_corners=False)
F.grid_sample(x2, x2[:, :3, :, :2], 'nearest', align_corners=True)
F.grid_sample(x2, x2[:, :3, :, :2]) | F.grid_sample(x2, 2 * x2[:, :3, :, :2], padding_mode='border', align_corners=True)
F.grid_sample(x2, 2 * x2[:, :3, :, :2], padding_mode='reflection', align_corners=False)
F.grid_sample(x2, 2 * x2[:, :3, :, :2], padding_mode='reflection', align_corners=True)
F.grid_sample(x2, x2[:, :3, :, :2], 'bicubic', 'zeros', True)
F.grid_sample(x2, 2 * x2[:, :3, :, :2], 'bicubic', 'border', False)
F.grid_sample(x2, 2 * x2[:, :3, :, :2], 'bicubic', 'reflection', False)
F.grid_sample(x3, x3[..., :3], align_corners=False)
F.grid_sample(x3, 2 * x3[..., :3], padding_mode='border', align_corners=True)
F.affine_grid(x1[:, :2, :3], (2, 1, 4, 5), align_corners=False)
F.affine_grid(x1[:, :3, :4], (2, 1, 2, 4, 5), align_corners=True)
F.grid_sample(x2, F.affine_grid(x1[:, :2, :3], x2.size(), align_corners=False), align_corners=False)
F.affine_grid(x1[:, :2, :3], (2, 1, 1, 5)) | F.affine_grid(x1[:, :2, :3], (2, 1, 1, 5), align_corners=True)
"""
LAZY = """
F.max_pool2d_with_indices(x2, 2) | F.max_pool1d_with_indices(x1, 2) | F.adaptive_max_pool2d_with_indices(x2, 3)
nn.LazyLinear(3)(x1) | nn.LazyLinear(3, bias=False)(m) | nn.LazyConv2d(2, 3)(x2) | nn.LazyConv1d(2, 3, padding=1)(x1[0])
nn.LazyConvTranspose2d(2, 3, stride=2)(x2) | nn.LazyBatchNorm2d()(x2) | nn.LazyInstanceNorm1d()(x1)
nn.LazyConv3d(2, 2)(x3)
nn.Sequential(nn.LazyConv2d(2, 3), nn.ReLU(), nn.LazyBatchNorm2d(), nn.Flatten(), nn.LazyLinear(3))(x2)
"""


@pytest.fixture(autouse=True)
def always_warned():
    """Let torch repeat the warnings that it gives once in a process."""
    torch._C._set_warnAlways(True)
    yield
    torch._C._set_warnAlways(False)


@pytest.mark.parametrize(
    "expression",
    expressions(CONVOLUTIONS, POOLING, AVERAGES, NORMS, DROPS, PADS, SIZES, ACTIVATIONS, LOSSES, REARRANGED, LAZY),
)
def test_layer(expression):
    compare(Side(gv_torch, expression), Side(torch, expression))


SMOOTH = """
nn.Conv2d(4, 2, 3, padding=1, stride=2)(x2) ** 2 | nn.ConvTranspose2d(4, 2, 3, stride=2)(x2) ** 2
nn.AvgPool2d(2)(x2) ** 2
nn.Conv1d(3, 6, 3, groups=3)(x1).tanh() | nn.MaxPool2d(3, 2, 1)(x2) ** 2 | nn.AdaptiveMaxPool2d(3)(x2) ** 2
nn.BatchNorm2d(4)(x2).tanh() | nn.BatchNorm2d(4).eval()(x2) ** 2 | nn.LayerNorm(8)(x1).tanh()
nn.GroupNorm(2, 4)(x2).tanh()
nn.InstanceNorm1d(3)(x1).tanh() | F.interpolate(x2, scale_factor=1.5, mode='bicubic') ** 2
nn.ReflectionPad2d(2)(x2) ** 2
F.unfold(x2, 2) ** 2 | nn.PixelShuffle(2)(x2) ** 2 | F.mish(x1) | F.celu(x1, 0.5) | F.glu(x1) | F.logsigmoid(x1)
F.hardswish(x1 * 3) | nn.PReLU(3)(x1) ** 2 | nn.Bilinear(8, 8, 3)(x1, y1) | F.softsign(x1) | F.selu(x1)
F.normalize(x1)
F.cross_entropy(m, k, label_smoothing=0.1) | F.cross_entropy(x2, x2[:, 0].long().abs())
F.kl_div(x1.log_softmax(1), p1)
F.soft_margin_loss(x1, c1.sign()) | F.cosine_embedding_loss(m, n, signs)
F.triplet_margin_loss(m, n, m * n) | F.gaussian_nll_loss(x1, c1, y1.exp()) | F.poisson_nll_loss(x1, p1)
F.grid_sample(x2, x2[:, :3, :, :2], align_corners=False) ** 2 | F.cosine_similarity(m, n) | F.dropout(x1, 0.3) ** 2
"""


@pytest.mark.parametrize("expression", expressions(SMOOTH))
def test_second_derivative(expression):
    ours, theirs = Side(gv_torch, expression, second=True), Side(torch, expression, second=True)
    compare(ours, theirs, same_graph=False, tolerance=2e-5)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("expression", WRONG.strip().splitlines())
def test_error(expression):
    assert raised(gv_torch, expression) == raised(torch, expression)
