"""The Linux menu entry, the icon and the text for software centres agree with each other and with the project."""

import configparser
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[2]
NAME = "org.gradviz.gradviz"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture
def entry():
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read(ROOT / "packaging" / f"{NAME}.desktop", encoding="utf-8")
    return parser["Desktop Entry"]


@pytest.fixture
def component():
    return ElementTree.parse(ROOT / "packaging" / f"{NAME}.metainfo.xml").getroot()


def test_entry_starts_a_command_that_the_project_installs(entry):
    command, *arguments = entry["Exec"].split()
    assert command in PROJECT["project"]["gui-scripts"]
    assert arguments == ["%f"]
    assert entry["Categories"].endswith(";")
    assert entry["MimeType"].endswith(";")


def test_wheel_puts_all_three_where_a_desktop_looks(entry):
    shared = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    assert all((ROOT / source).is_file() for source in shared)
    assert set(shared.values()) == {
        f"share/applications/{NAME}.desktop",
        f"share/metainfo/{NAME}.metainfo.xml",
        f"share/icons/hicolor/scalable/apps/{entry['Icon']}.svg",
    }


def test_metainfo_belongs_to_the_entry_and_to_this_release(component, entry):
    assert component.findtext("id") == NAME
    assert component.findtext("launchable") == f"{NAME}.desktop"
    assert component.findtext("name") == entry["Name"]
    assert component.findtext("project_license") == PROJECT["project"]["license"]
    assert component.findtext("provides/binary") in PROJECT["project"]["scripts"]
    assert component.find("releases/release").get("version") == PROJECT["project"]["version"]


def test_icon_is_square_and_draws_nothing_outside_itself(qapp):
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    drawing = QSvgRenderer(str(ROOT / "resources" / "icons" / "gradviz.svg"))
    assert drawing.isValid()
    assert drawing.defaultSize().width() == drawing.defaultSize().height()
    image = QImage(16, 16, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    drawing.render(painter)
    painter.end()
    pixels = [image.pixelColor(x, y) for x in range(16) for y in range(16)]
    strong = {pixel.name() for pixel in pixels if pixel.alpha() > 250}
    assert {"#2563eb", "#ffffff"} <= strong, "ground and drawing are full colours even at 16 px"
    assert any(colour.startswith("#ff") and colour != "#ffffff" for colour in strong), "the backward arrow is there"
