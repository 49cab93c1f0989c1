"""What scripts and style sheets lose. That they stay the same is shown by `tests/web/`."""

from livefeed.server.lean import lean_script, lean_style


def test_a_script_loses_its_comments_and_the_space_around_them():
    script = "/** A sum. */\nexport function sum(a, b) {\n  // Just so.\n  return a + b;\n}\n"
    assert lean_script(script) == "export function sum(a,b){return a+b;}"


def test_a_script_keeps_what_only_looks_like_a_comment():
    script = "const url = 'http://a/';\nconst not = /\\/\\*x/;\nconst both = `// ${url} /* */`;\n"
    lean = lean_script(script)
    assert all(kept in lean for kept in ("'http://a/'", "/\\/\\*x/", "`// ${url} /* */`"))


def test_a_style_sheet_loses_its_comments_and_the_space_around_them():
    style = (
        '/* The bar. */\n.bar::before {\n  content: "/* x */" / "";\n  top: calc(1px + 2rem);\n}'
    )
    assert lean_style(style) == '.bar::before{content:"/* x */" / "";top:calc(1px + 2rem)}'
