"""What PyYAML's parser says of a file that is no YAML -> what is wrong with it, and what to do."""

from __future__ import annotations

from soccheck.errors import quoted
from soccheck.phrase import Phrase, phrase

_INDENTED = (
    phrase("the line is not indented as its neighbours are"),
    phrase("write keys that belong together in one column, with spaces"),
)
ADVICE = {
    "mapping values are not allowed in this context": (
        phrase("a second colon on one line, or a line that is indented too far"),
        phrase(
            'quote a text that has ": " in it, or write the key in the column of its neighbours'
        ),
    ),
    "found character that cannot start any token": (
        phrase("a text cannot begin with this character"),
        phrase("quote a text that begins with this character"),
    ),
    "found unknown escape character": (
        phrase("a \\ in double quotes that nothing is known to follow"),
        phrase("write two \\ for one, or use single quotes"),
    ),
    "did not find expected hexdecimal number": (
        phrase("\\x, \\u or \\U is not followed by hex digits"),
        phrase("write two \\ for one, or use single quotes"),
    ),
    "did not find expected ',' or ']'": (
        phrase("the list that [ begins does not end"),
        phrase("close the list with ], or quote a text that has [ in it"),
    ),
    "did not find expected ',' or '}'": (
        phrase("the mapping that {{ begins does not end"),
        phrase("close the mapping with }}, or quote a text that has {{ in it"),
    ),
    "found unexpected end of stream": (
        phrase("a quotation mark is opened and not closed"),
        phrase("close the quotes"),
    ),
    "could not find expected ':'": (
        phrase("a line without the colon and the blank that follow a key"),
        phrase('write "key: value", with a blank after the colon'),
    ),
    "did not find expected key": _INDENTED,
    "did not find expected '-' indicator": _INDENTED,
    "did not find expected alphabetic or numeric character": (
        phrase("* and & name something here, and no name follows"),
        phrase("quote a text that begins with * or &"),
    ),
    "did not find expected whitespace or line break": (
        phrase("! begins a tag, which no file here has"),
        phrase("quote a text that begins with !"),
    ),
    "did not find expected <document start>": (
        phrase("the line belongs to nothing above it"),
        phrase("write every line as key: value, or quote a text that begins with %"),
    ),
}
"""What the parser says -> what is wrong, and what to do."""
_ALSO = {
    "did not find expected node content": phrase("a value is expected here"),
    "block sequence entries are not allowed in this context": phrase(
        "an entry of a list (- …) cannot begin here"
    ),
    "mapping keys are not allowed in this context": phrase("a key cannot begin here"),
    "found unexpected ':'": phrase("a colon that ends no key"),
    "found an indentation indicator equal to 0": phrase("| or > is followed by a 0"),
    "did not find expected comment or line break": phrase(
        "a line must end after | or >, and a blank stand before #"
    ),
    "found unexpected document indicator": phrase("--- or ... stands inside quotes"),
    "found invalid Unicode character escape code": phrase("\\u or \\U names no character"),
    "found incompatible YAML document": phrase(
        "it says of itself that it is another version of YAML"
    ),
    "exceeded maximum nesting depth": phrase("keys or lists are nested too deep"),
    "control characters are not allowed": phrase("a control character"),
    **dict.fromkeys(
        (
            "found a tab character where an indentation space is expected",
            "found a tab character that violates indentation",
        ),
        phrase("a tab indents the line"),
    ),
    **dict.fromkeys(
        (
            "found unexpected non-alphabetical character",
            "could not find expected directive name",
            "found unknown directive name",
            "did not find expected whitespace",
            "found duplicate %YAML directive",
            "found duplicate %TAG directive",
        ),
        phrase("% begins a directive, which is not written"),
    ),
    **dict.fromkeys(
        (
            "found undefined tag handle",
            "did not find expected tag URI",
            "did not find expected '!'",
            "did not find the expected '>'",
            "did not find URI escaped octet",
        ),
        phrase("! begins a tag, which no file here has"),
    ),
}
"""Rarer faults, whose line alone is to be mended."""


def advice_on(told: str) -> tuple[Phrase, Phrase]:
    """Return what is wrong where the parser says `told`, and what to do."""
    unknown = _ALSO.get(told) or quoted(told), phrase("correct the line, or the one before it")
    return ADVICE.get(told, unknown)
