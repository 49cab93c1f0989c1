import pytest

from livefeed.entry import Facts, FeedState
from livefeed.errors import StoryInvalid
from publisher.feed_facts import feed_facts

NONE = dict.fromkeys(("title", "section", "description", "language", "zone", "starts"))


def test_only_what_was_given_becomes_a_fact():
    assert feed_facts({**NONE, "title": "Live", "section": ""}) == Facts(title="Live", section="")
    assert feed_facts(NONE, FeedState.ENDED) == Facts(state=FeedState.ENDED)


@pytest.mark.parametrize("zone", ["", "Europe/Paris", "UTC", "America/Argentina/Buenos_Aires"])
@pytest.mark.parametrize("language", ["", "en", "pt-BR", "zh-Hans-CN"])
def test_zones_and_languages_are_accepted_by_their_names(zone, language):
    facts = feed_facts({**NONE, "zone": zone, "language": language})
    assert (facts.zone, facts.language) == (zone, language)


@pytest.mark.parametrize(
    ("zone", "meant"),
    [
        ("Europe/Pari", "Europe/Paris"),
        ("paris", "Europe/Paris"),
        ("buenos aires", "Buenos_Aires"),
        ("europe/istanbul", "Europe/Istanbul"),
        ("%%%%", "one is Europe/Paris"),
    ],
)
def test_a_wrong_zone_names_the_nearest(zone, meant):
    with pytest.raises(StoryInvalid, match=f"zone: .* {meant}|zone: .*/{meant}"):
        feed_facts({**NONE, "zone": zone})


@pytest.mark.parametrize(
    "starts", ["", "2026-11-03T19:00:00-05:00", "2026-11-04t00:00:00.5z", "2028-02-29T00:00:00Z"]
)
def test_the_start_is_a_moment_of_rfc_3339(starts):
    assert feed_facts({**NONE, "starts": starts}).starts == starts


@pytest.mark.parametrize(
    "starts",
    ["tomorrow", "2026-11-03", "2026-11-03T19:00:00", "2026-02-30T19:00:00Z", "20261103T190000Z"],
)
def test_a_start_that_is_no_moment_is_refused_with_an_example(starts):
    with pytest.raises(StoryInvalid, match="such as 2026-11-03T19:00:00-05:00"):
        feed_facts({**NONE, "starts": starts})


def test_every_wrong_fact_is_a_problem():
    given = {"title": "", "section": "a\x1b[1m", "description": "x" * 301, "language": "e n"}
    with pytest.raises(StoryInvalid) as caught:
        feed_facts({**NONE, **given})
    problems = [problem.field for problem in caught.value.problems]
    assert problems == ["title", "section", "description", "language"]
