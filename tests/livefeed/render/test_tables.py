from livefeed.render.sanitise import safe_html
from livefeed.render.tables import boxed

BOX = '<div class="table" role="group" aria-label="Table" tabindex="0">'


def test_each_table_stands_in_a_box_of_its_own():
    table = '<table dir="rtl"><tbody><tr><td>a</td></tr></tbody></table>'
    shown = boxed(f"<p>1</p>{table}<p>2</p>{table}", "Table")
    assert shown == f"<p>1</p>{BOX}{table}</div><p>2</p>{BOX}{table}</div>"


def test_a_table_within_a_table_needs_no_box():
    inner = "<table><tbody><tr><td>a</td></tr></tbody></table>"
    outer = f"<table><tbody><tr><td>{inner}</td><td>{inner}</td></tr></tbody></table>"
    assert boxed(outer, "Table") == f"{BOX}{outer}</div>"


def test_what_only_speaks_of_a_table_stays():
    html = safe_html('<p>&lt;table&gt; <abbr title="</table>">t</abbr></p>')
    assert boxed(html, "Table") == html
