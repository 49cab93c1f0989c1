"""What changes the mark of a build, and what does not."""

import pytest

from livefeed.server.build_mark import build_mark


@pytest.fixture
def web(tmp_path):
    folder = tmp_path / "web"
    (folder / "templates").mkdir(parents=True)
    (folder / "words").mkdir()
    (folder / "templates" / "feed.html").write_text("<p>a</p>")
    (folder / "main.js").write_text("b()")
    return folder


def test_equal_files_make_an_equal_mark_wherever_they_lie(web, tmp_path):
    before = build_mark(web)
    web.rename(tmp_path / "elsewhere")
    assert build_mark(tmp_path / "elsewhere") == before
    assert len(before) == len("9f3a1c2e")


@pytest.mark.parametrize(
    "name", ["templates/feed.html", "main.js", "style.css", "html.py", "words/en.json"]
)
def test_every_file_that_makes_a_page_changes_it(web, name):
    before = build_mark(web)
    with (web / name).open("a") as file:
        file.write("c")
    assert build_mark(web) != before


def test_a_file_under_another_name_changes_it(web):
    before = build_mark(web)
    (web / "main.js").rename(web / "other.js")
    assert build_mark(web) != before


def test_so_do_the_settings_that_stand_on_pages(web):
    marks = {
        build_mark(web),
        build_mark(web, settings=["a", ""]),
        build_mark(web, settings=["", "a"]),
    }
    assert len(marks) == 3


def test_what_makes_no_page_leaves_it(web):
    before = build_mark(web)
    (web / "tsconfig.json").write_text("{}")
    (web / "node_modules").mkdir()
    (web / "node_modules" / "tool.js").write_text("d()")
    assert build_mark(web) == before
