"""A small convolutional network that tells bars, columns and crosses apart."""
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(13)

def picture(kind):
    image = torch.zeros(1, 10, 10)
    r, c = torch.randint(2, 8, (2,)).tolist()
    if kind in (0, 2):
        image[0, r, max(c - 3, 0):c + 4] = 1
    if kind in (1, 2):
        image[0, max(r - 3, 0):r + 4, c] = 1
    return image + 0.1 * torch.randn(1, 10, 10)

labels = torch.arange(90) % 3
images = torch.stack([picture(k) for k in labels.tolist()])
print(images.shape, labels[:9], images.mean(), images.std())

class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.conv1 = nn.Conv2d(1, 4, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(4, 8, 3)
        self.pool = nn.MaxPool2d(2)
        self.fc = nn.Linear(8 * 1 * 1, 3)

    def forward(self, x, talk=False):
        x = self.pool(F.relu(self.conv1(x)))
        if talk:
            print("after block 1:", x.shape)
        x = self.pool(F.relu(self.conv2(x)))
        if talk:
            print("after block 2:", x.shape)
        x = torch.flatten(x, 1)
        return self.fc(x)

net = Net()
print(net)
print(sum(p.numel() for p in net.parameters() if p.requires_grad))
out = net(images[:2], talk=True)
print(out, out.shape)
print(net.conv1.weight[0], net.conv1.bias)

criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(net.parameters(), lr=0.02)
for epoch in range(12):
    total, right = 0.0, 0
    for start in range(0, 90, 30):
        batch, target = images[start:start + 30], labels[start:start + 30]
        optimizer.zero_grad()
        output = net(batch)
        loss = criterion(output, target)
        loss.backward()
        optimizer.step()
        total += loss.item()
        right += (output.argmax(1) == target).sum().item()
    if epoch % 3 == 2:
        print(f"epoch {epoch + 1}: loss {total / 3:.3f} accuracy {100 * right / 90:.0f}%")
print(net.conv1.weight.grad.shape, net.conv1.weight.grad.abs().sum() > 0)
node = loss.grad_fn
while node is not None:
    print(type(node).__name__, end=" ")
    node = next((f for f, _ in node.next_functions if f is not None and type(f).__name__ not in ("AccumulateGrad", "TBackward0")), None)
print()
