"""FUNCTION: the loss over its leaves, large: contours or a curve, the surface, the path of the run.

The panel stands from the start; what draws (and pyqtgraph with it) is made when it is first looked at.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ...session.session import Session


class FunctionPanel(QWidget):
    """Holds the wide `Landscape`."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Function")
        self.landscape: QWidget | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.landscape is None:
            from .landscape import Landscape

            self.landscape = Landscape(self._session, is_wide=True)
            self.layout().addWidget(self.landscape)
