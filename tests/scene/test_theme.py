"""The promises of the themes, computed from the colours themselves."""

import itertools
from dataclasses import fields

import numpy as np
import pytest

from gradviz.scene.theme import THEMES

COLOURS = [field.name for field in fields(next(iter(THEMES.values()))) if field.name not in ("name", "title", "dark")]

# Machado, Oliveira, Fernandes (2009), severity 1.0; applied to linear RGB.
BLINDNESS = {
    "none": np.eye(3),
    "protan": np.array([[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]]),
    "deutan": np.array([[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]]),
    "tritan": np.array([[1.2555, -0.0767, -0.1788], [-0.0784, 0.9308, 0.1476], [0.0047, 0.6914, 0.3039]]),
}


def linear(colour):
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(first, second):
    light, dark = sorted((float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (first, second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(rgb):
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ np.clip(rgb, 0, 1)
    f = np.cbrt(xyz / [0.9505, 1.0, 1.089])
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
class TestTheme:
    def test_all_are_colours(self, theme):
        for name in COLOURS:
            value = getattr(theme, name)
            for colour in value if isinstance(value, tuple) else (value,):
                assert len(colour) == 7, name
                assert linear(colour).shape == (3,), name

    def test_text_can_be_read(self, theme):
        grounds = [theme.window, theme.canvas, theme.card]
        for text in ("text", "text_muted", "text_faint", "value", "gradient", "done", "update", "ghost", "error"):
            for ground in grounds:
                assert contrast(getattr(theme, text), ground) >= 4.5, (text, ground)
        for role in ("value", "gradient", "done", "update", "error", "ghost"):
            fill = getattr(theme, f"{role}_fill")
            assert contrast(getattr(theme, role), fill) >= 4.5, role
            assert contrast(theme.text, fill) >= 7, role
            assert contrast(theme.text_muted, fill) >= 4.5, role
            if role != "ghost":
                assert contrast(theme.on_accent, getattr(theme, role)) >= 4.5, role
        for role in ("keyword", "name", "number", "string", "comment"):
            for ground in (theme.window, theme.gradient_fill):
                assert contrast(getattr(theme, f"code_{role}"), ground) >= 4.5, role

    def test_lines_can_be_seen(self, theme):
        for role in ("waiting", "line_strong", "focus", "ghost"):
            assert contrast(getattr(theme, role), theme.card) >= 3, role

    @pytest.mark.parametrize("kind", BLINDNESS)
    def test_states_stay_apart_for_every_eye(self, theme, kind):
        names = ("value", "gradient", "done", "update")
        roles = {name: lab(BLINDNESS[kind] @ linear(getattr(theme, name))) for name in names}
        for (a, first), (b, second) in itertools.combinations(roles.items(), 2):
            # Blue and purple are one hue to a red-blind eye: lightness alone tells them apart, and so less than others.
            limit = 8 if {a, b} == {"value", "update"} else 18
            assert np.linalg.norm(first - second) >= limit, (a, b)
