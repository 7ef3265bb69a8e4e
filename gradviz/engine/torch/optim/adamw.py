"""AdamW (Loshchilov and Hutter 2019): Adam whose weight decay is no part of the gradient."""

from __future__ import annotations

from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.optim.adam import Adam
from gradviz.engine.torch.optim.optimizer import Parameters


class AdamW(Adam):
    """Adam whose weight decay shrinks the parameter itself and stays out of the running means."""

    def __init__(
        self,
        params: Parameters,
        lr: float | Tensor = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        super().__init__(
            params,
            lr,
            betas,
            eps,
            weight_decay,
            amsgrad,
            maximize=maximize,
            foreach=foreach,
            capturable=capturable,
            differentiable=differentiable,
            fused=fused,
            decoupled_weight_decay=True,
        )
