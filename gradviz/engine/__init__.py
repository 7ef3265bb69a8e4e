"""Reverse-mode automatic differentiation over NumPy with the semantics of PyTorch.

Lowest first: `dtype size memory node tensor`, then what turns declarations into functions (`kernels formula plan
node_source compiler op`), `ops/` (declarations), the pass (`order queue hook_calls passing passes backward`), the
program's own operations (`function`), `creation sampling likeness`, and `torch/`. What few programs turn on costs
nothing while it is off: `inference`, `saving` and `anomaly` give the ops another function in the place of one that they
use (`switching`).

What must stay true:

* An array held by a tensor whose `_counter` is an int is never written to (see `memory`): references are snapshots.
* A rule is pure: `replay` runs it again on what was recorded.
* No reference cycle from a graph to itself, no recursion, nothing imported inside a function on a hot path.
* Hot code reads slots; what few tensors need goes to `Rare`, what few nodes need to `Extra`.
* A layer's arithmetic stands in files without declarations (`windows`, `grids`). What carries a gradient
  back through it is a kernel that is an op of its own too (`…_backward`), so that a recorded pass can go on.
"""

import numpy as np

# PyTorch computes inf and nan without a word; silencing NumPy once costs nothing, per operation it costs 700 ns.
np.seterr(all="ignore")
