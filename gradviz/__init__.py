"""gradviz: see the graph that autograd builds, step its backward pass, watch it train."""

__version__ = "0.1.0"
