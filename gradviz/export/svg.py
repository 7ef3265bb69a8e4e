"""The graph at a step as SVG: what the canvas shows, as real text and lines that a drawing program can take apart."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from gradviz.scene.arrows import arrowheads
from gradviz.scene.cards import Options
from gradviz.scene.curves import Floats
from gradviz.scene.faces import STACKED, HeatMap, Run
from gradviz.scene.measure import fitted, text_width
from gradviz.scene.pills import PILL_HEIGHT, PILL_SIZE
from gradviz.scene.queue import queue_head
from gradviz.scene.roles import CARD_STYLES, FLOW_LEGEND, FLOW_STYLES, LEGEND, Flow, Role
from gradviz.scene.scene import Look, Scene, picture
from gradviz.scene.shades import shade_colour
from gradviz.scene.tags import MOST_SAVED, TAG_DROP, TAG_HEIGHT, TAG_PAD, TAG_SIZE
from gradviz.scene.theme import MONO, SANS, Theme
from gradviz.trace.query import State
from gradviz.trace.trace import Trace

MARGIN = 28.0
FOOT = 34.0
RADIUS = 9.0


def write_svg(state: State, theme: Theme, trace: Trace, options: Options | None = None) -> bytes:
    """An SVG 1.1 document, UTF-8."""
    return draw_svg(state, theme, trace, options, (_family(SANS, "sans-serif"), _family(MONO, "monospace")))


def draw_svg(state: State, theme: Theme, trace: Trace, options: Options | None, families: tuple[str, str]) -> bytes:
    """The same with other families for words and numbers: Qt's own reader of SVG knows one name, and no list."""
    scene = picture(state.history, trace, options)
    saved = options is None or options.saved
    return "\n".join(_Writer(scene, scene.look(state.step), theme, families, saved=saved).document()).encode()


class _Writer:
    def __init__(self, scene: Scene, look: Look, theme: Theme, families: tuple[str, str], *, saved: bool) -> None:
        self.saved = saved
        self.words, self.numbers = families
        self.scene = scene
        self.look = look
        self.theme = theme

    def colour(self, role: str) -> str:
        return str(getattr(self.theme, role))

    def document(self) -> Iterator[str]:
        x, y, width, height = self.scene.geometry.bounds
        width = max(width, 420.0)
        box = (x - MARGIN, y - MARGIN, width + 2 * MARGIN, height + 2 * MARGIN + FOOT)
        yield '<?xml version="1.0" encoding="UTF-8"?>'
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" version="1.1" viewBox="{_numbers(box)}" '
            f'width="{box[2]:g}" height="{box[3]:g}" font-family={quoteattr(self.words)}>'
        )
        yield f"<title>{escape(self.title())}</title>"
        yield f'<rect x="{box[0]:g}" y="{box[1]:g}" width="{box[2]:g}" height="{box[3]:g}" fill="{self.theme.canvas}"/>'
        yield from self.links()
        for card in range(len(self.scene.cards)):
            yield from self.card(card)
        yield from self.pills()
        yield from self.foot(x, y + height + MARGIN + 12)
        yield "</svg>"

    def title(self) -> str:
        history = self.scene.history
        return f"{history.phase(self.look.step)} · step {self.look.step} of {history.steps}"

    # -- edges ---------------------------------------------------------------------------------------------------

    def links(self) -> Iterator[str]:
        curves = self.scene.geometry.curves
        # What moves is drawn last, on top of the rest.
        order = sorted(range(len(self.look.links)), key=lambda link: self.look.links[link] == Flow.MOVING)
        yield '<g fill="none" stroke-linecap="round">'
        for link in order:
            style = FLOW_STYLES[Flow(int(self.look.links[link]))]
            dashes = ' stroke-dasharray="5 4"' if style.dashed else ""
            path = _path(curves.controls[curves.first[link] : curves.first[link + 1]])
            yield f'<path d="{path}" stroke="{self.colour(style.line)}" stroke-width="{style.width:g}"{dashes}/>'
        yield "</g>"
        positions, heads = arrowheads(curves, self.look.links, self.scene.geometry.direction)
        for link, head in zip(positions, heads, strict=True):
            colour = self.colour(FLOW_STYLES[Flow(int(self.look.links[link]))].line)
            points = " ".join(f"{x:.2f},{y:.2f}" for x, y in head)
            yield f'<polygon points="{points}" fill="{colour}"/>'

    def pills(self) -> Iterator[str]:
        for link in range(len(self.look.links)):
            mark = self.scene.slot_mark(link)
            if mark is not None:
                yield self.text(mark, mark.x, mark.y, self.colour(mark.colour))
        for link in range(len(self.look.links)):
            pill = self.scene.pill(link, self.look.step)
            if pill is None:
                continue
            moving = self.look.links[link] == Flow.MOVING
            colour = self.colour("gradient" if moving else "done")
            ground = self.colour("gradient_fill" if moving else "canvas")
            yield (
                f'<rect x="{pill.x - pill.width / 2:.2f}" y="{pill.y - PILL_HEIGHT / 2:.2f}" width="{pill.width:.2f}" '
                f'height="{PILL_HEIGHT:g}" rx="{PILL_HEIGHT / 2:g}" fill="{ground}"/>'
            )
            yield self.text(
                Run(pill.text, 0, 0, "gradient" if moving else "done", PILL_SIZE, 1e9, moving, True, "middle"),
                pill.x, pill.y + 4, colour,
            )  # fmt: skip

    # -- cards ---------------------------------------------------------------------------------------------------

    def card(self, card: int) -> Iterator[str]:
        role = Role(int(self.look.cards[card]))
        style = CARD_STYLES[role]
        x, y, width, height = self.scene.geometry.rects[card]
        radius = min(RADIUS, height / 2.4)
        item = self.scene.cards[card]
        yield f"<g id={quoteattr('card-' + item.key)} class={quoteattr(style.word.replace(' ', '-'))}>"
        if style.halo:
            yield (
                f'<rect x="{x - 4:.2f}" y="{y - 4:.2f}" width="{width + 8:.2f}" height="{height + 8:.2f}" '
                f'rx="{radius + 4:g}" fill="{self.colour(style.halo)}" fill-opacity="0.22"/>'
            )
        dashes = ' stroke-dasharray="5 4"' if style.dashed else ""
        if item.group is not None:
            yield (
                f'<rect x="{x + STACKED:.2f}" y="{y + STACKED:.2f}" width="{width:.2f}" height="{height:.2f}" '
                f'rx="{radius:g}" fill="{self.theme.canvas}" stroke="{self.colour(style.border)}" '
                f'stroke-width="{style.width:g}"/>'
            )
        yield (
            f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" rx="{radius:g}" '
            f'fill="{self.colour(style.fill)}" stroke="{self.colour(style.border)}" '
            f'stroke-width="{style.width:g}"{dashes}/>'
        )
        face = self.scene.face(card, self.look)
        for run in face.runs:
            yield self.text(run, x + run.x, y + run.y, self.colour(run.colour))
        if face.heat is not None:
            yield from self.heat(face.heat, x, y)
        yield from self.tags(card, x, y + height - TAG_DROP)
        yield "</g>"

    def tags(self, card: int, x: float, y: float) -> Iterator[str]:
        for tag in self.scene.tags(card, self.look, saved=self.saved and len(self.scene.cards) <= MOST_SAVED):
            border = "line_strong" if tag.role in ("text_muted", "text_faint") else tag.role
            fill = "error_fill" if tag.role == "error" else "card"
            yield (
                f'<rect x="{x + tag.x:.2f}" y="{y:.2f}" width="{tag.width:.2f}" height="{TAG_HEIGHT:g}" rx="4" '
                f'fill="{self.colour(fill)}" stroke="{self.colour(border)}" stroke-width="0.75"/>'
            )
            run = Run(tag.text, 0, 0, tag.role, TAG_SIZE, tag.width)
            yield self.text(run, x + tag.x + TAG_PAD, y + TAG_HEIGHT - 4, self.colour(tag.role))
            if tag.struck:
                start, stop, middle = x + tag.x + TAG_PAD - 1, x + tag.x + tag.width - TAG_PAD + 1, y + TAG_HEIGHT / 2
                yield (
                    f'<line x1="{start:.2f}" y1="{middle:.2f}" x2="{stop:.2f}" y2="{middle:.2f}" '
                    f'stroke="{self.colour(tag.role)}" stroke-width="0.75"/>'
                )

    def heat(self, heat: HeatMap, x: float, y: float) -> Iterator[str]:
        rows, columns = heat.shades.shape
        wide, tall = heat.width / columns, heat.height / rows
        for row in range(rows):
            for column in range(columns):
                yield (
                    f'<rect x="{x + heat.x + column * wide:.2f}" y="{y + heat.y + row * tall:.2f}" '
                    f'width="{wide:.2f}" height="{tall:.2f}" '
                    f'fill="{shade_colour(float(heat.shades[row, column]), self.theme)}"/>'
                )

    # -- words ---------------------------------------------------------------------------------------------------

    def text(self, run: Run, x: float, y: float, colour: str) -> str:
        words = fitted(run.text, run.room, run.size, bold=run.bold, mono=run.mono)
        family = f" font-family={quoteattr(self.numbers)}" if run.mono else ""
        weight = ' font-weight="600"' if run.bold else ""
        anchor = f' text-anchor="{run.anchor}"' if run.anchor != "start" else ""
        # Where the fonts are missing another one steps in, and is set as wide as the one the card was made for.
        width = text_width(words, run.size, bold=run.bold, mono=run.mono)
        length = f' textLength="{width:.1f}" lengthAdjust="spacingAndGlyphs"' if len(words) > 1 else ""
        return (
            f'<text x="{x:.2f}" y="{y:.2f}" font-size="{run.size:g}" fill="{colour}"{family}{weight}{anchor}{length}>'
            f"{escape(words)}</text>"
        )

    def foot(self, x: float, y: float) -> Iterator[str]:
        """The states and arrows that occur, and the ready queue while there is one."""
        shown = [role for role in LEGEND if np.any(self.look.cards == role)]
        for role in shown:
            style = CARD_STYLES[role]
            dashes = ' stroke-dasharray="3 2"' if style.dashed else ""
            yield (
                f'<circle cx="{x + 5:.2f}" cy="{y:.2f}" r="4.5" fill="{self.colour(style.fill)}" '
                f'stroke="{self.colour(style.border)}" stroke-width="{min(style.width, 2):g}"{dashes}/>'
            )
            yield self.text(Run(style.word, 0, 0, "text_muted", 11, 1e9), x + 15, y + 4, self.theme.text_muted)
            x += 15 + text_width(style.word, 11) + 18
        for flow in (flow for flow in FLOW_LEGEND if np.any(self.look.links == flow)):
            line = FLOW_STYLES[flow]
            colour = self.colour(line.line)
            tip, back = (x + 20, -7.5) if line.arrow == "target" else (x, 7.5)
            points = " ".join(f"{at:.2f},{y + up:.2f}" for at, up in ((tip, 0), (tip + back, -3.6), (tip + back, 3.6)))
            yield f'<path d="M{x:.2f} {y:.2f}h20" stroke="{colour}" stroke-width="{line.width:g}"/>'
            yield f'<polygon points="{points}" fill="{colour}"/>'
            yield self.text(Run(line.word, 0, 0, "text_muted", 11, 1e9), x + 26, y + 4, self.theme.text_muted)
            x += 26 + text_width(line.word, 11) + 18
        entries, more = queue_head(self.scene.history, self.look.step, 4)
        if entries:
            words = "ready queue: " + " · ".join(entry.text for entry in entries)
            words += f" · {more} more" if more else ""
            yield self.text(Run(words, 0, 0, "gradient", 11, 1e9), x + 10, y + 4, self.theme.gradient)


def _path(controls: Floats) -> str:
    parts = [f"M{controls[0, 0, 0]:.2f} {controls[0, 0, 1]:.2f}"]
    for start, first, second, stop in controls:
        if np.allclose(start, stop):
            continue
        if abs(start[0] - stop[0]) < 0.01 or abs(start[1] - stop[1]) < 0.01:
            parts.append(f"L{stop[0]:.2f} {stop[1]:.2f}")
        else:
            parts.append("C" + " ".join(f"{point[0]:.2f} {point[1]:.2f}" for point in (first, second, stop)))
    return "".join(parts)


def _numbers(items: tuple[float, ...]) -> str:
    return " ".join(f"{item:g}" for item in items)


def _family(names: tuple[str, ...], last: str) -> str:
    return ", ".join([f"'{name}'" if " " in name else name for name in names] + [last])
