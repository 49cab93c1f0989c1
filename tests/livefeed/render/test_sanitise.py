"""Hostile and ugly HTML: what it loses and what it keeps."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livefeed.ninjs import Body
from livefeed.render import sanitise
from livefeed.render.sanitise import body_html, safe_html, safe_link

VOID = {"br", "col", "hr", "img", "wbr"}
ACTIVE = {
    "script",
    "style",
    "iframe",
    "object",
    "embed",
    "form",
    "input",
    "svg",
    "math",
    "link",
    "base",
}
PIECES = st.sampled_from(
    ["<p>", "</p>", "<b onclick=x>", "</b>", "<a href='javascript:x'>", "</a>", "<script>",
     "<a href=java&#1;script:x>", "</script>", "<table>", "<td>", "</table>", "<svg>", "</svg>",
     "<style>", "</style>", "<h1 id=a>", "</h1>", "</article>", "<!--", "-->", "<![CDATA[", "]]>",
     "<plaintext>", "<textarea>", "<iframe src=x>", "</iframe>", "<math>", "<mtext>", "<template>",
     "<img src=x onerror=y>", "<select>", '"', "'", "<", ">", "&", "&lt;", "&#27;[1m", "&#x202e;",
     "\x1b[2J", "text"]
)  # fmt: skip


class Judge(HTMLParser):
    """Notes what in a page could act, and whether every element is closed in its order."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> stays open" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        if tag in ACTIVE:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            if name.startswith("on") or name in {"id", "class", "style", "target", "srcdoc"}:
                self.faults.append(name)
            if name in {"href", "src", "cite"} and "script:" in (value or "").lower():
                self.faults.append(f"{name}={value}")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"stray </{tag}>")

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(
    ("hostile", "safe"),
    [
        ("a<script>alert(1)</script>b", "ab"),
        ("<p>a<style>p{}</style></p>", "<p>a</p>"),
        ("<p onclick=x id=y class=z style=q data-a=b>a</p>", "<p>a</p>"),
        ('<img src="https://example.com/a.jpg" onerror="x" alt="b">',
         '<img src="https://example.com/a.jpg" alt="b" loading="lazy">'),
        ('<a href="javascript:x">a</a>', '<a rel="noopener nofollow">a</a>'),
        ('<a href="jav&#9;ascript:x">a</a>', '<a rel="noopener nofollow">a</a>'),
        ('<a href="java&#1;script:x">a</a>', '<a rel="noopener nofollow">a</a>'),
        ('<a href="data:text/html,x">a</a>', '<a rel="noopener nofollow">a</a>'),
        ('<a href="https://example.com/" target="_blank">a</a>',
         '<a href="https://example.com/" rel="noopener nofollow">a</a>'),
        ('<a href="mailto:a@example.com">a</a>',
         '<a href="mailto:a@example.com" rel="noopener nofollow">a</a>'),
        ("<iframe src=x>a</iframe>b<object>c</object><svg><a>d</a></svg>", "b"),
        ("<form action=x>a<input name=b><button>c</button></form>", "ac"),
        ("<html><head><title>t</title></head><body><p>a</body></html>", "<p>a</p>"),
        ("<bdo dir=rtl>a</bdo>", "a"),
    ],
)  # fmt: skip
def test_html_loses_what_can_act(hostile, safe):
    assert safe_html(hostile) == safe


@pytest.mark.parametrize(
    ("ugly", "whole"),
    [
        ("</article></main><p>a<p>b", "<p>a</p><p>b</p>"),
        ("<article><section><p>a</section>", "<p>a</p>"),
        ("<b>a<i>b</b>c", "<b>a<i>b</i></b><i>c</i>"),
        ("<ul><li>a<li>b", "<ul><li>a</li><li>b</li></ul>"),
        ("<!-- a -->b<![CDATA[c]]><?php d?>", "b"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("<plaintext>a<b>", "a&lt;b&gt;"),
    ],
)
def test_ugly_html_becomes_whole(ugly, whole):
    assert safe_html(ugly) == whole


def test_what_readers_need_stays():
    html = (
        '<h2>a</h2><p lang="ko" dir="ltr">b<br><em>c</em> <strong>d</strong> <q>e</q></p>'
        '<blockquote><p>f</p></blockquote><ol start="3"><li value="4">g</li></ol>'
        "<figure><figcaption>h</figcaption></figure><pre><code>i\n\tj</code></pre>"
        '<table><caption>k</caption><thead><tr><th scope="col">l</th></tr></thead>'
        '<tbody><tr><td colspan="2">m</td></tr></tbody></table>'
        '<p><time datetime="2021-04-20">n</time> <abbr title="o">p</abbr></p>'
        "<p><ruby>q<rt>r</rt></ruby> <del>s</del><ins>t</ins> <kbd>u</kbd></p>"
    )
    assert safe_html(html) == html


@pytest.mark.parametrize(
    "hidden", ["a&#27;[31mb", "a&#x1b;b", "a&#x202e;b", "a\x1b[31mb", "a\u202eb"]
)
def test_control_characters_and_overrides_go_even_where_references_hide_them(hidden):
    assert safe_html(hidden) == "ab"


@settings(max_examples=300)
@given(st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join))
def test_nothing_in_any_html_acts_or_reaches_out_and_twice_changes_nothing_more(html):
    safe = safe_html(html)
    assert Judge(safe).faults == []
    assert safe_html(safe) == safe


@settings(max_examples=300)
@given(st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join))
def test_every_body_is_whole_whatever_its_type(html):
    for kind in ("text/html", "application/xml", "text/plain", None):
        assert Judge(body_html(Body(content_type=kind, value=html))).faults == []


@pytest.mark.parametrize(
    "absurd",
    [
        "<div>" * 100_000 + "the end",
        "<p>" + "".join(f"<b a={n}>" for n in range(1000)) + "<p>x" * 20_000 + "the end",
        "<a" * 200_000 + ">the end",
        "<div a='<'>" * 50_000 + "the end",
        "<div><table></div></table>" * 20_000 + "the end",
    ],
    ids=["deep", "repeated", "unclosed tags", "quoted", "misnested"],
)
def test_absurd_html_keeps_its_words_and_does_not_explode(absurd):
    safe = safe_html(absurd)
    assert Judge(safe).faults == []
    assert len(safe) < 4 * len(absurd)
    assert safe_html(safe) == safe


def test_absurd_html_ends_as_paragraphs_of_its_text():
    assert safe_html("<div>" * 20_000 + "a &lt; <i>b</i>\n\n\nc") == "<p>a &lt;  b</p>\n<p>c</p>"


def test_misnested_html_settles():
    html = "<a href=/x><table><a href=/y>b"
    assert safe_html(safe_html(html)) == safe_html(html)
    assert Judge(safe_html(html)).text == "b"


def test_html_that_never_settles_ends_as_its_words(monkeypatch):
    monkeypatch.setattr(sanitise, "_MOST_ROUNDS", 1)
    assert safe_html("<a href=/x><table><a href=/y>b\n\n<script>c") == "<p>b</p>"


@pytest.mark.parametrize(
    ("picture", "shown"),
    [
        ("<img>", '<img alt="" loading="lazy">'),
        ('<img src="a alt=b.jpg">', '<img alt="" src="a alt=b.jpg" loading="lazy">'),
        ('<img src="a.jpg" alt="A > b">', '<img src="a.jpg" alt="A &gt; b" loading="lazy">'),
        ("<img alt>", '<img alt="" loading="lazy">'),
    ],
)
def test_the_address_of_a_picture_without_words_is_not_read_out(picture, shown):
    assert body_html(Body(content_type="text/html", value=f"<p>{picture}</p>")) == f"<p>{shown}</p>"


def test_plain_text_becomes_paragraphs():
    body = Body(content_type="text/plain", value="\n a <b>\nc\x1b[1m & d\n \n\n\ne\r\n\r\nf\n")
    assert body_html(body) == "<p>a &lt;b&gt;<br>\nc &amp; d</p>\n<p>e</p>\n<p>f</p>"
    assert body_html(Body(value=" \n ")) == ""


@pytest.mark.parametrize("kind", ["text/html", "body_xhtml", "application/xhtml+xml"])
def test_a_bare_line_of_html_becomes_a_paragraph(kind):
    assert body_html(Body(content_type=kind, value=" a <b>c</b> ")) == "<p>a <b>c</b></p>"
    assert body_html(Body(content_type=kind, value="<p>a</p>b")) == "<p>a</p>b"
    assert body_html(Body(content_type=kind, value="<script>a</script>")) == ""


def test_a_page_links_to_http_only():
    assert safe_link("https://example.com/") == "https://example.com/"
    assert safe_link("HTTP://example.com/") == "HTTP://example.com/"
    for uri in ("javascript:alert(1)", "urn:uuid:1", "data:text/html,x", "/a", "//example.com"):
        assert safe_link(uri) is None
