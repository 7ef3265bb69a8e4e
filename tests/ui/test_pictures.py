"""Figures between the printed lines of the output panel."""

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QColor, QImage, QTextCursor
from PySide6.QtWidgets import QApplication

from gradviz.trace.messages import FigureShown, PlaneShown, RunBegan, TextPrinted
from gradviz.trace.trace import TraceBuilder
from gradviz.ui import dialogs
from gradviz.ui.panels.output import Output
from gradviz.ui.panels.pictures import KEPT
from gradviz.ui.style import theme_of
from tests.ui.conftest import discard

RED, BLUE = "#d02030", "#2030d0"


def picture(key, color=RED, width=400, height=300, sharp=2):
    image = QImage(width * sharp, height * sharp, QImage.Format.Format_RGB32)
    image.fill(QColor(color))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return FigureShown(key, np.frombuffer(bytes(buffer.data()), np.uint8), width, height)


@pytest.fixture
def output(qapp, session):
    widget = Output(session)
    widget.resize(700, 600)
    widget.show()
    yield widget
    discard(widget)


@pytest.fixture
def say(session):
    builder = TraceBuilder()
    builder.add(RunBegan("numpy", "print()", "", ()))
    session._sent_program = "print()"

    def add(*messages):
        for message in messages:
            builder.add(message)
        session.runner.trace = builder.trace
        session.refresh()
        QApplication.processEvents()

    return add


def coloured(output, color):
    """(left, top, width, height) of what has this colour in the picture of the text."""
    image = output.text.viewport().grab().toImage()
    wanted = QColor(color).rgb()
    found = [(x, y) for y in range(image.height()) for x in range(0, image.width(), 5) if image.pixel(x, y) == wanted]
    if not found:
        return None
    xs, ys = zip(*found, strict=True)
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys) + 1


def test_a_picture_stands_between_the_lines_without_a_gap(output, say):
    say(TextPrinted("stdout", "before"), picture(1), TextPrinted("stdout", "after\n"))
    left, top, width, height = coloured(output, RED)
    assert top > 10
    assert abs(width - 400) <= 8
    assert abs(height - 300) <= 20
    image = output.text.viewport().grab().toImage()
    column = {image.pixel(left + 50, y) for y in range(top, top + height)}
    assert column == {QColor(RED).rgb()}, "strips meet"
    assert [line.strip("\ufffc\u2028\n") for line in output.text.toPlainText().split("\n") if "\ufffc" not in line] == [
        "before", "after", "",
    ]  # fmt: skip


def test_a_picture_is_never_wider_than_the_panel(output, say):
    say(picture(1, width=1200, height=600))
    output.resize(500, 500)
    QApplication.processEvents()
    _, _, width, height = coloured(output, RED)
    assert width <= output.text.viewport().width()
    assert abs(height - width / 2) <= 20
    output.resize(900, 700)
    QApplication.processEvents()
    assert coloured(output, RED)[2] > width + 300


def test_a_low_panel_shows_the_whole_picture_smaller(output, say):
    say(picture(1, width=640, height=480))
    output.resize(900, 300)
    QApplication.processEvents()
    output.text.verticalScrollBar().setValue(0)
    _, _, width, height = coloured(output, RED)
    assert 200 < height < output.text.viewport().height()
    assert abs(width - height * 4 / 3) <= 30
    output.resize(900, 120)
    QApplication.processEvents()
    output.resize(900, 700)
    QApplication.processEvents()
    output.text.verticalScrollBar().setValue(0)
    assert coloured(output, RED)[3] > 440


def test_a_newer_picture_of_a_figure_takes_its_place(output, say):
    say(picture(1), TextPrinted("stdout", "after\n"))
    before = output.text.toPlainText()
    say(picture(1, BLUE))
    assert coloured(output, RED) is None
    assert coloured(output, BLUE) is not None
    assert output.text.toPlainText() == before


def test_text_grows_behind_a_picture(output, say):
    say(TextPrinted("stdout", "a"))
    say(TextPrinted("stdout", "b\n"), picture(1))
    say(TextPrinted("stdout", "c"))
    say(TextPrinted("stdout", "d\n"))
    assert output.text.toPlainText().replace("\ufffc", "").split() == ["ab", "cd"]
    output.copy_all()
    assert QApplication.clipboard().text() == "ab\ncd\n"


def test_the_menu_of_a_picture_copies_and_saves(output, say, session, tmp_path, monkeypatch):
    shown = picture(1)
    say(TextPrinted("stdout", "text\n"), shown, TextPrinted("stdout", "after\n"))
    document = output.text.document()
    block = next(b for b in (document.findBlockByNumber(n) for n in range(5)) if "\ufffc" in b.text())
    cursor = QTextCursor(block)
    for _ in range(5):
        assert output.text.pictures.at(cursor) is shown
        cursor.movePosition(QTextCursor.MoveOperation.NextCharacter)
    assert output.text.pictures.at(QTextCursor(document.firstBlock())) is None
    menu = output.text.menu_at(QTextCursor(block))
    titles = {action.text(): action for action in menu.actions()}
    titles["Copy Picture"].trigger()
    assert QApplication.clipboard().image().width() == 800, "in full"
    monkeypatch.setattr(dialogs, "ask_picture", lambda parent, suggestion: tmp_path / "mine.png")
    titles["Save Picture…"].trigger()
    assert (tmp_path / "mine.png").read_bytes() == shown.png.tobytes()
    told = []
    monkeypatch.setattr(dialogs, "ask_picture", lambda parent, suggestion: tmp_path / "no folder" / "mine.png")
    monkeypatch.setattr(dialogs, "tell", lambda parent, words: told.append(words))
    titles["Save Picture…"].trigger()
    assert "could not be written" in told[0]
    menu.close()
    other = output.text.menu_at(QTextCursor(document.firstBlock()))
    assert "Copy Picture" not in [action.text() for action in other.actions()]
    other.close()
    menu.deleteLater()
    other.deleteLater()


def test_selecting_across_a_picture_copies_the_text(output, say):
    say(TextPrinted("stdout", "one\n"), picture(1), TextPrinted("stdout", "two\n"))
    output.text.selectAll()
    output.text.copy()
    assert QApplication.clipboard().text().split() == ["one", "two"]
    assert "\ufffc" not in QApplication.clipboard().text()


@pytest.mark.parametrize(
    "shown",
    [
        FigureShown(1, np.frombuffer(b"no picture at all", np.uint8), 400, 300),
        FigureShown(1, np.zeros(0, np.uint8), 0, -5),
        FigureShown(1, np.zeros(9, np.uint8), 10**9, 10**9),
        FigureShown(1, picture(1).png[:200], 400, 300),
    ],
    ids=["no png", "empty", "endless", "torn"],
)
def test_a_picture_that_cannot_be_read_is_said_and_harms_nothing(output, say, shown, capfd):
    say(shown, TextPrinted("stdout", "after\n"))
    assert output.text.toPlainText().endswith("after\n")
    assert output.text.viewport().grab().width() > 0


def test_many_pictures_keep_few_in_memory_and_start_over_with_the_theme(output, say, session):
    say(*[picture(key, width=100, height=40) for key in range(50)])
    for position in range(0, output.text.verticalScrollBar().maximum(), 3):
        output.text.verticalScrollBar().setValue(position)
        output.text.viewport().grab()
    assert len(output.text.pictures._scaled) <= KEPT
    session.change(theme="dark")
    QApplication.processEvents()
    assert coloured(output, RED) is not None
    output.clear()
    assert output.text.toPlainText() == ""


def test_the_menu_of_text_copies_what_is_selected(output, say, qtbot):
    say(TextPrinted("stdout", "one\n"), picture(1), TextPrinted("stdout", "two\n"))
    menu = output.text.menu_at(QTextCursor(output.text.document()))
    copy, everything = menu.actions()
    assert not copy.isEnabled()
    everything.trigger()
    menu.deleteLater()
    menu = output.text.menu_at(QTextCursor(output.text.document()))
    menu.actions()[0].trigger()
    assert QApplication.clipboard().text().split() == ["one", "two"]
    menu.deleteLater()
    QApplication.clipboard().clear()
    qtbot.keyClick(output.text, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text().split() == ["one", "two"]


def plane(low=-1.0, points=((-0.5, -0.5), (0.5, 0.5))):
    """Below 0 left of the middle of x in −1 … 1 (of `low` … 1), above 0 right of it."""
    values = np.tile(np.linspace(low, 1, 40, dtype=np.float32), (20, 1))
    return PlaneShown(
        -1, "score", values, -1.0, 1.0, -0.5, 0.5, np.array(points, np.float32), np.arange(len(points), dtype=np.int64)
    )


def sides(output, session):
    """Shares of pixels of the picture's plane that lean to the colour below 0 and to the one above it."""
    theme = theme_of(session.settings.theme)
    shown = output.text.pictures.whole(session.view.newest.output[0]).convertToFormat(QImage.Format.Format_RGB888)
    width, height = shown.width(), shown.height()
    data = np.frombuffer(shown.constBits(), np.uint8).reshape(height, shown.bytesPerLine())[:, : 3 * width]
    pixels = data.reshape(height, width, 3)[height // 4 : 3 * height // 4].astype(float)
    below, above = (np.array(QColor(each).getRgb()[:3], float) for each in (theme.value, theme.gradient))
    card = np.array(QColor(theme.card).getRgb()[:3], float)
    lean = ((pixels - card) @ (above - below)) > 0
    tinted = np.abs(pixels - card).max(axis=2) > 8
    return lean & tinted, ~lean & tinted


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_a_plane_has_its_two_sides_in_the_colours_of_the_theme(output, say, session, theme):
    say(plane(points=((9.0, 9.0),)))
    session.change(theme=theme)
    above, below = sides(output, session)
    columns = above.shape[1]
    assert above[:, int(0.7 * columns) : int(0.9 * columns)].mean() > 0.95
    assert below[:, int(0.15 * columns) : int(0.4 * columns)].mean() > 0.95


def test_a_newer_plane_takes_the_place_of_the_one_before(output, say, session):
    say(plane(), TextPrinted("stdout", "done\n"))
    blocks = output.text.document().blockCount()
    before = sides(output, session)[1].mean()
    say(plane(low=-0.1))
    assert output.text.document().blockCount() == blocks
    assert sides(output, session)[1].mean() < 0.5 * before
    assert output.text.pictures.at(QTextCursor(output.text.document())).values[0, 0] == np.float32(-0.1)


def test_a_plane_is_copied_and_saved(output, say, session, tmp_path, monkeypatch):
    say(plane())
    suggested = []
    monkeypatch.setattr(dialogs, "ask_picture", lambda parent, path: suggested.append(path) or tmp_path / "a.png")
    menu = output.text.menu_at(QTextCursor(output.text.document()))
    copy, save = menu.actions()
    copy.trigger()
    assert QApplication.clipboard().image().width() == 920
    save.trigger()
    assert suggested[0].endswith("score.png")
    assert QImage(str(tmp_path / "a.png")).width() == 920
    menu.deleteLater()


def test_values_that_are_no_numbers_leave_the_paper(output, say, session):
    broken = plane()
    broken.values[:] = np.nan
    say(broken)
    above, below = sides(output, session)
    assert above[:, 100:-60].mean() < 0.02
    assert below[:, 100:-60].mean() < 0.05
