"""JSON as it is printed: one line, readable in any script, harmless on any terminal."""

import json
import re

# What JSON may hold unescaped, but a terminal may obey: C1 controls, overrides and isolates of
# direction. Lone surrogates have no UTF-8.
_OBEYED = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def json_text(document: object, *, any_letter: bool = True, indent: int | None = None) -> str:
    """The document as JSON; on one line unless `indent` says otherwise.

    Without `any_letter` only ASCII is used, for outputs that have no more.
    """
    text = json.dumps(document, ensure_ascii=not any_letter, indent=indent)
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
