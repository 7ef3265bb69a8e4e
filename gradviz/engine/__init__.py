"""Reverse-mode automatic differentiation over NumPy with the semantics of PyTorch."""

import numpy as np

# PyTorch computes inf and nan without a word; silencing NumPy once costs nothing, per operation it costs 700 ns.
np.seterr(all="ignore")
