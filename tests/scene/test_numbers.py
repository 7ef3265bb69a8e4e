import numpy as np
import pytest

from gradviz.scene.numbers import gradient_text, number_text, shape_text, short_number, value_text
from gradviz.trace.value import Value


@pytest.mark.parametrize(
    ("number", "long", "short"),
    [
        (4.0, "4.0000", "4.0"),
        (36, "36", "36"),
        (True, "True", "True"),
        (-2.5, "−2.5000", "−2.5"),
        (0.0, "0.0000", "0.0"),
        (-0.0, "−0.0000", "0.0"),
        (2 / 3, "0.6667", "0.6667"),
        (1.5e7, "1.5000e7", "1.5e7"),
        (-1.25e-9, "−1.2500e−9", "−1.25e−9"),
        (123456.789, "123456.7890", "1.235e5"),
        (float("nan"), "nan", "nan"),
        (float("-inf"), "−inf", "−inf"),
        (1 - 2j, "1.0000 − 2.0000i", "1.0 − 2.0i"),
        (np.float32(12), "12.0000", "12.0"),
        (np.bool_(False), "False", "False"),
    ],
)
def test_numbers(number, long, short):
    assert number_text(number) == long
    assert short_number(number) == short


def test_short_numbers_keep_four_digits():
    """Whatever the size, reading the text back gives the number to four significant digits."""
    for number in np.random.default_rng(0).standard_normal(500) * 10.0 ** np.arange(-8, 8).repeat(32)[:500]:
        read = float(short_number(float(number)).replace("−", "-"))
        # Where the size allows no power of ten, the number of decimals is the limit.
        assert read == pytest.approx(number, rel=5.1e-4, abs=5.1e-4 if abs(number) >= 1e-4 else 0)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (np.float32(4), "4.0000"),
        (np.array([4.0]), "4.0000"),
        (np.array([1.0, 2.0, 3.0]), "[1.0, 2.0, 3.0]"),
        (np.array([[1.0, 2.0], [3.0, 4.0]]), "(2, 2)"),
        (np.full((8, 4), 0.25), "all 0.25"),
        (np.zeros((0, 3)), "empty (0, 3)"),
        (np.arange(100.0).reshape(10, 10), "(10, 10)"),
        (np.arange(100_000.0), "(100000,)"),
        (np.array([np.nan, np.nan]), "[nan, nan]"),
        (np.array([True, False]), "[True, False]"),
    ],
)
def test_values(data, text):
    assert value_text(Value.of(data)) == text


def test_nothing_and_shapes():
    assert value_text(None) == gradient_text(None) == "None"
    assert gradient_text(Value.of(np.float32(12))) == "12.0"
    assert [shape_text(shape) for shape in ((), (3,), (8, 4))] == ["()", "(3,)", "(8, 4)"]
