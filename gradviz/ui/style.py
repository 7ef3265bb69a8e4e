"""Theme → palette and style sheet. Widgets carry a role ("heading", "primary"), the look of a role stands here."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette

from ..scene.theme import DARK, HIGH_CONTRAST, LIGHT, MONO, SANS, Theme
from .fonts import pixels

CHOICES = {"light": LIGHT, "dark": DARK, "contrast": HIGH_CONTRAST}


def theme_of(choice: str) -> Theme:
    """The theme for the setting; "system" follows the desktop."""
    if choice in CHOICES:
        return CHOICES[choice]
    dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return DARK if dark else LIGHT


def palette_of(theme: Theme) -> QPalette:
    """The colours for what no style sheet reaches: native dialogs, tool tips, links."""
    roles = QPalette.ColorRole
    palette = QPalette()
    for role, color in {
        roles.Window: theme.window,
        roles.WindowText: theme.text,
        roles.Base: theme.card,
        roles.AlternateBase: theme.canvas,
        roles.Text: theme.text,
        roles.PlaceholderText: theme.text_faint,
        roles.Button: theme.card,
        roles.ButtonText: theme.text,
        roles.BrightText: theme.error,
        roles.ToolTipBase: theme.card,
        roles.ToolTipText: theme.text,
        roles.Highlight: theme.selection,
        roles.HighlightedText: theme.text,
        roles.Link: theme.value,
        roles.Accent: theme.value,
        roles.Mid: theme.line_strong,
        roles.Dark: theme.line_strong,
        roles.Light: theme.raised,
    }.items():
        palette.setColor(role, QColor(color))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.waiting))
    return palette


def style_sheet(theme: Theme, type_size: int) -> str:
    """The style sheet of the whole application at a type zoom in per cent."""

    def px(size: float) -> str:
        return f"{pixels(size, type_size)}px"

    def families(names: tuple[str, ...]) -> str:
        return ", ".join(f'"{name}"' for name in names)

    t = theme
    return f"""
* {{ font-family: {families(SANS)}; font-size: {px(13)}; color: {t.text}; }}
QMainWindow, QDialog, QMessageBox {{ background: {t.window}; }}
QToolTip {{ background: {t.card}; color: {t.text}; border: 1px solid {t.line_strong}; padding: {px(4)}; }}

QMenuBar {{ background: {t.window}; padding: 0 {px(6)}; }}
QMenuBar::item {{ padding: {px(4)} {px(8)}; border-radius: {px(4)}; background: transparent; }}
QMenuBar::item:selected {{ background: {t.raised}; }}
QMenu {{ background: {t.card}; border: 1px solid {t.line}; padding: {px(4)}; }}
QMenu::item {{ padding: {px(5)} {px(28)} {px(5)} {px(24)}; border-radius: {px(4)}; }}
QMenu::item:selected {{ background: {t.selection}; }}
QMenu::item:disabled {{ color: {t.waiting}; }}
QMenu::separator {{ height: 1px; background: {t.line}; margin: {px(4)} {px(6)}; }}
QMenu::indicator {{ width: {px(14)}; height: {px(14)}; left: {px(5)}; }}

QWidget#bar {{ background: {t.window}; border-bottom: 1px solid {t.line}; }}
QWidget#bottomBar {{ background: {t.window}; border-top: 1px solid {t.line}; border-bottom: 1px solid {t.line}; }}
QWidget#panel, QWidget#panels {{ background: {t.window}; }}
QLabel[role="name"] {{ font-size: {px(15)}; font-weight: 700; }}
QLabel[role="heading"] {{ font-size: {px(11)}; font-weight: 600; color: {t.text_muted}; letter-spacing: 0.6px; }}
QLabel[role="muted"] {{ color: {t.text_muted}; font-size: {px(12)}; }}
QLabel[role="empty"] {{ color: {t.text_muted}; }}
QLabel[role="code"] {{ font-family: {families(MONO)}; }}
QLabel[role="error"] {{ color: {t.error}; }}
QLabel[role="title"] {{ font-size: {px(18)}; font-weight: 700; }}

QPushButton, QToolButton {{ background: {t.card}; border: 1px solid {t.line}; border-radius: {px(6)};
  padding: {px(5)} {px(11)}; }}
QToolButton {{ padding: {px(5)} {px(8)}; }}
QPushButton:hover, QToolButton:hover {{ background: {t.raised}; }}
QPushButton:pressed, QToolButton:pressed {{ background: {t.selection}; }}
QPushButton:focus, QToolButton:focus {{ border: 1px solid {t.focus}; outline: none; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QPushButton:disabled, QToolButton:disabled {{ color: {t.waiting}; }}
QPushButton:checked, QToolButton:checked {{ background: {t.value_fill}; color: {t.value}; border-color: {t.value}; }}
QPushButton::menu-indicator, QToolButton::menu-indicator {{ image: none; width: 0; }}
QPushButton[kind="primary"], QToolButton[kind="primary"] {{ background: {t.value}; color: {t.on_accent};
  border-color: {t.value}; font-weight: 600; }}
QPushButton[kind="primary"]:hover {{ border-color: {t.text}; }}
QPushButton[kind="primary"]:disabled {{ background: {t.raised}; color: {t.waiting}; border-color: {t.line}; }}
QPushButton[kind="stop"] {{ background: {t.error_fill}; color: {t.error}; border-color: {t.error}; font-weight: 600; }}
QToolButton[kind="flat"], QPushButton[kind="flat"] {{ background: transparent; border-color: transparent; }}
QToolButton[kind="flat"]:hover, QPushButton[kind="flat"]:hover {{ background: {t.raised}; }}
QToolButton[kind="flat"]:focus, QPushButton[kind="flat"]:focus {{ border-color: {t.focus}; }}
QToolButton[kind="joined"] {{ border-radius: 0; margin: 0 0 0 -1px; }}
QToolButton[kind="joined-first"] {{ border-top-right-radius: 0; border-bottom-right-radius: 0; }}
QToolButton[kind="joined-last"] {{ border-top-left-radius: 0; border-bottom-left-radius: 0; margin: 0 0 0 -1px; }}
QPushButton[kind="op"] {{ padding: {px(3)} {px(8)}; border-radius: {px(5)}; }}
QPushButton[kind="tab"] {{ background: transparent; border-color: transparent; color: {t.text_muted};
  padding: {px(5)} {px(11)}; }}
QPushButton[kind="tab"]:hover {{ background: {t.raised}; }}
QPushButton[kind="tab"]:checked {{ background: {t.value_fill}; color: {t.value}; font-weight: 600;
  border-color: transparent; }}
QPushButton[kind="tab"]:focus {{ border-color: {t.focus}; }}

QLineEdit, QAbstractSpinBox, QComboBox {{ background: {t.card}; border: 1px solid {t.line}; border-radius: {px(5)};
  padding: {px(3)} {px(6)}; selection-background-color: {t.selection}; selection-color: {t.text}; }}
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus {{ border-color: {t.focus}; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 0; border: none; }}
QLineEdit[kind="number"], QAbstractSpinBox[kind="number"] {{ font-family: {families(MONO)};
  background: transparent; border-color: transparent; padding: {px(1)} {px(2)}; }}
QLineEdit[kind="number"]:hover, QAbstractSpinBox[kind="number"]:hover {{ border-color: {t.line}; }}
QLineEdit[kind="number"]:focus, QAbstractSpinBox[kind="number"]:focus {{ border-color: {t.focus};
  background: {t.card}; }}
QComboBox::drop-down {{ border: none; width: {px(18)}; }}
QComboBox QAbstractItemView {{ background: {t.card}; border: 1px solid {t.line};
  selection-background-color: {t.selection}; selection-color: {t.text}; }}

QPlainTextEdit, QTextEdit {{ background: {t.window}; border: none; selection-background-color: {t.selection};
  selection-color: {t.text}; }}
QPlainTextEdit[role="code"] {{ font-family: {families(MONO)}; font-size: {px(13)}; }}
QAbstractItemView {{ background: {t.window}; border: none; outline: none;
  selection-background-color: {t.selection}; selection-color: {t.text}; }}
QAbstractItemView::item {{ padding: {px(4)} {px(6)}; }}
QAbstractItemView::item:selected {{ background: {t.selection}; color: {t.text}; }}
QAbstractItemView::item:hover {{ background: {t.raised}; }}
QHeaderView::section {{ background: {t.window}; color: {t.text_muted}; border: none;
  border-bottom: 1px solid {t.line}; padding: {px(4)} {px(6)}; }}

QSplitter::handle {{ background: {t.line}; }}
QSplitter::handle:hover {{ background: {t.value}; }}
QSplitter::handle:horizontal {{ width: 1px; }}
QSplitter::handle:vertical {{ height: 1px; }}

QScrollArea {{ border: none; background: transparent; }}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: {px(10)}; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: {px(10)}; margin: 0; }}
QScrollBar::handle {{ background: {t.grid if not t.dark else t.line}; border-radius: {px(4)}; margin: 1px; }}
QScrollBar::handle:hover {{ background: {t.line_strong}; }}
QScrollBar::handle:vertical {{ min-height: {px(28)}; }}
QScrollBar::handle:horizontal {{ min-width: {px(28)}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{ background: none;
  border: none; width: 0; height: 0; }}

QSlider:horizontal {{ min-height: {px(18)}; }}
QSlider::groove:horizontal {{ height: {px(4)}; border-radius: {px(2)}; background: {t.line}; }}
QSlider::sub-page:horizontal {{ height: {px(4)}; border-radius: {px(2)}; background: {t.value}; }}
QSlider::handle:horizontal {{ width: {px(11)}; height: {px(11)}; margin: -{px(5)} 0; border-radius: {px(7)};
  border: 2px solid {t.value}; background: {t.window}; }}
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus {{ background: {t.value_fill}; }}
QSlider::handle:horizontal:focus {{ border-color: {t.focus}; }}

QCheckBox, QRadioButton {{ spacing: {px(6)}; }}
QCheckBox:focus {{ color: {t.focus}; }}
QStatusBar, QWidget#status {{ background: {t.window}; border-top: 1px solid {t.line}; }}
QStatusBar::item {{ border: none; }}
QFrame#notice {{ background: {t.value_fill}; border: none; border-top: 1px solid {t.line}; }}
QFrame#floating {{ background: {t.card}; border: 1px solid {t.line_strong}; border-radius: {px(8)}; }}
QFrame#trouble {{ background: {t.error_fill}; border: none; border-top: 1px solid {t.error}; }}
QFrame#trouble QLabel {{ color: {t.error}; }}
QProgressBar {{ background: {t.line}; border: none; border-radius: {px(2)}; max-height: {px(4)}; }}
QProgressBar::chunk {{ background: {t.value}; border-radius: {px(2)}; }}
"""
