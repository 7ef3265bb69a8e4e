"""What convolutions and poolings do to shapes and to numbers."""
import torch
from torch import nn
import torch.nn.functional as F

image = torch.arange(25.0).view(1, 1, 5, 5)
edge = torch.tensor([[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]]).view(1, 1, 3, 3)
print(F.conv2d(image, edge))
print(F.conv2d(image, edge, padding=1)[0, 0])
print(F.conv2d(image, torch.ones(1, 1, 2, 2), stride=2), F.conv2d(image, torch.ones(1, 1, 2, 2), dilation=2).shape)

# By hand: unfold, multiply, fold.
columns = F.unfold(image, 3)
print(columns.shape, (edge.view(1, -1) @ columns).view(1, 1, 3, 3).equal(F.conv2d(image, edge)))

torch.manual_seed(14)
layers = [nn.Conv2d(3, 8, 3), nn.Conv2d(3, 8, (3, 5), stride=(2, 1), padding=(4, 2)), nn.Conv2d(3, 6, 3, groups=3, bias=False),
          nn.Conv2d(3, 8, 3, padding="same"), nn.ConvTranspose2d(3, 4, 2, stride=2), nn.MaxPool2d(2), nn.AvgPool2d(3, stride=1),
          nn.AdaptiveAvgPool2d(1), nn.AdaptiveAvgPool2d((4, 2)), nn.Upsample(scale_factor=2), nn.ReflectionPad2d(1), nn.ZeroPad2d((1, 0, 2, 0)),
          nn.BatchNorm2d(3), nn.InstanceNorm2d(3), nn.GroupNorm(3, 3), nn.Dropout2d(0.2), nn.Flatten(), nn.PixelShuffle(1), nn.Identity()]
x = torch.randn(2, 3, 8, 8)
for layer in layers:
    weights = sum(p.numel() for p in layer.parameters())
    print(f"{str(layer):95s} {str(tuple(layer(x).shape)):15s} {weights}")

sound = torch.randn(2, 1, 16)
for layer in (nn.Conv1d(1, 4, 5), nn.Conv1d(1, 4, 4, stride=4), nn.MaxPool1d(4), nn.AvgPool1d(2), nn.ConvTranspose1d(1, 2, 4, stride=2)):
    print(layer, tuple(layer(sound).shape))

pooled, where = F.max_pool2d(image, 2, return_indices=True)
print(pooled, where)
print(F.avg_pool2d(image, 2), F.adaptive_max_pool2d(image, 1), F.max_pool2d(image, 3, stride=1, padding=1).shape)
print(F.interpolate(torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]]), scale_factor=2, mode="nearest"))
print(F.interpolate(torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]]), size=(3, 3), mode="bilinear", align_corners=True))
print(F.pad(torch.ones(1, 1, 2, 2), (1, 1, 0, 1), value=9.0))

k = edge.clone().requires_grad_(True)
p = image.clone().requires_grad_(True)
out = F.max_pool2d(F.conv2d(p, k), 2)
print(out)
out.sum().backward()
print(k.grad, p.grad[0, 0])
up = nn.ConvTranspose2d(1, 1, 2, stride=2, bias=False)
nn.init.constant_(up.weight, 1.0)
print(up(torch.tensor([[[[1.0, 2.0]]]])))
for bad in (lambda: layers[0](torch.ones(1, 4, 8, 8)), lambda: layers[0](torch.ones(1, 3, 2, 2)), lambda: F.conv2d(image[0, 0, 0], edge)):
    try:
        bad()
    except RuntimeError as error:
        print(error)
