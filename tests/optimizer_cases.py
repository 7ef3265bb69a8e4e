"""Every optimizer with the options that change what a step does."""

CASES = [
    ("SGD", {"lr": 0.05}),
    ("SGD", {"lr": 0.013, "momentum": 0.9}),
    ("SGD", {"lr": 0.013, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.01}),
    ("SGD", {"lr": 0.013, "momentum": 0.8, "nesterov": True, "weight_decay": 0.001}),
    ("SGD", {"lr": 0.01, "weight_decay": 0.1, "maximize": True}),
    ("Adam", {}),
    ("Adam", {"lr": 0.01, "betas": (0.8, 0.99), "eps": 1e-6, "weight_decay": 0.01}),
    ("Adam", {"lr": 0.02, "amsgrad": True}),
    ("Adam", {"betas": (0.3, 0.9), "maximize": True}),
    ("Adam", {"weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("AdamW", {"lr": 0.01, "weight_decay": 0.1}),
    ("AdamW", {"lr": 0.01, "amsgrad": True, "maximize": True}),
    ("NAdam", {}),
    ("NAdam", {"weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("NAdam", {"weight_decay": 0.1, "momentum_decay": 0.01, "maximize": True}),
    ("RAdam", {}),
    ("RAdam", {"betas": (0.8, 0.9), "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("RAdam", {"betas": (0.8, 0.9), "weight_decay": 0.1, "maximize": True}),
    ("Adagrad", {}),
    ("Adagrad", {"lr_decay": 0.01, "weight_decay": 0.1, "initial_accumulator_value": 0.5, "maximize": True}),
    ("Adadelta", {}),
    ("Adadelta", {"lr": 0.3, "rho": 0.5, "weight_decay": 0.1, "maximize": True}),
    ("RMSprop", {}),
    ("RMSprop", {"centered": True, "momentum": 0.9, "weight_decay": 0.1}),
    ("RMSprop", {"momentum": 0.5, "alpha": 0.9, "maximize": True}),
    ("RMSprop", {"centered": True}),
    ("Adamax", {}),
    ("Adamax", {"lr": 0.01, "betas": (0.7, 0.95), "weight_decay": 0.1, "maximize": True}),
    ("Rprop", {}),
    ("Rprop", {"lr": 0.1, "etas": (0.3, 1.5), "step_sizes": (1e-3, 1.0), "maximize": True}),
    ("ASGD", {}),
    ("ASGD", {"lr": 0.1, "lambd": 0.01, "t0": 10, "weight_decay": 0.01, "maximize": True}),
    ("LBFGS", {"lr": 0.1, "max_iter": 3, "max_eval": 20}),
    ("LBFGS", {"max_iter": 3, "max_eval": 40, "line_search_fn": "strong_wolfe"}),
]


def program(name: str, options: dict[str, object], dtype: str = "float32", passes: int = 7) -> str:
    """A descent whose gradients change their sign now and then."""
    given = "".join(f", {key}={value!r}" for key, value in options.items())
    return f"""import torch
w = torch.tensor([[1.0, -2.0, 0.3], [0.1, 0.2, -1.5]], dtype=torch.{dtype}, requires_grad=True)
b = torch.tensor(0.5, dtype=torch.{dtype}, requires_grad=True)
x = torch.tensor([[1.5, -1.0], [0.5, 2.0], [-0.7, 0.2]], dtype=torch.{dtype})
optimizer = torch.optim.{name}([w, b]{given})
def closure():
    optimizer.zero_grad()
    loss = ((w @ x).sin() + b - n % 3 + 1).square().mean()
    loss.backward()
    return loss
for n in range({passes}):
    optimizer.step(closure)
"""
