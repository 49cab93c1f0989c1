"""The templates of `web/templates/`, filled in with values and with the page's own words."""

from collections.abc import Callable
from functools import cache, partial

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from livefeed.render import dates
from livefeed.render.language import way
from livefeed.render.modules import modules
from livefeed.render.words import Words
from livefeed.web_folder import web_folder


def rendered(template: str, words: Words, **values: object) -> str:
    """The template with these values; `say` and `words` are there in each."""
    values = {"words": words, "say": _saying(words), **values}
    return _environment().get_template(template).render(values).strip() + "\n"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(web_folder() / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["machine"] = dates.machine
    environment.filters["way"] = way
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    environment.globals["modules"] = cache(partial(modules, web_folder()))
    return environment


def _saying(words: Words) -> Callable[..., Markup]:
    """`say` for templates, which put elements into sentences: all but markup is escaped.

    The catalogue's own texts have nothing to escape.
    """

    def say(key: str, *, count: int = 0, **values: object) -> Markup:
        safe = {name: escape(value) for name, value in values.items()}
        return Markup(words.say(key, count=count, **safe))  # noqa: S704 - all that is in it was escaped

    return say
