import pytest

from livefeed.render.headings import below_headline


def body(*levels):
    return "".join(f'<h{n} lang="en">a</h{n}><p>b</p>' for n in levels)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ((4,), (3,)),
        ((4, 5, 6), (3, 4, 5)),
        ((4, 6, 6), (3, 4, 4)),
        ((6, 4, 5), (3, 3, 4)),
        ((1, 2, 3), (3, 4, 5)),
        ((1, 3, 2, 3), (3, 4, 4, 5)),
        ((1, 2, 3, 4, 5, 6), (3, 4, 5, 6, 6, 6)),
        ((), ()),
    ],
)
def test_headings_go_down_from_the_headline_one_level_at_a_time(given, shown):
    assert below_headline(body(*given)) == body(*shown)


def test_what_only_begins_like_a_heading_stays():
    assert below_headline("<hr><header>h4</header>") == "<hr><header>h4</header>"
