"""The declarations of all ops, one file per family: importing them declares them and gives tensors backward().

The order is that of the catalogue, and so of the palette.
"""

# isort: off
from .. import backward, protocols  # noqa: F401
from . import arithmetic  # noqa: F401
from . import pointwise, special, choosing, pairs, triples, bessel, activations, rectifiers, activation_gradients  # noqa: F401
from . import reduction, extremes, deviation, softmax  # noqa: F401
from . import shape, dimensions, joining, conversion, detaching, inspection  # noqa: F401
from . import ordering, cumulative, counting, distance  # noqa: F401
from . import turning, striding, stacking, expanding  # noqa: F401
from . import linear_algebra, factors, complex_numbers, number, fourier  # noqa: F401
from . import padding, convolution, convolution_backward, pooling, unpooling, resampling, averaging  # noqa: F401
from . import normalization, normalization_backward  # noqa: F401
from . import rearranging, grid_sampling, grid_sampling_backward  # noqa: F401
from . import comparison  # noqa: F401
from . import loss, margins, loss_gradients, alignment  # noqa: F401
from . import indexing, picking, embedding, embedding_bag  # noqa: F401
from . import scattering, diagonal, writing  # noqa: F401
from . import decomposition, triangular, matrix_gradients, adjugate, products, einsum, norms, resizing  # noqa: F401
from . import attention, recurrent, backward_hook, weight_norm  # noqa: F401
from . import in_place, filling  # noqa: F401
from . import adjoint  # noqa: F401
