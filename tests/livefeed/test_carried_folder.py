import pytest

from livefeed.bench_folder import bench_folder
from livefeed.errors import LivefeedError
from livefeed.web_folder import web_folder


def put_page(folder):
    (folder / "templates").mkdir(parents=True)
    (folder / "templates" / "feed.html").touch()


def put_bench(folder):
    (folder / "bench").mkdir(parents=True)
    (folder / "bench" / "__main__.py").touch()


def test_this_checkout_has_the_page_and_the_bench():
    assert (web_folder() / "style.css").is_file()
    assert (bench_folder() / "bench" / "fanload.c").is_file()


def test_in_a_checkout_they_stand_beside_the_package(tmp_path):
    put_page(tmp_path / "web")
    put_bench(tmp_path)
    assert web_folder(tmp_path / "livefeed") == tmp_path / "web"
    assert bench_folder(tmp_path / "livefeed") == tmp_path


def test_a_wheel_has_them_inside_and_leaves_neighbours_of_that_name_alone(tmp_path):
    put_page(tmp_path / "web")
    put_page(tmp_path / "livefeed" / "_web")
    put_bench(tmp_path)
    put_bench(tmp_path / "livefeed" / "_bench")
    assert web_folder(tmp_path / "livefeed") == tmp_path / "livefeed" / "_web"
    assert bench_folder(tmp_path / "livefeed") == tmp_path / "livefeed" / "_bench"


@pytest.mark.parametrize("find", [web_folder, bench_folder])
def test_an_installation_without_them_says_what_to_do(tmp_path, find):
    (tmp_path / "web").mkdir()
    (tmp_path / "bench").mkdir()
    with pytest.raises(LivefeedError, match="missing") as missing:
        find(tmp_path / "livefeed")
    assert "install livefeed again" in missing.value.hint
