from builders import make_story
from livefeed.render.pictures import Picture, pictures


def rendition(width=None, href="https://example.org/p.jpg", **more):
    return {"name": f"w{width}", "href": href, **({"width": width} if width else {}), **more}


def story(*renditions, **more):
    picture = {"name": "main", "uri": "urn:example:p", "type": "picture", "renditions": renditions}
    return make_story(associations=[{**picture, **more}])


def test_a_picture_has_its_text_its_caption_its_credit_and_its_size():
    told = story(
        rendition(800, height=600),
        headlines=[{"value": "The hall"}],
        descriptions=[
            {"contentType": "application/xhtml+xml", "value": "<p>Hall</p>"},
            {"contentType": "text/plain", "value": "The hall in Annapolis"},
        ],
        by="Kim Min-ji",
    )
    assert pictures(told) == [
        Picture(
            href="https://example.org/p.jpg",
            alt="The hall",
            caption="The hall in Annapolis",
            credit="Kim Min-ji",
            width=800,
            height=600,
        )
    ]


def test_the_widest_rendition_that_is_not_needlessly_wide_is_shown():
    (picture,) = pictures(story(rendition(4000), rendition(300), rendition(1200)))
    assert picture.width == 1200


def test_of_needlessly_wide_ones_the_narrowest_is_shown():
    (picture,) = pictures(story(rendition(4000), rendition(3000)))
    assert picture.width == 3000


def test_a_rendition_that_a_browser_may_not_open_is_not_shown():
    assert pictures(story(rendition(300, href="javascript:alert(1)"), {"name": "none"})) == []


def test_a_picture_without_words_has_an_empty_text():
    (picture,) = pictures(story(rendition(300)))
    assert (picture.alt, picture.caption, picture.credit) == ("", "", "")


def test_what_is_no_picture_is_not_shown():
    assert pictures(story(rendition(300), type="video")) == []
