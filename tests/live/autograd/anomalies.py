"""Anomaly detection: which line of the forward pass was it?"""

import warnings

import torch


def t(f):
    with warnings.catch_warnings(record=True) as w:
        warnings.simplefilter("always")
        try:
            print(f())
        except Exception as e:  # noqa: BLE001  what fails is shown
            print(type(e).__name__, e)
        for x in w:
            print("W", str(x.message).split(" (Trig")[0].rstrip().split("\n")[0], "sqrt(x)*0" in str(x.message))


x = torch.tensor([0.0, 1.0], requires_grad=True)


def run():
    with torch.autograd.detect_anomaly():
        y = torch.sqrt(x) * 0
        z = (y / y.detach()).sum()
        z.backward()


t(run)


def run2():
    with torch.autograd.set_detect_anomaly(True):
        y = x.exp()
        y.add_(1)
        y.sum().backward()


t(run2)


def run3():
    y = x.sqrt() * 0 / 0
    with torch.autograd.detect_anomaly():
        y.sum().backward()


t(run3)


def run4():
    with torch.autograd.detect_anomaly(check_nan=False):
        y = (x.sqrt() * 0 / 0).sum()
        y.backward()


t(run4)
print(torch.is_anomaly_enabled(), torch.is_anomaly_check_nan_enabled())
torch.autograd.set_detect_anomaly(True)
print(torch.is_anomaly_enabled())
torch.autograd.set_detect_anomaly(False)
print(torch.is_anomaly_enabled())


class F(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a):
        return a * 2

    @staticmethod
    def backward(ctx, g):
        raise ValueError("no")


def run5():
    with torch.autograd.set_detect_anomaly(True):
        F.apply(x).sum().backward()


t(run5)
