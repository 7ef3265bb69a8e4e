"""The screenshot script in a small form: it works, sizes are right, and no text is cut off."""

import pytest
from PySide6.QtGui import QImage

from tests.screenshots.take import VIEWS, Shot, cut_off, take


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("type_size", [100, 150])
def test_every_view(qapp, tmp_path, view, type_size):
    theme = "light" if type_size == 100 else "dark"
    shot = Shot(view, theme, 1280, 800, type_size)
    cut = []
    path = take(shot, tmp_path, lambda window: cut.extend(cut_off(window)))
    image = QImage(str(path))
    assert (image.width(), image.height()) == (1280, 800) or view == "present"
    colors = {image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)}
    assert len(colors) > 15
    assert cut == []
