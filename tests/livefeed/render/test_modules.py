"""The modules of a script."""

import pytest

from livefeed.render.modules import modules


@pytest.fixture
def write(tmp_path):
    def write(name, text):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    return write


def test_all_that_a_script_imports_is_found_whatever_imports_it(tmp_path, write):
    write("main.js", "import { a } from './page/a.js';\nimport './b.js';\n")
    write("b.js", "export { c } from './page/c.js';\n")
    write(
        "page/a.js", "import {\n  d,\n  e,\n} from '../feed/d.js';\nimport { c } from './c.js';\n"
    )
    write("page/c.js", "import * as main from '../main.js';\n")
    write("feed/d.js", "export const d = 1;\n")
    found = modules(tmp_path, "main.js")
    assert found == ["b.js", "feed/d.js", "page/a.js", "page/c.js"]


def test_types_and_what_is_imported_later_are_no_part_of_it(tmp_path, write):
    write(
        "main.js", "/** @import { X } from './x.js' */\nexport const y = () => import('./y.js');\n"
    )
    assert modules(tmp_path, "main.js") == []
