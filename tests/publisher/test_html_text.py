import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.html_text import html_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("<p>One\n two.</p><p>Three &amp; four.</p>", "One two.\n\nThree & four."),
        ("<h2>News</h2><p>a<br>b</p>", "News\n\na\nb"),
        ("<ul><li>one</li><li>two</li></ul><p>end</p>", "- one\n- two\n\nend"),
        ('<p>See <a href="https://example.org/">here</a>.</p>', "See here <https://example.org/>."),
        ("<p>a <a>b</a></p>", "a b"),
        ("<script>alert(1)</script><p>kept</p></style>x", "kept\n\nx"),
        ("<p>unclosed <em>tag", "unclosed tag"),
    ],
)
def test_html_becomes_text_to_read(html, text):
    assert html_text(html) == text


@given(st.text(alphabet="<>/&;pliabr \n\"'=!-", max_size=60))
def test_no_html_is_too_ugly(html):
    html_text(html)
