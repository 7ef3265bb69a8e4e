"""Why a deep network wants short cuts."""
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(41)

class Plain(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc = nn.Linear(width, width)

    def forward(self, x):
        return torch.tanh(self.fc(x))

class Residual(Plain):
    def forward(self, x):
        return x + super().forward(x)

for kind in (Plain, Residual):
    torch.manual_seed(0)
    net = nn.Sequential(*[kind(8) for _ in range(12)], nn.Linear(8, 1))
    x = torch.randn(16, 8)
    net(x).sum().backward()
    norms = [f"{layer.fc.weight.grad.norm().item():.4f}" for layer in net[:12:3]]
    print(kind.__name__, "gradient norms by depth:", norms)
    target = x[:, :1] * x[:, 1:2]
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
    for step in range(25):
        loss = F.mse_loss(net(x), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 8 == 0:
            print("   ", step, f"{loss.item():.4f}")

class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, in_planes, planes, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(in_planes, planes, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, stride=1, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.shortcut = nn.Sequential()
        if stride != 1 or in_planes != planes:
            self.shortcut = nn.Sequential(nn.Conv2d(in_planes, planes, kernel_size=1, stride=stride, bias=False), nn.BatchNorm2d(planes))

    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out += self.shortcut(x)
        return F.relu(out)

same, down = BasicBlock(3, 3), BasicBlock(3, 6, stride=2)
print(same)
print(down.shortcut)
image = torch.randn(2, 3, 8, 8)
print(same(image).shape, down(image).shape)
out = down(image).mean(dim=(2, 3))
print(out, out.grad_fn)
out.sum().backward()
print(down.conv1.weight.grad.shape, down.bn2.bias.grad)
print(same.bn1.running_mean)
