"""What PyTorch has and the engine has not, by name: the table `absent.md`.

`python -m tests.names.absent` writes it anew; `tests/engine/test_names.py` holds it against the engine.
"""

import contextlib
import importlib
import itertools
from fnmatch import fnmatchcase
from pathlib import Path

from gradviz.engine import torch
from gradviz.engine.names import torch_names
from tests.names.corpus import Name, corpus

FILE = Path(__file__).with_name("absent.md")
# What PyTorch's modules import for themselves is no part of it.
PYTHONS = """
    AbstractContextManager Any auto bind bisect_right builtins byref c_double c_uint32 c_void_p cache Callable
    cast closing collections contextlib contextmanager copyreg Counter ctypes dataclasses deepcopy deprecated
    difflib Enum F functools Generic glob importlib inspect io IO Iterable Literal lru_cache Mapping
    MappingProxyType math mkdtemp NamedTuple NewType np Optional OrderedDict os overload override ParamSpec
    partial pickle platform pointer re ref Self Sequence shutil struct SupportsFloat sys tarfile tempfile
    textwrap threading torch traceback Type TYPE_CHECKING TypeAlias TypedDict TypeIs types TypeVar warnings
    weakref wraps Concatenate contextvars defaultdict deque itertools Iterator MutableMapping NoReturn Union
    WeakKeyDictionary WeakValueDictionary
    """
# Why they are absent: globs for names, with their modules where there is a dot; the first that fits counts.
KINDS = {
    "Other devices, and compilers": """
        torch.accelerator.* torch.amp.* torch.backends.* torch.compiler.* torch.cpu.* torch.cuda.* torch.mps.*
        torch.xpu.* *autocast* GradScaler Stream Event *memory_format ipu mtia xpu is_ipu is_maia is_mtia is_xla
        is_xpu record_stream
        """,
    "Quantised numbers, and of other sizes": """
        *qint* *quint* *quant* q_* qscheme qat per_channel_* per_tensor_* fbgemm_* int_repr *qparams* bit bits*
        int? uint* float4_* float8_* QInt* QUInt* fused_moving_avg* complex32 chalf *scaled_mm *grouped_mm
        """,
    "Sparse and nested tensors": """
        *sparse* ccol_* crow_* col_indices* row_indices* indices* values* *coalesce* dense_dim to_dense hsmm
        dsmm smm spmm hspmm saddmm sspaddmm Sparse* nested jagged masked to_padded_tensor
        """,
    "TorchScript, tracing, symbolic sizes": """
        *Type Script* Sym* sym_* *jit* JIT* Graph* Static* *Script* Lite* Concrete* Argument* Complete*
        CompilationUnit Deserial* Serial* PyTorchFile* *Logger* Benchmark* Throughput* Execution* parse_*
        import_ir* merge_type* unify_* AliasDb Block CallStack Capsule Code ErrorReport FileCheck FunctionSchema
        Gradient IODescriptor Node OperatorInfo Use Value TracingState torch.BufferDict torch.ModuleDict
        torch.ParameterDict fx export package library classes classproperty fork wait Future futures cond
        while_loop *torch_function* Disable* Dispatch* Exclude* Tag overrides Broadcasting* boolean_dispatch
        is_tensor_like ConcreteModule* *_copy slice_inverse alias_copy segment_reduce
        """,
    "Storages, and work shared between processes": """
        *Storage* storage* *istribut* *dlpack from_file get_file_path prepare_* share* *multiprocess*
        *multithreading* *parallel* DataParallel SyncBatchNorm *DataPipe datapipes *datapipe* *determinis*
        runtime_validation*
        """,
    "The kernels of other libraries, and ops that functions and layers wrap": """
        cudnn_* miopen_* mkldnn_* *mkldnn *vulkan* batch_norm_* conv_tbc native_* unsafe_* *_cell torch.*_loss
        torch.lstm torch.gru torch.rnn_* torch.embedding* torch.batch_norm torch.instance_norm
        torch.grid_sampler* torch.*dropout* torch.max_pool1d_with_indices torch.adaptive_max_pool1d torch.kl_div
        torch.binary_cross_entropy_with_logits
        """,
    "Fourier transforms, windows": "torch.fft.* fft stft istft *_window has_spectral signal",
    "Distributions beyond the usual, transforms": "torch.distributions.*",
    "Functions of physics": "torch.special.* igamma* mvlgamma_ polygamma_",
    "Decompositions beyond the usual": """
        torch.linalg.* lu* geqrf orgqr ormqr eig symeig lstsq lobpcg solve triangular_solve cholesky_* *_lowrank
        matrix_rank
        """,
    "The format of files": "torch.serialization.*",
    "Profiling": "*rofiler* kineto_available",
}
REST = "Others"


def there(owner: object, name: str) -> bool:
    """Return whether the engine has a name."""
    try:
        getattr(owner, name)
    except (AttributeError, NotImplementedError):
        return False
    except RuntimeError:  # an attribute that says why this tensor has none
        return True
    return True


def owner_of(module: str) -> object:
    """Return the engine's module or class of that name, or None."""
    # A module first: torch.autograd.gradcheck is one, and a function of that name stands before it.
    with contextlib.suppress(ModuleNotFoundError):
        return importlib.import_module(f"gradviz.engine.{module}")
    owner = torch
    for part in module.split(".")[1:]:
        if not there(owner, part):
            return None
        owner = getattr(owner, part)
    # Some attributes of a tensor exist on objects only, as PyTorch's do.
    return torch.ones(2, 2) if module == "torch.Tensor" else owner


def absent() -> dict[str, list[str]]:
    """Return all absent names by module, but for those that are Python's."""
    found = {}
    for module, names in torch_names().items():
        owner = owner_of(module)
        gone = [name for name in names - set(PYTHONS.split()) if owner is None or not there(owner, name)]
        # Again, because what loaded late for one name may have brought another: the answer is that of a long session.
        gone = [name for name in gone if owner is None or not there(owner, name)]
        if gone:
            found[module] = sorted(gone)
    return found


def title_of(name: Name) -> str:
    """Return a name of the corpus with its module as PyTorch calls it."""
    classes = {"Tensor": "torch.Tensor", "Module": "torch.nn.Module", "Optimizer": "torch.optim.Optimizer"}
    return f"{classes.get(name.section, name.section)}.{name.name}"


def kind_of(module: str, name: str) -> str:
    """Return why a name is absent."""
    for kind, globs in KINDS.items():
        if any(fnmatchcase(f"{module}.{name}" if "." in glob else name, glob) for glob in globs.split()):
            return kind
    return REST


def table() -> str:
    """Return the text of `absent.md`."""
    uses = {title_of(each): each.count for each in corpus()}
    rows = [(kind_of(module, name), module, name) for module, names in absent().items() for name in names]
    order = [*KINDS, REST]
    rows.sort(key=lambda row: order.index(row[0]))
    had = sum(len(names - set(PYTHONS.split())) for names in torch_names().values())
    lines = [
        "# Names of PyTorch 2.13 that the engine has not",
        "",
        f"{had - len(rows)} of {had} public names are there. Each of these raises NotImplementedError in words that",
        "name it. A name that teaching programs use (`corpus.txt`) would have the number of those programs behind it:",
        "there is none; `missing.txt` has those that print another digit. Written by `python -m tests.names.absent`.",
    ]
    for kind, group in itertools.groupby(rows, key=lambda row: row[0]):
        lines += ["", f"## {kind}", "", "| in | names |", "|---|---|"]
        for module, part in itertools.groupby(group, key=lambda row: row[1]):
            names = [name for *_, name in part]
            shown = [f"{name} ({uses[title]})" if (title := f"{module}.{name}") in uses else name for name in names]
            lines.append(f"| `{module}` | {' · '.join(shown)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    FILE.write_text(table(), encoding="utf-8")
