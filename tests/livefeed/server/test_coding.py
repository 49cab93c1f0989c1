"""Content codings."""

import gzip

from livefeed.server.coding import Coding, coded


def test_what_is_coded_is_the_same_each_time_and_can_be_read():
    data = b"All quiet. " * 100
    assert coded(data, Coding.PLAIN) is data
    assert coded(data, Coding.GZIP) == coded(data, Coding.GZIP)
    assert gzip.decompress(coded(data, Coding.GZIP)) == data
    assert len(coded(data, Coding.GZIP)) < len(data) / 10
