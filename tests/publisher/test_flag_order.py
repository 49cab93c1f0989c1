import click
import pytest

from publisher.cli import publisher
from publisher.flag_order import FlagsAnywhere


@click.group(cls=FlagsAnywhere)
@click.option("--loud", is_flag=True)
def shop(loud):
    del loud


@shop.command()
@click.argument("what", nargs=-1)
@click.option("--price", type=int)
@click.option("--gift/--no-gift", default=None)
@click.option("-y", "--yes", is_flag=True)
def buy(what, price, gift, yes):
    click.echo(f"{what} {price} {gift} {yes}")


@shop.group(cls=FlagsAnywhere)
def till():
    pass


@till.command("open")
@click.option("--code")
def open_till(code):
    click.echo(f"opened with {code}")


def run(group, *args):
    return group.main(list(args), standalone_mode=False)


@pytest.mark.parametrize(
    "line",
    [
        "buy a --price 3 --gift",
        "--price 3 buy a --gift",
        "--price=3 --gift buy a",
        "--gift buy --price=3 a",
        "--price 4 --gift buy a --price 3",
        "--price 3 --no-gift buy --gift a",
        "--loud --price 3 buy a --gift",
    ],
)
def test_a_flag_before_the_verb_is_a_flag_of_the_verb_and_the_later_counts(line, capsys):
    run(shop, *line.split())
    assert capsys.readouterr().out == "('a',) 3 True False\n"


def test_short_flags_move_too(capsys):
    run(shop, "-y", "buy")
    assert capsys.readouterr().out == "() None None True\n"


def test_a_value_that_looks_like_a_verb_stays_a_value(capsys):
    run(shop, "--code", "buy", "till", "open")
    assert capsys.readouterr().out == "opened with buy\n"


def test_flags_pass_through_groups_within_groups(capsys):
    run(shop, "--code", "12", "till", "open")
    run(shop, "till", "--code", "13", "open")
    assert capsys.readouterr().out == "opened with 12\nopened with 13\n"


def test_what_follows_two_dashes_is_no_flag(capsys):
    run(shop, "buy", "--", "--price")
    assert capsys.readouterr().out == "('--price',) None None False\n"


def test_a_lone_dash_after_the_verb_is_an_argument(capsys):
    run(shop, "--price", "3", "buy", "-")
    assert capsys.readouterr().out == "('-',) 3 None False\n"


def test_a_flag_of_another_verb_is_refused_by_the_verb():
    with pytest.raises(click.NoSuchOption, match="No such option '--code'"):
        run(shop, "--code", "12", "buy")


def test_an_unknown_flag_names_the_nearest_of_all_verbs():
    with pytest.raises(click.NoSuchOption) as caught:
        run(shop, "--prise", "3", "buy")
    assert "'--price'" in caught.value.format_message()


def test_an_unknown_verb_names_the_nearest():
    with pytest.raises(click.UsageError) as caught:
        run(shop, "--price", "3", "buyy")
    assert "Did you mean `buy`?" in caught.value.format_message()


def test_a_value_that_is_missing_is_wrong_usage():
    with pytest.raises(click.UsageError):
        run(shop, "--price")


def test_verbs_are_listed_in_the_order_of_their_use():
    with click.Context(publisher) as context:
        assert publisher.list_commands(context)[:3] == ["push", "update", "correct"]


def test_a_flag_means_the_same_with_every_verb():
    kinds = {}
    for command in commands(publisher):
        for option in command.params:
            if isinstance(option, click.Option):
                for name in (*option.opts, *option.secondary_opts):
                    kinds.setdefault(name, set()).add(option.is_flag)
    assert {name: len(kind) for name, kind in kinds.items() if len(kind) > 1} == {}


def commands(group):
    for command in group.commands.values():
        if isinstance(command, click.Group):
            yield from commands(command)
        else:
            yield command
