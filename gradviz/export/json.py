"""The graph at a step as data, for scripts: every card and edge with what is true of it at that step.

    {
      "format": "gradviz-state", "version": 1,
      "pass": 1, "step": 11, "steps": 15, "phase": "backward",
      "cards": [{
          "key": "o8",                  what other keys refer to
          "kind": "op",                 leaf · constant · op · ghost · group
          "state": "running",           waiting · ready · running · done · leaf · …, as in the legend
          "name": "y",                  the variable, or null
          "op": "mul", "grad_fn": "MulBackward0", "sequence": 0,     null where there is none
          "value": {…}, "gradient": {…} or null, "untracked": "why", "line": 7,
          "title": "line 7", "members": ["o5", "o8"]}],              of a group only: what it holds; of the rest of its
                                                                     card, the value that leaves it
      "edges": [{"from": "t1", "to": "o8", "input": 0, "gradient": {…} or null}],
      "ready": ["MulBackward0 #0"]
    }

A value is {"dtype", "shape", "data"}: `data` nested lists as `tensor.tolist()` gives them; above 1,000 elements `data`
is null and "least", "greatest", "mean" stand instead. What JSON has no number for is the string "nan", "inf" or "-inf".
"""

from __future__ import annotations

import json
import math
from typing import Any

from gradviz.scene.cards import Card, Options
from gradviz.scene.faces import value_at
from gradviz.scene.queue import queue_of
from gradviz.scene.roles import CARD_STYLES, Role
from gradviz.scene.scene import Look, Scene, graph_for, scene_of, unplaced
from gradviz.scene.theme import Theme
from gradviz.trace.history import History
from gradviz.trace.query import State
from gradviz.trace.trace import Trace
from gradviz.trace.value import Value

MOST_ELEMENTS = 1000


def write_json(state: State, theme: Theme, trace: Trace, options: Options | None = None) -> bytes:
    """UTF-8 JSON; keys as in the module's description. The theme plays no part."""
    history = state.history
    graph = graph_for(history, trace, options)
    scene = scene_of(history, graph, unplaced(graph), trace)
    look = scene.look(state.step)
    tree = {
        "format": "gradviz-state",
        "version": 1,
        "pass": history.number + 1,
        "step": state.step,
        "steps": history.steps,
        "phase": state.phase,
        "cards": [_card(scene, at, look) for at, card in enumerate(scene.cards) if card.kind != "chip"],
        "edges": [_edge(scene, at, look) for at in range(len(scene.table.links))],
        "ready": [entry.text for entry in queue_of(history, state.step)],
    }
    return json.dumps(tree, indent=1, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def _card(scene: Scene, at: int, look: Look) -> dict[str, Any]:
    card, history = scene.cards[at], scene.history
    node = history.nodes[card.node].node if card.node is not None else None
    group = {"title": card.title, "members": _members(card)} if card.group is not None else {}
    single = card.group is None
    return {
        "key": card.key,
        "kind": card.kind,
        "state": CARD_STYLES[Role(int(look.cards[at]))].word,
        "name": card.name or None,
        "op": card.op.op if card.op is not None and single else None,
        "grad_fn": node.name if node is not None and node.leaf is None and single else None,
        "sequence": node.sequence if node is not None and node.leaf is None and single else None,
        "value": _value(value_at(card, history, look.step)) if card.made <= look.step else None,
        "gradient": _value(_gradient(card, history, look.step)),
        "untracked": card.why or None,
        "line": _line(card, history),
        **group,
    }


def _members(card: Card) -> list[str]:
    assert card.group is not None, "the card of a group"
    return [f"o{op}" for op in card.group.ops] + [f"t{tensor}" for tensor in card.group.tensors]


def _gradient(card: Card, history: History, step: int) -> Value | None:
    """`.grad` of a leaf; the gradient that an op's node ran on."""
    if card.kind == "leaf" and card.tensor is not None:
        return history.tensors[card.tensor].gradients.at(step)
    if card.node is None:
        return None
    return next((item for item in history.gradient_in(card.node, step) if item is not None), None)


def _line(card: Card, history: History) -> int | None:
    source = card.op.source if card.op is not None else None
    if card.op is None and card.tensor is not None:
        source = history.tensors[card.tensor].source
    return source.line if source is not None else None


def _edge(scene: Scene, at: int, look: Look) -> dict[str, Any]:
    link = scene.table.links[at]
    return {
        "from": scene.cards[scene.owner(link.source)].key,
        "to": scene.cards[link.target].key,
        "input": link.slot,
        "gradient": _value(scene.gradient_on(at, look.step)),
    }


def _value(value: Value | None) -> dict[str, Any] | None:
    if value is None:
        return None
    tree: dict[str, Any] = {"dtype": value.dtype, "shape": list(value.shape), "data": None}
    if value.data is not None and value.size <= MOST_ELEMENTS:
        tree["data"] = _plain(value.data.tolist())
    else:
        summary = value.summary
        tree |= {name: _plain(getattr(summary, name)) for name in ("least", "greatest", "mean")}
    return tree


def _plain(item: Any) -> Any:
    if isinstance(item, list):
        return [_plain(entry) for entry in item]
    if isinstance(item, complex):
        return [_plain(item.real), _plain(item.imag)]
    return str(item) if isinstance(item, float) and not math.isfinite(item) else item
