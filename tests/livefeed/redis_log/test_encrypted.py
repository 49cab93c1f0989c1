"""`rediss://`: the same log behind TLS, with the server's certificate checked."""

import asyncio
from contextlib import aclosing
from pathlib import Path

import pytest
import trustme

from builders import make_story
from livefeed.entry import Entry
from livefeed.errors import Unreachable
from livefeed.redis_log.connect import connect, our_errors
from livefeed.redis_log.follow import Reset, follow
from news_desk import NewsDesk
from servers import REDIS_7, Server, free_port


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    """The certificate of the authority that signed the server's."""
    ca = trustme.CA()
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    certificate = ca.issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path(tmp_path / "key.pem")
    certificate.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    return tmp_path / "ca.pem"


@pytest.fixture
def address(authority: Path):
    """The address of a server that speaks TLS."""
    port = free_port()
    folder = authority.parent
    files = {"tls_cert_file": folder / "cert.pem", "tls_key_file": folder / "key.pem"}
    options = {name: str(file) for name, file in files.items()}
    options |= {"tls_ca_cert_file": str(authority), "tls_auth_clients": "no"}
    with Server(REDIS_7, tls_port=str(port), **options):
        yield f"rediss://127.0.0.1:{port}/0"


async def test_a_story_is_appended_and_followed_over_tls(address, authority):
    url = f"{address}?ssl_ca_certs={authority}"
    with NewsDesk(url) as news:
        async with asyncio.timeout(20), aclosing(follow(url, "news")) as events:
            assert isinstance(await anext(events), Reset)
            pushed = news.append("publish", story=make_story("Over TLS"))
            event = await anext(events)
    assert isinstance(event, Entry)
    assert event.position == pushed.position


def test_a_certificate_of_an_unknown_authority_is_refused(address):
    with (
        connect(address) as client,
        pytest.raises(Unreachable, match=r"rediss://127\.0\.0\.1"),
        our_errors(address),
    ):
        client.ping()
