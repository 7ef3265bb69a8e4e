"""Lessons as the menu and the command line list them."""

import pytest

from gradviz.session import lessons, resources

HEADING = "# %% [markdown]\n# # A title\n"
NOTE = HEADING + "#\n# One sentence\n# on two lines.\n#\n# Another paragraph.\n\n# %%\nimport torch\n"


def test_read_from_the_file_itself(tmp_path):
    path = tmp_path / "07_some_slug.py"
    path.write_text(NOTE, encoding="utf-8")
    lesson = lessons.read_lesson(path)
    assert lesson == lessons.Lesson(7, "some_slug", "A title", "One sentence on two lines.", path)
    assert lesson.source() == NOTE


def test_each_stands_under_a_heading():
    groups = [lesson.group for lesson in lessons.lessons()]
    assert list(dict.fromkeys(groups)) == list(lessons.GROUPS)
    assert groups == sorted(groups, key=list(lessons.GROUPS).index)


def test_the_paragraph_may_follow_the_heading_at_once(tmp_path):
    path = tmp_path / "01_dense.py"
    path.write_text(NOTE.replace("title\n#\n", "title\n"), encoding="utf-8")
    assert lessons.read_lesson(path).summary == "One sentence on two lines."


def test_sorted_by_number_and_other_files_left_out(tmp_path):
    for name in ("10_c.py", "02_b.py", "01_a.py"):
        (tmp_path / name).write_text(NOTE, encoding="utf-8")
    (tmp_path / "notes.py").write_text("", encoding="utf-8")
    assert [lesson.slug for lesson in lessons.lessons(tmp_path)] == ["a", "b", "c"]


@pytest.mark.parametrize("text", ["", "import torch\n", "# %% [markdown]\n# no heading\n", HEADING])
def test_a_file_without_a_note_is_named(tmp_path, text):
    path = tmp_path / "01_bare.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"01_bare\.py.*Markdown cell"):
        lessons.read_lesson(path)


def test_resources_of_the_checkout_and_of_a_wheel(tmp_path, monkeypatch):
    assert resources.resource("lessons").is_dir()
    (tmp_path / "gradviz" / "_resources" / "lessons").mkdir(parents=True)
    monkeypatch.setattr(resources, "PACKAGE", tmp_path / "gradviz")
    assert resources.resource("lessons") == tmp_path / "gradviz" / "_resources" / "lessons"
    with pytest.raises(FileNotFoundError, match=r"icons/none\.svg is missing"):
        resources.resource("icons/none.svg")
