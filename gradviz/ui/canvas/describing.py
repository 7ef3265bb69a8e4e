"""A card in words: for the tool tip, the clipboard and the screen reader."""

from __future__ import annotations

from html import escape

import numpy as np

from ...scene.cards import Card
from ...scene.faces import gradient_line, value_at
from ...scene.naming import Names
from ...scene.numbers import shape_text, value_text
from ...scene.roles import CARD_STYLES, Role
from ...scene.scene import Look, Scene
from ...scene.tags import is_freed, saved_tensors, strange_text, version_of, view_text
from ...scene.theme import MONO
from ...trace.history import History
from ...trace.trace import Trace
from ...trace.value import Value

MOST_ELEMENTS = 400


def full_text(value: Value | None) -> str:
    """A value as fully as a tool tip holds it."""
    if value is None:
        return "None"
    if value.data is None or value.size > MOST_ELEMENTS:
        kept = value.summary
        text = f"{shape_text(value.shape)}, from {kept.least:.4g} to {kept.greatest:.4g}, mean {kept.mean:.4g}"
        return f"{text}, {kept.nan} NaN, {kept.infinite} inf" if kept.nan or kept.infinite else text
    return np.array2string(value.data, precision=6, separator=", ", max_line_width=72, threshold=MOST_ELEMENTS)


def _told(what: str, value: Value | None) -> str:
    """A value behind its name; one of several rows below it, so that its columns stand."""
    text = full_text(value)
    return f"{what}:\n{text}" if "\n" in text else f"{what}: {text}"


def tip_page(text: str) -> str:
    """A description as a tool tip shows it: the rows of a tensor in the code font, column below column."""
    families = ", ".join(f"'{family}'" for family in MONO)
    lines = (escape(line) for line in text.split("\n"))
    code = f'<span style="font-family:{families}">'
    rows = (f"{code}{line}</span>" if line.startswith(("[", " [")) else line for line in lines)
    return f'<p style="white-space:pre">{"<br>".join(rows)}</p>' if text else ""


def tip_text(card: Card, history: History, step: int) -> str:
    """Name, value, shape, type and gradient, one per line."""
    if card.group is not None:
        return group_text(card, history, step)
    lines = [f"{card.title}" + (f" → {card.name}" if card.name and card.name != card.title else "")]
    if card.made > step:
        return f"{lines[0]}\nnot made yet at this step"
    value = value_at(card, history, step)
    if value is not None:
        lines.append(_told("value", value))
        lines.append(f"shape {shape_text(value.shape)} · {value.dtype}")
    if card.kind == "leaf" and card.tensor is not None:
        lines.append(_told(".grad", history.tensors[card.tensor].gradients.at(step)))
    elif card.node is not None:
        arrived = [item for item in history.gradient_in(card.node, step) if item is not None]
        lines += [_told("gradient", item) for item in arrived[:1]]
        lines.append(f"sequence number {history.nodes[card.node].node.sequence}")
    lines += tag_lines(card, history, step)
    if card.why:
        lines.append(f"not tracked: {card.why}")
    return "\n".join(lines)


def tag_lines(card: Card, history: History, step: int) -> list[str]:
    """What the tags of a card stand for, in full."""
    lines = []
    version, base = version_of(card, history, step), view_text(card, history)
    if version:
        lines.append(f"version {version}: changed in place {version} time{'s' * (version > 1)}")
    if base:
        lines.append(f"{base}: it lies in the same memory, so a change of one is a change of both")
    for item in saved_tensors(card, history):
        known = history.tensors.get(item.tensor) if item.tensor is not None else None
        whose = f" ({known.name})" if known is not None and known.name else ""
        is_gone = is_freed(card, history, step)
        saved = f"saved {item.name}{whose}"
        lines.append(f"{saved}: freed by backward()" if is_gone else _told(saved, item.value))
    return lines


def edge_tip_text(scene: Scene, look: Look, link: int, trace: Trace) -> str:
    """The gradient on an edge in full, and how it was summed back; empty for an edge without one."""
    if link < 0:
        return ""
    gradient, item = scene.gradient_on(link, look.step), scene.table.links[link]
    if gradient is None or item.node is None:
        return ""
    names, node = Names(trace, scene.history), scene.history.nodes[item.node]
    edge = node.node.edges[item.edge]
    target = names.node(edge.node) if edge is not None and edge.node in scene.history.nodes else "its input"
    lines = [_told(f"{node.node.name} sends {target}", gradient)]
    summing = scene.summing_on(link)
    if summing is not None:
        lines.append(summing.sentence(target))
    return "\n".join(lines)


def group_text(card: Card, history: History, step: int) -> str:
    """What a folded group holds, the value that leaves it and the gradient that came to that."""
    assert card.group is not None, "the card of a group"
    lines = [f"{card.title}: a group of {len(card.group.ops):,} ops"]
    if card.made > step:
        return f"{lines[0]}\nnot made yet at this step"
    value = value_at(card, history, step)
    name = f" of {card.name}" if card.name else ""
    lines.append("still computing" if value is None else _told(f"value{name} that leaves it", value))
    if value is not None:
        lines.append(f"shape {shape_text(value.shape)} · {value.dtype}")
    if card.node is not None:
        arrived = [item for item in history.gradient_in(card.node, step) if item is not None]
        lines += [_told("gradient that arrived", item) for item in arrived[:1]]
    return "\n".join([*lines, "Double click opens it."])


def spoken_text(card: Card, role: Role, history: History, step: int) -> str:
    """The card in one sentence."""
    state = CARD_STYLES[role].word
    title = card.title if card.group is None else f"{card.title}, group of {len(card.group.ops):,} ops"
    if card.made > step:
        return f"{title}, {state}"
    parts = [title, card.name if card.name != card.title else "", state]
    value = value_at(card, history, step)
    parts.append("still computing" if value is None and card.group else f"value {value_text(value)}")
    parts.append(strange_text(value))
    lower, _ = gradient_line(card, history, step)
    parts.append(lower.replace("←", "gradient"))
    return ", ".join(part for part in parts if part)
