import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.terminal import AnswerLost, Stream, json_text
from publisher_desk import err, terminal


def test_styles_are_for_those_who_see_them():
    assert Stream(io.StringIO(), styled=True).style("x", "red", "bold") == "\x1b[31;1mx\x1b[0m"
    assert Stream(io.StringIO(), styled=False).style("x", "red") == "x"
    assert Stream(io.StringIO(), styled=True).style("", "red") == ""


def test_an_answer_is_what_was_typed():
    asked = terminal("  yes \n")
    assert asked.ask("Sure? ") == "yes"
    assert err(asked) == "Sure? "


def test_the_end_of_input_is_no_answer():
    asked = terminal("")
    assert asked.ask("Sure? ") == ""
    assert err(asked) == "Sure? \n"


class Output(io.StringIO):
    def __init__(self, encoding=None, error=None):
        super().__init__()
        self.named = encoding
        self.error = error

    @property
    def encoding(self):
        return self.named

    def flush(self):
        if self.error:
            raise self.error


@pytest.mark.parametrize(("encoding", "written"), [("UTF-8", '"ö"\n'), ("ascii", '"\\u00f6"\n')])
def test_json_is_written_in_letters_that_the_output_has(encoding, written):
    file = Output(encoding)
    Stream(file, styled=False).object("ö")
    assert file.getvalue() == written


@pytest.mark.parametrize(
    ("error", "reader_gone"),
    [(BrokenPipeError(32, "Broken pipe"), True), (OSError(28, "x"), False)],
)
def test_an_answer_that_cannot_be_written_is_an_error_of_its_own(error, reader_gone):
    with pytest.raises(AnswerLost) as caught:
        Stream(Output(error=error), styled=False).line("x")
    assert caught.value.reader_gone is reader_gone


DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(DOCUMENTS, st.booleans())
def test_json_is_on_one_line(document, any_letter):
    text = json_text(document, any_letter=any_letter)
    assert json.loads(text) == document
    assert len(text.splitlines()) == 1


def test_letters_of_every_script_stay_readable_in_json():
    assert json_text({"a": "Köln 서울"}) == '{"a": "Köln 서울"}'
    assert json_text("ö", any_letter=False) == '"\\u00f6"'


def test_nothing_in_json_can_move_a_terminal():
    text = json_text("\x1b[31m \x9b1m \x7f \u202e \u2066 \ud800")
    assert text == '"\\u001b[31m \\u009b1m \\u007f \\u202e \\u2066 \\ud800"'
