import pytest

from livefeed.errors import LivefeedError
from livefeed.web_folder import web_folder


def put_page(folder):
    (folder / "templates").mkdir(parents=True)
    (folder / "templates" / "feed.html").touch()


def test_this_checkout_has_the_page():
    assert (web_folder() / "style.css").is_file()


def test_in_a_checkout_the_page_stands_beside_the_package(tmp_path):
    put_page(tmp_path / "web")
    assert web_folder(tmp_path / "livefeed") == tmp_path / "web"


def test_a_wheel_has_the_page_inside_and_leaves_a_neighbour_of_that_name_alone(tmp_path):
    put_page(tmp_path / "web")
    put_page(tmp_path / "livefeed" / "_web")
    assert web_folder(tmp_path / "livefeed") == tmp_path / "livefeed" / "_web"


def test_an_installation_without_the_page_says_what_to_do(tmp_path):
    (tmp_path / "web").mkdir()
    with pytest.raises(LivefeedError, match="missing") as missing:
        web_folder(tmp_path / "livefeed")
    assert "install livefeed again" in missing.value.hint
