"""Texts that were written out for a program, read as what they stand for: JSON within JSON, the repr of a Python value.

A backslash is an escape only where its line says so; elsewhere it stands in a path or in a pattern.
"""

import re
from typing import Any

import orjson

_ROUNDS = 3
"""How often a text may have been written out."""

_LITERAL_AT_MOST = 256 * 1024
"""Code points of a Python literal."""

_PAIR = r"u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_ESCAPE = re.compile(
    rf"\\(?:[\"'\\/abfnrtv0]|(?P<pair>{_PAIR})|(?P<bytes>x[0-9a-fA-F]{{2}}(?:\\x[0-9a-fA-F]{{2}})*+)|u[0-9a-fA-F]{{4}})"
)
_BLANKS = {"n": "\n", "r": "\n", "t": "\t", **dict.fromkeys("abfv0", " ")}
# In no path: a quote, the code of a character; the end of a line behind a mark, before a blank, a mark or a path.
_EVIDENCE = re.compile(
    r"\\(?:[\"']|u[0-9a-fA-F]{4}|x[0-9a-f]{2}|(?<=[.:;,!?)\]}。！？]\\)n|n(?=[\s\"'\\#\-*`<({\[/]|[\w.-]{1,40}/|\Z))"
)
# What begins like a path of Windows is one, whatever is in it.
_WINDOWS_PATH = re.compile(r"(?<!\w)(?:[A-Za-z]:|\\)\\[^\s\"'<>|*?]*+")
_LITERAL = re.compile(r"\s*+(?:[bBrRuU]{0,2}'[^\n]*+|[bBrRuU]{0,2}\"[^\n]*+)")
_PYTHON = re.compile(
    r"(?P<text>(?<!\w)[bBrRuU]{0,2}(?:'(?:[^'\\]|\\.)*+'|\"(?:[^\"\\]|\\.)*+\"))|(?P<word>\b(?:True|False|None)\b)"
    r"|(?P<comma>,(?=\s*+[)\]}]))|(?P<bracket>[()])",
    re.DOTALL,
)
_JSON_WORDS = {"True": "true", "False": "false", "None": "null", "(": "[", ")": "]", ",": ""}


def unescaped(text: str, least: int = 1) -> str:
    """The text with the lines read that were written out for a program: those with `least` signs of it.

    The same object where there is none. Linear.
    """
    if "\\" not in text:
        return text
    whole = _LITERAL.fullmatch(text)
    if whole is not None:
        value = python_value(text.strip())
        text = value if isinstance(value, str) else text
    for _ in range(_ROUNDS):
        if not _EVIDENCE.search(text):
            break
        read = "\n".join(_read(line, least) for line in text.split("\n"))
        if read == text:
            break
        text = read
    return text


def python_value(text: str) -> Any:
    """The value whose repr a text is, as JSON has it: of a dict, a list, a tuple, a text or bytes; else None.

    Nothing is run. None for a text of more than 256 Ki code points, too.
    """
    if len(text) > _LITERAL_AT_MOST:
        return None
    try:
        return orjson.loads(_PYTHON.sub(_as_json, text))
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return None


def _as_json(match: re.Match[str]) -> str:
    found = match.group()
    if match.lastgroup != "text":
        return _JSON_WORDS[found]
    inner = found[found.index(found[-1]) + 1 : -1]
    return orjson.dumps(_ESCAPE.sub(_character, inner)).decode()


def _read(line: str, least: int) -> str:
    # Who puts code into backticks is a person, and means the backslashes.
    if "\\" not in line or (least > 1 and "`" in line) or sum(1 for _ in _EVIDENCE.finditer(line)) < least:
        return line
    pieces: list[str] = []
    at = 0
    for path in _WINDOWS_PATH.finditer(line):
        pieces += _ESCAPE.sub(_character, line[at : path.start()]), path.group().replace("\\\\", "\\")
        at = path.end()
    return "".join((*pieces, _ESCAPE.sub(_character, line[at:])))


def _character(match: re.Match[str]) -> str:
    code = match.group()[1:]
    if len(code) == 1:
        return _BLANKS.get(code, code)
    if match["bytes"]:
        read = bytes.fromhex(code.replace("\\", "").replace("x", ""))
        try:
            text = read.decode()
        except UnicodeDecodeError:
            text = read.decode("latin-1")
    elif match["pair"]:
        text = bytes.fromhex(code.replace("\\", "").replace("u", "")).decode("utf-16-be")
    else:
        text = chr(int(code[1:], 16))
    return text if text.isprintable() else " "
