"""Content codings."""

import gzip

import brotli
import pytest

from livefeed.server.coding import Coding, coded
from livefeed.web_folder import web_folder

READ = {
    Coding.PLAIN: lambda data: data,
    Coding.GZIP: gzip.decompress,
    Coding.BROTLI: brotli.decompress,
}
DATA = (web_folder() / "style.css").read_bytes()


@pytest.mark.parametrize("coding", Coding)
@pytest.mark.parametrize("once", [False, True])
def test_what_is_coded_is_the_same_each_time_and_can_be_read(coding, once):
    made = coded(DATA, coding, once=once)
    assert made == coded(DATA, coding, once=once)
    assert READ[coding](made) == DATA


def test_brotli_is_smaller_than_gzip_and_what_is_made_once_is_smallest():
    codings = (Coding.PLAIN, Coding.GZIP, Coding.BROTLI)
    sizes = [len(coded(DATA, coding)) for coding in codings]
    assert sizes == sorted(sizes, reverse=True)
    assert len(coded(DATA, Coding.BROTLI, once=True)) <= sizes[-1]
