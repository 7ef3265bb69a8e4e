"""The graph of the pass under the cursor, in one widget."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFocusEvent, QHideEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...scene.findings import Finding
from ...scene.scene import Geometry, Look
from ...scene.theme import Theme
from ...session.session import Session
from ...session.view import View
from ..fonts import pixels
from ..style import theme_of
from . import accessible
from .camera import Camera
from .groups import Groups
from .hand import Hand
from .minimap import Minimap
from .motion import GLIDE, TRAVEL, Glide, Motion, Move
from .overlay import Overlay, banner_words, empty_words, overlay_height
from .painting import Marks, ScenePainter
from .picking import REACH, card_at
from .prediction import PredictionCard
from .search import CardSearch
from .sight import Sight
from .stage import Stage
from .ways import Ways

ZOOM_STEP = 1.25
GRID = 24
MOST_REGIONS = 120
"""With more changed cards than this, one repaint of everything is cheaper than many of parts."""


def grid_brush(theme: Theme, step: int, ratio: float) -> QBrush:
    """A dot every `step` pixels, as one tile: thousands of dots would cost more than all cards."""
    tile = QPixmap(round(step * ratio), round(step * ratio))
    tile.setDevicePixelRatio(ratio)
    tile.fill(QColor(theme.canvas))
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.grid))
    painter.drawEllipse(QPointF(step / 2, step / 2), 0.85, 0.85)
    painter.end()
    return QBrush(tile)


class GraphCanvas(QWidget):
    """Shows `session.view`; its `Hand` turns what people do into calls of the session."""

    card_clicked = Signal(str)
    """Key of the card."""
    camera_moved = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.hand = Hand(self)
        self.session = session
        self.stage = Stage(session, self)
        self.camera = Camera()
        self.is_fitted = True
        """Whether the view follows the graph; until a person moves it."""
        self.sight = Sight(self)
        self.marks = Marks()
        self.spoken: accessible.CanvasInterface | None = None
        self.is_shut = False
        self._shows_focus = False
        self._type_size = session.settings.type_size
        self._use_theme()
        self._glide: Glide | None = None
        self._move: Move | None = None
        self._gliding = Motion(self._glided, GLIDE, self)
        self._moving = Motion(self._moved, GLIDE, self)
        self._travelling = Motion(self._travelled, TRAVEL, self)
        self.setAccessibleName("Graph")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        accessible.install()
        self.stage.rebuilt.connect(self._rebuilt)
        self.stage.restyled.connect(self._restyled)
        session.changed.connect(self._view_changed)
        session.settings_changed.connect(self._settings_changed)
        self.groups = Groups(self)
        self._view_changed(session.view)
        self.minimap, self.search, self.ways = Minimap(self), CardSearch(self), Ways(self)
        self.prediction = PredictionCard(self)

    def find_card(self) -> None:
        """Open the strip that finds cards."""
        self.search.start()

    def sizeHint(self) -> QSize:
        return QSize(pixels(640, self._type_size), pixels(460, self._type_size))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 120)

    # -- following the session -----------------------------------------------------------------------------------

    def _view_changed(self, view: View) -> None:
        self.stage.follow(view)
        self.hand.mark()
        self._update_overlay()
        if self.stage.geometry is None:
            self.update()  # the words in the middle tell what is going on

    def _rebuilt(self, before: Geometry | None) -> None:
        """What is in both pictures glides to its new place."""
        scene, geometry = self.stage.scene, self.stage.geometry
        self._moving.stop()
        self._travelling.finish()
        if geometry is None or scene is None:
            self.is_fitted = True
            self.sight.forget()
            self.hand.forget()
        elif geometry is not before:
            self.hand.forget()
            if before is not None:
                self._move = Move(before, geometry, scene.link_ends)
                if self._move.is_worth_seeing and self._may_move():
                    self._moving.start()
            self.look_at(self.sight.after(before, self._type_size), glide=before is not None)
        if self.is_fitted and not self.session.view.selection and self.stage.look is not None:
            self._keep_in_view(self.stage.look.running)
        self.hand.mark()
        self.update()

    def _restyled(self, before: Look) -> None:
        look = self.stage.look
        assert look is not None, "there is a picture"
        self._start_travel(look.step == before.step + 1)
        self._keep_in_view(look.running)
        cards, links = self.stage.changed_since(before)
        if len(cards) + len(links) > MOST_REGIONS:
            self.update()
        else:
            self.update_cards(cards)
            self.update_links(links)

    def _settings_changed(self, name: str) -> None:
        if name in ("theme", "saved"):
            self._use_theme()
        elif name == "type_size":
            ratio = self.session.settings.type_size / self._type_size
            self._type_size = self.session.settings.type_size
            self._use_theme()
            self.updateGeometry()
            middle = self.width() / 2, self.height() / 2
            self.look_at(self.sight.camera(self._type_size) if self.is_fitted else self.camera.zoomed(ratio, *middle))
        elif name == "predict":
            self._update_overlay()
            if self.is_fitted:
                self.look_at(self.sight.camera(self._type_size), glide=True)
        elif name in ("direction", "graph", "constants", "chips", "grouping"):
            self._view_changed(self.session.view)

    def _use_theme(self) -> None:
        theme = theme_of(self.session.settings.theme)
        self._painter = ScenePainter(theme, saved=self.session.settings.saved)
        self._overlay = Overlay(theme, self._type_size)
        self._grid = grid_brush(theme, pixels(GRID, self._type_size), self.devicePixelRatio())
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.ThemeChange):
            self._use_theme()
        super().changeEvent(event)

    # -- where one looks -----------------------------------------------------------------------------------------

    def fit(self) -> None:
        """Show the whole graph, and keep it in view while it changes."""
        self.is_fitted = self.sight.shows_whole = True
        self.look_at(self.sight.camera(self._type_size), glide=True)

    def zoom_to_selection(self) -> None:
        """Show the selected cards as large as they fit, and no larger than can be taken in."""
        geometry, places = self.stage.geometry, sorted(self.marks.selected)
        if geometry is None or not places:
            self.session.told.emit("Select a card first, with a click.")
            return
        rects = geometry.rects[places]
        low, high = rects[:, :2].min(axis=0), (rects[:, :2] + rects[:, 2:]).max(axis=0)
        self.is_fitted = False
        self.look_at(self.sight.on((*low.tolist(), *(high - low).tolist()), self._type_size), glide=True)

    def zoom_in(self) -> None:
        self._zoom(ZOOM_STEP)

    def zoom_out(self) -> None:
        self._zoom(1 / ZOOM_STEP)

    def zoom_reset(self) -> None:
        """Cards at the size of the window's type, about the middle."""
        self._zoom(self._type_size / 100 / self.camera.zoom)

    def _zoom(self, factor: float) -> None:
        self.is_fitted = False
        self.look_at(self.aim.zoomed(factor, self.width() / 2, self.height() / 2), glide=True)

    def show_findings(self, findings: tuple[Finding, ...]) -> None:
        """Mark the cards that show something going wrong in training."""
        self.hand.notes = {each.sight.card: each.sentence for each in findings if each.sight.card}
        self.hand.mark()

    def centre_on(self, key: str) -> None:
        """Bring a card into the middle, near enough to be read."""
        scene, geometry = self.stage.scene, self.stage.geometry
        if scene is None or geometry is None or key not in scene.table.index:
            return
        x, y, width, height = geometry.rects[scene.table.index[key]]
        zoom = max(self.camera.zoom, 0.8 * self._type_size / 100)
        self.is_fitted = False
        goal = Camera(zoom, self.width() / 2 - (x + width / 2) * zoom, self.height() / 2 - (y + height / 2) * zoom)
        self.look_at(goal, glide=True)

    def _keep_in_view(self, card: int) -> None:
        """Go along with what runs, where a person has come so near that it would leave the view."""
        scene, geometry = self.stage.scene, self.stage.geometry
        if scene is None or geometry is None or card < 0:
            return
        if not self.sight.holds(geometry.rects[card].tolist(), self._type_size):
            self.look_at(self.sight.near_card(card, self._type_size), glide=True)

    @property
    def aim(self) -> Camera:
        """The camera, or where it is gliding to."""
        return self._glide.goal if self._glide is not None and self._gliding.is_running else self.camera

    def look_at(self, camera: Camera, *, glide: bool = False) -> None:
        """Move the view, at once or in a short glide."""
        self._gliding.stop()
        if glide and self._may_move():
            self._glide = Glide(self.camera, camera)
            self._gliding.start()
        else:
            self.camera = camera
            self.camera_moved.emit()
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.is_fitted:
            self.look_at(self.sight.camera(self._type_size))

    # -- motion --------------------------------------------------------------------------------------------------

    def _may_move(self) -> bool:
        return self.isVisible() and self.session.settings.motion

    def _glided(self, share: float) -> None:
        if self._glide is not None:
            self.camera = self._glide.at(share)
            self.camera_moved.emit()
            self.update()

    def _moved(self, share: float) -> None:
        if self._move is not None and self._move.new is self.stage.geometry:
            self.stage.place(self._move.at(share))
            self.update()

    def _start_travel(self, is_next: bool) -> None:
        """Let the gradients of this step travel along their edges, unless steps come too fast to see it."""
        hurried = self._travelling.is_running
        self._travelling.finish()
        if is_next and not hurried and self._may_move() and self.stage.look and self.stage.look.running >= 0:
            self._travelling.start()

    def _travelled(self, share: float) -> None:
        self.marks = replace(self.marks, travel=share)
        scene, look = self.stage.scene, self.stage.look
        if scene is not None and look is not None and look.running >= 0:
            self.update_links(scene.links_of.get(look.running, ())[:MOST_REGIONS])

    def hideEvent(self, event: QHideEvent) -> None:
        for motion in (self._gliding, self._moving, self._travelling):
            motion.finish()
        super().hideEvent(event)

    def shutdown(self) -> None:
        """Nothing moves and no thread works after this; the window calls it before it goes."""
        for motion in (self._gliding, self._moving, self._travelling):
            motion.stop()
        self.stage.arranger.shutdown()
        self.is_shut = True
        accessible.forget(self)

    # -- painting ------------------------------------------------------------------------------------------------

    def card_at(self, x: float, y: float) -> int:
        """Position of the card under a pixel, −1 for none."""
        return -1 if self.stage.scene is None else card_at(self.stage.scene, *self.camera.to_scene(x, y))

    def screen_box(self, card: int, reach: float = 0.0) -> QRect:
        """A card in the widget's pixels."""
        scene = self.stage.scene
        assert scene is not None, "there is a picture"
        return self._to_screen(scene.geometry.rects[card], reach)

    def _to_screen(self, rect: Iterable[float], reach: float) -> QRect:
        left, top, width, height = rect
        x, y = self.camera.to_screen(left - reach, top - reach)
        zoom = self.camera.zoom
        return QRectF(x, y, (width + 2 * reach) * zoom, (height + 2 * reach) * zoom).toAlignedRect()

    def update_cards(self, cards: Iterable[int]) -> None:
        """Paint these cards again."""
        reach = REACH + 2 / self.camera.zoom
        for card in cards:
            self.update(self.screen_box(card, reach))

    def update_links(self, links: Iterable[int]) -> None:
        """Paint these links and their numbers again."""
        scene = self.stage.scene
        assert scene is not None, "there is a picture"
        curves = scene.geometry.curves
        for link in links:
            boxes = curves.boxes[curves.first[link] : curves.first[link + 1]]
            low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
            self.update(self._to_screen((*low, *(high - low)), 46.0))

    def _update_overlay(self) -> None:
        tall = overlay_height(self._type_size) + pixels(24, self._type_size)
        self.update(0, self.height() - tall, self.width(), tall)
        self.update(0, 0, self.width(), pixels(48, self._type_size))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme, view, exposed = self._painter.theme, self.session.view, event.rect()
        scene, look = self.stage.scene, self.stage.look
        if scene is None or look is None or not scene.cards:
            painter.fillRect(exposed, QColor(theme.canvas))
            self._overlay.paint_message(painter, self.width(), self.height(), *empty_words(view))
        else:
            painter.setBrushOrigin(QPointF(self.camera.x, self.camera.y))
            painter.fillRect(exposed, self._grid)
            box = (exposed.x(), exposed.y(), exposed.width(), exposed.height())
            self._painter.paint(painter, scene, look, self.camera, box, self.marks)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            free = self.minimap.x() if self.minimap.isVisible() else self.width()
            in_order = not self.session.settings.predict
            self._overlay.paint(painter, free, self.height(), scene, look, in_order=in_order)
            if words := banner_words(view, self.session.settings.auto_run):
                self._overlay.paint_banner(painter, self.width(), *words)
        if self.hand.band is not None:
            painter.setPen(QColor(theme.focus))
            ground = QColor(theme.focus)
            ground.setAlpha(30)
            painter.setBrush(ground)
            painter.drawRect(self.hand.band)
        if self._shows_focus:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(QColor(theme.focus))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    # -- hands ---------------------------------------------------------------------------------------------------

    def focusInEvent(self, event: QFocusEvent) -> None:
        # Whoever clicks knows where they are; whoever comes with the keyboard must see it.
        self._shows_focus = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.ShortcutFocusReason,
        )
        super().focusInEvent(event)
        self.hand.mark()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._shows_focus = False
        super().focusOutEvent(event)
        self.hand.mark()
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._use_theme()
        return self.hand.handled(event) or super().event(event)
