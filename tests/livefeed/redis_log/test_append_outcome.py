"""The truth about an append whose connection, server or time went away in the middle."""

import threading

import pytest

from cut_line import Cut, CutLine
from livefeed.entry import Facts, Op
from livefeed.errors import LivefeedError, OutcomeUnknown, RevisionConflict, Unreachable
from livefeed.redis_log.append import append, create_feed
from livefeed.redis_log.connect import connect
from news_desk import NewsDesk
from servers import Server, free_port


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self):
        self.now = 100.0
        self.pauses = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.pauses.append(seconds)
        self.now += seconds


@pytest.mark.parametrize("cut", [Cut.BEFORE, Cut.WITHIN, Cut.AFTER])
def test_a_connection_lost_in_the_middle_appends_once(news, log_server, cut):
    request = news.request(Op.PUBLISH)
    with CutLine(log_server.socket, cut) as line:
        receipt = append(line.url, request, timeout=10)
        assert line.scripts == 2
    assert receipt.seq == 2
    assert not receipt.repeated  # this call published it, at its first attempt or its second
    assert [entry.id for entry in news.log()] == [news.created.id, request.id]
    assert append(news.client, request).repeated


def test_several_losses_in_a_row_append_once(news, log_server):
    request = news.request(Op.PUBLISH)
    with CutLine(log_server.socket, Cut.WITHIN, Cut.BEFORE, Cut.AFTER, Cut.AFTER) as line:
        assert append(line.url, request, timeout=10).seq == 2
    assert len(news.log()) == 2


@pytest.mark.parametrize("cut", [Cut.BEFORE, Cut.WITHIN, Cut.AFTER])
def test_where_no_answer_ever_comes_the_outcome_is_unknown(news, log_server, cut):
    request = news.request(Op.PUBLISH)
    with CutLine(log_server.socket, *[cut] * 100) as line, pytest.raises(OutcomeUnknown) as unknown:
        append(line.url, request, timeout=0.3)
    assert unknown.value.code == "unknown"
    assert line.url in unknown.value.message
    assert "same --id" in unknown.value.hint
    assert len(news.log()) == (2 if cut is Cut.AFTER else 1)
    again = append(news.client, request)
    assert again.repeated is (cut is Cut.AFTER)
    assert len(news.log()) == 2


def test_an_unanswered_attempt_and_then_no_redis_at_all_is_unknown(news, log_server):
    request = news.request(Op.PUBLISH)
    clock = Clock()
    with CutLine(log_server.socket, Cut.AFTER) as line:

        def away(seconds):
            clock.sleep(seconds)
            line.__exit__()

        with pytest.raises(OutcomeUnknown):
            append(line.url, request, timeout=3, clock=clock, sleep=away)
    assert len(news.log()) == 2


def test_a_conflict_after_a_lost_connection_is_the_truth(news, log_server):
    number = news.publish()
    current = news.current("correct", number)
    news.append("correct", number)
    with CutLine(log_server.socket, Cut.AFTER) as line, pytest.raises(RevisionConflict):
        append(line.url, news.request("correct", number), current)


@pytest.mark.usefixtures("news")
def test_a_feed_is_made_once_over_a_lost_connection(log_server):
    with CutLine(log_server.socket, Cut.AFTER) as line:
        receipt = create_feed(line.url, "sport", Facts(title="Sport"))
    assert (receipt.seq, receipt.repeated) == (1, False)


def test_without_redis_surely_nothing_was_published(news):
    url = f"redis://:hunter2@127.0.0.1:{free_port()}/0"
    clock = Clock()
    with pytest.raises(Unreachable, match="cannot be reached") as unreachable:
        append(url, news.request(Op.PUBLISH), timeout=3, clock=clock, sleep=clock.sleep)
    assert "hunter2" not in unreachable.value.message
    assert unreachable.value.code == "unreachable"
    assert clock.pauses == [0.05, 0.1, 0.2, 0.4, 0.8, 1.0]
    assert sum(clock.pauses) <= 3


def test_no_time_at_all_is_one_attempt(news):
    clock = Clock()
    with pytest.raises(Unreachable):
        append(
            f"redis://127.0.0.1:{free_port()}",
            news.request(Op.PUBLISH),
            timeout=0,
            clock=clock,
            sleep=clock.sleep,
        )
    assert clock.pauses == []
    assert append(news.client, news.request(Op.PUBLISH), timeout=0).seq == 2


class PausedBefore:
    """A client whose server is paused after the first harmless command, before the script."""

    def __init__(self, client, server):
        self._client = client
        self._server = server
        self.connection_pool = client.connection_pool

    def execute_command(self, *words):
        if words[0] == "EVALSHA":
            self._server.pause()
        return self._client.execute_command(*words)


class Counting(PausedBefore):
    """A client that counts its signs of life."""

    def __init__(self, client):
        super().__init__(client, None)
        self.pings = 0

    def execute_command(self, *words):
        self.pings += words[0] == "PING"
        return self._client.execute_command(*words)


def test_a_connection_that_answered_within_a_second_is_not_asked_for_a_sign_of_life(news):
    clock, client = Clock(), Counting(news.client)
    for _ in range(5):
        clock.now += 0.3
        append(client, news.request(Op.PUBLISH), clock=clock)
    assert client.pings == 1
    clock.now += 1.0
    append(client, news.request(Op.PUBLISH), clock=clock)
    assert client.pings == 2


def test_a_connection_that_failed_since_is_asked_again(own_server):
    with NewsDesk(own_server.url) as news, connect(own_server.url, patience=0.3) as client:
        counting = Counting(client)
        first, second = news.request(Op.PUBLISH), news.request(Op.PUBLISH)
        append(counting, first)
        own_server.stop()
        with pytest.raises(LivefeedError):
            append(counting, second, timeout=0)
        own_server.start()
        before = counting.pings
        append(counting, second)
        assert counting.pings > before


def test_a_redis_that_comes_back_in_time_takes_it(own_server):
    with NewsDesk(own_server.url) as news:
        request = news.request(Op.PUBLISH)
        own_server.stop()
        starting = threading.Thread(target=own_server.start)
        starting.start()
        assert append(own_server.url, request, timeout=20).seq == 2
        starting.join()


def test_a_paused_redis_leaves_the_outcome_unknown_and_the_next_run_finds_out(own_server):
    with NewsDesk(own_server.url) as news, connect(own_server.url, patience=0.3) as client:
        request = news.request(Op.PUBLISH)
        pausing = PausedBefore(client, own_server)
        with pytest.raises(OutcomeUnknown, match="does not answer"):
            append(pausing, request, timeout=0.1)
        own_server.resume()
        # The command lay in the paused server's socket all the time.
        receipt = append(news.client, request)
        assert len(news.log()) == 2
        assert receipt.seq == 2


class Interrupted(PausedBefore):
    """A client whose user presses Ctrl-C while the script runs."""

    def execute_command(self, *words):
        answer = self._client.execute_command(*words)
        if words[0] == "EVALSHA":
            raise KeyboardInterrupt
        return answer


def test_ctrl_c_while_redis_is_asked_leaves_the_outcome_unknown(news):
    request = news.request(Op.PUBLISH)
    with pytest.raises(OutcomeUnknown, match="Interrupted"):
        append(Interrupted(news.client, None), request)
    assert append(news.client, request).repeated


def test_ctrl_c_before_anything_was_sent_is_just_that(news):
    def interrupt(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        append(f"redis://127.0.0.1:{free_port()}", news.request(Op.PUBLISH), sleep=interrupt)


def test_no_acknowledged_entry_is_lost_or_doubled_by_sigkill(own_server):
    with NewsDesk(own_server.url) as news:
        pushes = Pushes(own_server, news)
        pushes.start()
        for count in (25, 50, 75, 100):
            pushes.wait_for(count)
            own_server.kill()
            own_server.start()
        pushes.end()
        assert not pushes.errors
        logged = [entry.id for entry in news.log()]
        assert logged[1:] == [receipt.id for receipt in pushes.receipts]
        assert [receipt.seq for receipt in pushes.receipts] == list(range(2, len(logged) + 1))
        news.check_tags()
        assert news.fold() == news.folded_log()


class Pushes(threading.Thread):
    """A stream of pushes that goes on whatever happens to the server."""

    def __init__(self, server: Server, news: NewsDesk) -> None:
        super().__init__()
        self._server = server
        self._requests = [news.request(Op.PUBLISH) for _ in range(400)]
        self._changed = threading.Condition()
        self._ending = False
        self.receipts = []
        self.errors = []

    def run(self) -> None:
        with connect(self._server.url) as client:
            for request in self._requests:
                if self._ending:
                    return
                try:
                    receipt = append(client, request, timeout=30)
                except LivefeedError as error:
                    self.errors.append(error)
                    return
                with self._changed:
                    self.receipts.append(receipt)
                    self._changed.notify_all()

    def wait_for(self, count: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.receipts) >= count, timeout=30)

    def end(self) -> None:
        self._ending = True
        self.join(30)
