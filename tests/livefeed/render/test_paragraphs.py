from livefeed.render.paragraphs import html_paragraphs


def test_blocks_of_every_kind_are_paragraphs_and_pictures_are_told():
    html = (
        "Loose <b>text</b><h2>Head</h2><ul><li>a</li><li>b</li></ul>"
        "<blockquote><p>Said.</p></blockquote>"
        "<table><tr><td>1</td><td>2</td></tr></table>one<br>two <img alt='A hall'> three"
    )
    assert html_paragraphs(html) == [
        *("Loose text", "Head", "a", "b", "Said.", "1 2", "one two", "[A hall]", "three")
    ]
