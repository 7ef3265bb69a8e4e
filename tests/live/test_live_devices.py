"""Questions about GPUs, devices, defaults and switches, answered as PyTorch's build for the CPU answers them."""

import warnings

import numpy as np
import pytest
import torch

from gradviz.engine import torch as gv_torch

QUESTIONS = """
p.cuda.is_available()
p.cuda.device_count()
p.cuda.manual_seed(1)
p.cuda.manual_seed_all(1)
p.cuda.seed()
p.cuda.initial_seed()
p.cuda.get_device_name()
p.cuda.get_device_name(0)
p.cuda.get_device_properties(0)
p.cuda.get_device_capability()
p.cuda.current_device()
p.cuda.synchronize()
p.cuda.empty_cache()
p.cuda.is_initialized()
p.cuda.init()
p.cuda.memory_allocated()
p.cuda.max_memory_allocated()
p.cuda.memory_reserved()
p.cuda.mem_get_info()
p.cuda.Stream()
p.cuda.Event(enable_timing=True)
p.cuda.current_stream()
p.cuda.is_bf16_supported()
p.cuda.get_arch_list()
p.cuda.FloatTensor(2)
p.cuda.amp.autocast().__class__.__name__
p.cuda.amp.GradScaler().is_enabled()
p.cuda.no_such_name
p.ones(2).cuda()
p.ones(2).to("cuda")
p.ones(2).to("cuda:0")
p.ones(2).to(p.device("cuda"))
p.ones(2).to(device="cuda", dtype=p.float64)
p.ones(2).to("mps")
p.ones(2).to("xpu")
p.ones(2).to("nowhere")
p.ones(2).to("cpu:0").device
p.ones(2).to(0)
p.ones(2).is_cuda
p.ones(2, device="cuda")
p.ones(2, device=0)
p.tensor(1.0, device="cuda")
p.randn(2, device="cuda")
p.zeros_like(p.ones(2), device="cuda")
p.nn.Linear(1, 1).cuda()
p.nn.Linear(1, 1).to("cuda")
p.device("cuda")
p.device("cuda:1").index
p.device("cuda", 1)
p.device(1)
p.device("cpu", 0)
p.device("cpu", index=None)
p.device("nowhere")
p.device("CPU")
p.device("")
p.device("cuda:-1")
p.device("cuda:a")
p.device("cuda:01")
p.device("cuda:")
p.device("cuda:1:2")
p.device("cuda", -1)
p.device("cuda", "1")
p.device(type="cuda", index=2)
p.device("cuda:0", 1)
p.device(p.device("cuda:1"))
p.device(p.device("cuda"), 1)
p.device()
p.device(None)
p.device(1.5)
p.device("cpu") == "cpu"
p.device("cpu") == p.device("cpu:0")
p.device("cuda") == p.device("cuda")
str(p.device("cuda:1"))
p.device("mps"), p.device("mps:0")
{p.device("cpu"): 1}[p.device("cpu")]
p.set_default_device("cpu")
p.get_default_device()
p.set_default_device("nowhere")
p.set_default_device(3)
p.get_default_dtype()
p.set_default_dtype(p.int64)
p.set_default_dtype("float32")
p.set_default_tensor_type("torch.cuda.FloatTensor")
p.set_default_tensor_type(3)
p.set_num_threads(1)
p.get_num_threads()
p.set_num_threads("a")
p.set_num_threads(0)
p.use_deterministic_algorithms(True)
p.are_deterministic_algorithms_enabled()
p.use_deterministic_algorithms(True, warn_only=True)
p.is_deterministic_algorithms_warn_only_enabled()
p.get_deterministic_debug_mode()
p.set_deterministic_debug_mode("error")
p.get_deterministic_debug_mode()
p.set_deterministic_debug_mode(0)
p.are_deterministic_algorithms_enabled()
p.set_float32_matmul_precision("high")
p.get_float32_matmul_precision()
p.set_float32_matmul_precision("highest")
p.backends.cudnn.enabled
p.backends.cudnn.is_available()
p.backends.cudnn.version()
p.backends.mps.is_available()
p.backends.mps.is_built()
p.backends.cuda.is_built()
p.backends.cuda.matmul.allow_tf32
p.version.cuda
p.version.hip
p.accelerator.is_available()
p.accelerator.current_accelerator()
p.accelerator.device_count()
p.accelerator.current_device_index()
p.accelerator.synchronize()
p.xpu.is_available()
p.xpu.device_count()
p.mps.device_count()
p.mps.empty_cache()
p.cpu.is_available()
p.cpu.device_count()
p.cpu.current_device()
p.cpu.synchronize()
p.amp.GradScaler("cpu").state_dict()
p.amp.GradScaler("cuda").state_dict()
p.amp.GradScaler("cuda").get_scale()
p.amp.GradScaler("cpu").is_enabled()
p.amp.GradScaler("cpu", growth_factor=1.0)
p.amp.GradScaler("cpu", backoff_factor=2.0)
p.amp.GradScaler("cpu").update()
p.amp.GradScaler("cpu").load_state_dict({})
p.autocast("nowhere")
"""


def answer(question, package):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = repr(eval(question, {"p": package}))
        except (NameError, SyntaxError):
            raise  # what is itself wrong would fail alike in both engines, whatever they do
        except Exception as error:  # noqa: BLE001  the two are compared
            kind = type(error).__name__.replace("NotThereYetError", "AttributeError")
            result = f"{kind}: {error}"
    return result, [(each.category.__name__, str(each.message).partition(" (Triggered")[0]) for each in caught]


@pytest.fixture(autouse=True)
def defaults():
    yield
    torch._C._set_warnAlways(False)
    for package in (gv_torch, torch):
        package.set_default_device(None)
        package.set_default_dtype(package.float32)
        package.use_deterministic_algorithms(False)


def test_every_question():
    different = {}
    torch._C._set_warnAlways(True)  # else a warning comes once in a process
    for question in QUESTIONS.strip().splitlines():
        ours, theirs = answer(question, gv_torch), answer(question, torch)
        if ours != theirs:
            different[question] = ours, theirs
    assert different == {}


def test_libraries_that_pytorch_is_built_with_are_absent():
    for name in ("mkl", "mkldnn", "openmp", "opt_einsum"):
        assert hasattr(torch.backends, name)
        assert not getattr(gv_torch.backends, name).is_available()


def chosen(p):
    device = p.device("cuda" if p.cuda.is_available() else "mps" if p.backends.mps.is_available() else "cpu")
    model = p.nn.Linear(2, 1).to(device)
    x = p.ones(3, 2, device=device)
    found = p.accelerator.current_accelerator().type if p.accelerator.is_available() else "cpu"
    return str(device), found, str(model(x).device), str(next(model.parameters()).device), x.to(device) is x


def test_how_programs_choose_a_device():
    assert chosen(gv_torch) == chosen(torch)


def test_a_default_device_holds_for_new_tensors():
    for package in (gv_torch, torch):
        package.set_default_device("cuda")
        with pytest.raises(AssertionError, match="Torch not compiled with CUDA enabled"):
            package.ones(1)
        with package.device("cpu"):
            assert str(package.ones(1).device) == "cpu"
        package.set_default_device(None)
        with package.device("cuda"), pytest.raises(AssertionError, match="Torch not compiled with CUDA enabled"):
            package.tensor([1.0])
        assert str(package.ones(1).device) == "cpu"


@pytest.mark.filterwarnings("ignore:torch.set_default_tensor_type")
def test_default_types():
    for package in (gv_torch, torch):
        package.set_default_dtype(package.float64)
        assert str(package.tensor(1.0).dtype) == str(package.rand(2).dtype) == "torch.float64"
        package.set_default_tensor_type(package.FloatTensor)
        assert str(package.ones(1).dtype) == "torch.float32"


def scaled_descent(p):
    p.manual_seed(0)
    model = p.nn.Linear(2, 1)
    optimizer = p.optim.SGD(model.parameters(), lr=0.1)
    scaler = p.amp.GradScaler("cpu", init_scale=8.0, growth_interval=2)
    seen = []
    for x in (1.0, 2.0, float("inf"), 1.0, 1.0, 1.0):
        optimizer.zero_grad()
        loss = model(p.full((3, 2), x)).mean()
        scaler.scale(loss).backward()
        if x == 2.0:
            scaler.unscale_(optimizer)
            p.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        scaler.step(optimizer)
        scaler.update()
        seen.append((scaler.get_scale(), model.weight.tolist()))
    with pytest.raises(RuntimeError, match="has already been called on this optimizer"):
        [scaler.unscale_(each) for each in (optimizer, optimizer)]
    return seen, scaler.state_dict()


def test_scaled_losses_give_the_same_steps():
    ours, theirs = scaled_descent(gv_torch), scaled_descent(torch)
    assert ours[1] == theirs[1]
    for (scale, weight), (their_scale, their_weight) in zip(ours[0], theirs[0], strict=True):
        assert scale == their_scale
        np.testing.assert_allclose(weight, their_weight, rtol=1e-6)


@pytest.mark.filterwarnings("ignore:CUDA is not available")
def test_autocast_changes_nothing_without_a_gpu():
    for package in (gv_torch, torch):
        with package.autocast("cuda"):
            assert str((package.ones(2, 2) @ package.ones(2, 2)).dtype) == "torch.float32"

        @package.autocast("cpu", enabled=False)
        def product(package=package):
            return package.ones(2, 2) @ package.ones(2, 2)

        assert str(product().dtype) == "torch.float32"
    words = r"does not have torch\.autocast\('cpu'\) yet"
    with pytest.raises(NotImplementedError, match=words), gv_torch.autocast("cpu"):
        pass


def test_compile_leaves_functions_as_they_are():
    @gv_torch.compile
    def plain(x):
        return x + 1

    @gv_torch.compile(mode="max-autotune")
    def with_options(x):
        return x + 1

    model = gv_torch.nn.Linear(1, 1)
    assert plain(1) == with_options(1) == 2
    assert gv_torch.compile(model) is model
    assert not gv_torch.compiler.is_compiling()
