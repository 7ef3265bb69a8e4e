"""Comparisons with real PyTorch in the same process, collected only where it can be imported: nothing is skipped.

Real torch is `import torch`; ours is `from gradviz.engine import torch as gv_torch`.
"""

import importlib.util

collect_ignore_glob = [] if importlib.util.find_spec("torch") else ["test_*.py"]
