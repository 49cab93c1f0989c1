import json

from hypothesis import given
from hypothesis import strategies as st

from publisher.json_text import json_text

DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(DOCUMENTS, st.booleans())
def test_it_is_json_on_one_line(document, any_letter):
    text = json_text(document, any_letter=any_letter)
    assert json.loads(text) == document
    assert len(text.splitlines()) == 1


def test_letters_of_every_script_stay_readable():
    assert json_text({"a": "Köln 서울"}) == '{"a": "Köln 서울"}'
    assert json_text("ö", any_letter=False) == '"\\u00f6"'


def test_nothing_in_it_can_move_a_terminal():
    text = json_text("\x1b[31m \x9b1m \x7f \u202e \u2066 \ud800")
    assert text == '"\\u001b[31m \\u009b1m \\u007f \\u202e \\u2066 \\ud800"'
