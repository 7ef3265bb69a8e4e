"""The graph at a step in Graphviz's language, for those who want to lay it out or restyle it themselves."""

from __future__ import annotations

from collections.abc import Iterator

from gradviz.scene.cards import Options
from gradviz.scene.numbers import gradient_text
from gradviz.scene.roles import CARD_STYLES, FLOW_STYLES, Flow, Role
from gradviz.scene.scene import graph_for, scene_of, unplaced
from gradviz.scene.theme import SANS, Theme
from gradviz.trace.query import State
from gradviz.trace.trace import Trace


def write_dot(state: State, theme: Theme, trace: Trace, options: Options | None = None) -> bytes:
    """UTF-8 DOT. Edges run with the data; the gradient that came back is their label."""
    return "\n".join(_lines(state, theme, trace, options)).encode() + b"\n"


def _lines(state: State, theme: Theme, trace: Trace, options: Options | None) -> Iterator[str]:
    graph = graph_for(state.history, trace, options)
    scene = scene_of(state.history, graph, unplaced(graph), trace)
    look = scene.look(state.step)
    yield "digraph gradviz {"
    flow = "TB" if options is not None and options.direction == "down" else "LR"
    yield f'  graph [rankdir={flow}, bgcolor="{theme.canvas}", fontname="{SANS[0]}"];'
    yield f'  node [shape=box, style="rounded,filled", fontname="{SANS[0]}", fontsize=11, fontcolor="{theme.text}"];'
    yield f'  edge [fontname="{SANS[0]}", fontsize=10];'
    for at, card in enumerate(scene.cards):
        role = Role(int(look.cards[at]))
        style = CARD_STYLES[role]
        words = _label([run.text for run in scene.face(at, look).runs])
        dashes = "rounded,filled,dashed" if style.dashed else "rounded,filled"
        yield (
            f"  {_quoted(card.key)} [label={words}, style={_quoted(dashes)}, "
            f"color={_quoted(getattr(theme, style.border))}, fillcolor={_quoted(getattr(theme, style.fill))}, "
            f"penwidth={style.width:g}];"
        )
    for at, link in enumerate(scene.table.links):
        line = FLOW_STYLES[Flow(int(look.links[at]))]
        gradient = scene.gradient_on(at, state.step)
        colour = _quoted(getattr(theme, line.line))
        label = f", label={_quoted(gradient_text(gradient))}, fontcolor={colour}" if gradient is not None else ""
        back = ", dir=back" if line.arrow == "source" else ""
        dashes = ", style=dashed" if line.dashed else ""
        ends = f"{_quoted(scene.cards[link.source].key)} -> {_quoted(scene.cards[link.target].key)}"
        yield f"  {ends} [color={colour}, penwidth={line.width:g}{label}{back}{dashes}];"
    yield "}"


def _label(texts: list[str]) -> str:
    return _quoted("\n".join(texts)).replace("\n", "\\n")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
