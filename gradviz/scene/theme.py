"""One set of colours with a meaning each, for the window, the canvas and every export.

A widget asks for a role ("done"), never for a colour. The three themes fill the same roles: text roles keep a
contrast of at least 4.5 : 1 on every surface they stand on, line roles 3 : 1 on a card (WCAG 2.2), and the roles that
tell states apart stay apart for the common kinds of colour blindness. All of that is tested, so a new theme cannot
break it. Purple is darker than blue (lighter in the dark themes) because a red-blind eye sees the two hues as one.
Colour is never the only sign: running has a thick border and a halo, ghosts are dashed, done edges carry a number.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Theme:
    """Colour roles as "#rrggbb". `…_fill` is the pale ground that belongs to a role's line and text colour."""

    name: str
    title: str
    dark: bool

    window: str
    """Ground of the window: panels, bars, the editor."""
    canvas: str
    """Ground of the graph, one shade away from the window."""
    grid: str
    """The dots on the canvas."""
    card: str
    """Ground of a card on the canvas, of a field or of a box on a panel."""
    raised: str
    """A button or row under the pointer."""
    line: str
    """Hairlines between panels, borders of fields."""
    line_strong: str
    """Borders that must be seen: an unchecked box, a splitter under the pointer."""

    text: str
    text_muted: str
    """Labels, second lines."""
    text_faint: str
    """What is there but not yet: "grad None", line numbers."""
    on_accent: str
    """Text on a ground of `value`, `gradient`, `done`, `update` or `error`."""

    value: str
    """Values and leaves; also the accent of the window (Run, the chosen tab, sliders)."""
    value_fill: str
    gradient: str
    """The gradient in motion and the node that runs now."""
    gradient_fill: str
    done: str
    """Done and accumulated."""
    done_fill: str
    update: str
    """An update of a parameter."""
    update_fill: str
    ghost: str
    """Untracked work; always dashed as well."""
    ghost_fill: str
    waiting: str
    """Edges and borders of what the backward pass has not reached."""
    error: str
    """Errors and nothing else."""
    error_fill: str

    focus: str
    """The ring around what has the keyboard."""
    selection: str
    """Ground of selected text and rows."""

    code_keyword: str
    code_name: str
    code_number: str
    code_string: str
    code_comment: str

    series: tuple[str, ...]
    """Curves, in the order in which they are handed out; each also differs in lightness from its neighbours."""


LIGHT = Theme(
    name="light",
    title="Light",
    dark=False,
    window="#ffffff",
    canvas="#f6f7f9",
    grid="#d0d6de",
    card="#ffffff",
    raised="#eef1f5",
    line="#e3e6eb",
    line_strong="#8a94a3",
    text="#1b2330",
    text_muted="#566170",
    text_faint="#636d7b",
    on_accent="#ffffff",
    value="#2563d9",
    value_fill="#e9f0ff",
    gradient="#b94d06",
    gradient_fill="#fff0e3",
    done="#0b7a55",
    done_fill="#e4f5ee",
    update="#6527ad",
    update_fill="#f2ebfc",
    ghost="#656f7d",
    ghost_fill="#f1f3f5",
    waiting="#8b95a3",
    error="#c01f2e",
    error_fill="#fdecec",
    focus="#2563d9",
    selection="#d3e2ff",
    code_keyword="#6527ad",
    code_name="#2563d9",
    code_number="#b94d06",
    code_string="#0b7a55",
    code_comment="#636d7b",
    series=("#2563d9", "#b94d06", "#0b7a55", "#6527ad", "#0e7490", "#a1246b", "#6b5b00", "#4b5563"),
)

DARK = Theme(
    name="dark",
    title="Dark",
    dark=True,
    window="#191f29",
    canvas="#12161d",
    grid="#2c3543",
    card="#202836",
    raised="#2a3342",
    line="#2a3240",
    line_strong="#6b7789",
    text="#e6ebf3",
    text_muted="#a3aec0",
    text_faint="#94a0b2",
    on_accent="#10151d",
    value="#8ab0ff",
    value_fill="#1c2b4d",
    gradient="#ff9d52",
    gradient_fill="#40290f",
    done="#4fd0a4",
    done_fill="#173a31",
    update="#d9c2ff",
    update_fill="#33264f",
    ghost="#939eb0",
    ghost_fill="#1c222c",
    waiting="#66728a",
    error="#ff8a8a",
    error_fill="#4a1d22",
    focus="#8ab0ff",
    selection="#2b4478",
    code_keyword="#d9c2ff",
    code_name="#8ab0ff",
    code_number="#ff9d52",
    code_string="#4fd0a4",
    code_comment="#94a0b2",
    series=("#8ab0ff", "#ff9d52", "#4fd0a4", "#d9c2ff", "#5cc8e0", "#ff8fc7", "#e3cf57", "#b8c2d0"),
)

HIGH_CONTRAST = Theme(
    name="high-contrast",
    title="High contrast",
    dark=True,
    window="#000000",
    canvas="#000000",
    grid="#2a2a2a",
    card="#000000",
    raised="#262626",
    line="#9a9a9a",
    line_strong="#ffffff",
    text="#ffffff",
    text_muted="#e8e8e8",
    text_faint="#cfcfcf",
    on_accent="#000000",
    value="#8fc1ff",
    value_fill="#001c45",
    gradient="#ffb000",
    gradient_fill="#3a2600",
    done="#38e0a8",
    done_fill="#00301f",
    update="#f0d9ff",
    update_fill="#2c1150",
    ghost="#c4c4c4",
    ghost_fill="#141414",
    waiting="#b4b4b4",
    error="#ff9090",
    error_fill="#4a0000",
    focus="#ffff00",
    selection="#00458f",
    code_keyword="#f0d9ff",
    code_name="#8fc1ff",
    code_number="#ffb000",
    code_string="#38e0a8",
    code_comment="#cfcfcf",
    series=("#8fc1ff", "#ffb000", "#38e0a8", "#f0d9ff", "#66e0ff", "#ff9fd4", "#fff176", "#ffffff"),
)

THEMES: dict[str, Theme] = {theme.name: theme for theme in (LIGHT, DARK, HIGH_CONTRAST)}

SANS: tuple[str, ...] = ("Inter", "DejaVu Sans")
"""Words. Inter lacks ∇ ⊙ ∈ and some others, which DejaVu Sans has."""

MONO: tuple[str, ...] = ("JetBrains Mono", "DejaVu Sans Mono")
"""Code and numbers."""
