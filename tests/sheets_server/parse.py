"""A formula as a tree, by the rules of precedence that Sheets has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from tests.sheets_server.book import SHOWN, Fault, Scalar
from tests.sheets_server.tokens import (
    NotAFormula,
    Reference,
    Token,
    decimal_comma,
    parts,
    reference,
)


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, text, TRUE, FALSE or an error written out; None is an omitted argument."""

    value: Scalar


@dataclass(frozen=True, slots=True)
class Cells:
    """A reference to cells."""

    ref: Reference


@dataclass(frozen=True, slots=True)
class Name:
    """A named range."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function of its arguments."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Sign:
    """An operator between two, or before (`left` None) or after (`right` None) one."""

    sign: str
    left: Node | None
    right: Node | None


@dataclass(frozen=True, slots=True)
class Braces:
    """An array written out, {1,2;3,4}: rows of nodes."""

    rows: tuple[tuple[Node, ...], ...]


Node = Constant | Cells | Name | Call | Sign | Braces
LEVELS = (("=", "<>", "<", ">", "<=", ">="), ("&",), ("+", "-"), ("*", "/"), ("^",))
END = Token("sign", "")


class _Reader:
    def __init__(self, tokens: Iterable[Token], comma: bool) -> None:
        self.tokens = [token for token in tokens if token.kind != "space"]
        self.at = 0
        self.comma = comma
        self.separators = (";",) if comma else (",", ";")

    @property
    def token(self) -> Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else END

    def take(self) -> Token:
        token = self.token
        self.at += 1
        return token

    def need(self, sign: str) -> None:
        if self.take().text != sign:
            raise NotAFormula(f"{sign} expected")

    def level(self, number: int = 0) -> Node:
        if number == len(LEVELS):
            return self.before()
        left = self.level(number + 1)
        while self.token.kind == "sign" and self.token.text in LEVELS[number]:
            sign = self.take().text
            left = Sign(sign, left, self.level(number + 1))
        return left

    def before(self) -> Node:
        if self.token.kind == "sign" and self.token.text in ("-", "+"):
            return Sign(self.take().text, None, self.before())
        node = self.one()
        while self.token == Token("sign", "%"):
            self.take()
            node = Sign("%", node, None)
        return node

    def one(self) -> Node:
        token = self.take()
        match token.kind:
            case "number":
                return Constant(number(token.text.replace(",", ".")))
            case "text":
                return Constant(token.text[1:-1].replace('""', '"'))
            case "ref":
                found = reference(token.text)
                return Cells(found) if found else Name(token.text.rpartition("!")[2])
            case "name":
                return _word(token.text)
        return self.enclosed(token)

    def enclosed(self, token: Token) -> Node:
        if token.kind == "call":
            return self.call(token.text[:-1].strip())
        if token.text == "(":
            node = self.level()
            self.need(")")
            return node
        if token.text == "{":
            return self.braces()
        if token.kind == "fault":
            return Constant(Fault(next(k for k, shown in SHOWN.items() if shown == token.text)))
        raise NotAFormula("Formula parse error.")

    def call(self, name: str) -> Node:
        arguments: list[Node] = []
        if self.token.text == ")":
            self.take()
            return Call(name.upper(), ())
        while True:
            arguments.append(self.argument())
            token = self.take()
            if token.text == ")":
                return Call(name.upper(), tuple(arguments))
            if token.text not in self.separators:
                raise NotAFormula("Formula parse error.")

    def argument(self) -> Node:
        token = self.token
        if token.kind == "sign" and token.text in (*self.separators, ")"):
            return Constant(None)
        return self.level()

    def braces(self) -> Node:
        across = "\\" if self.comma else ","
        rows: list[list[Node]] = [[]]
        while self.token.text != "}":
            rows[-1].append(self.level())
            token = self.take()
            if token.text == "}":
                break
            if token.text == ";":
                rows.append([])
            elif token.text != across:
                raise NotAFormula("Formula parse error.")
        else:
            self.take()
        return Braces(tuple(tuple(row) for row in rows))


def number(text: str) -> float:
    """A number as written, whole ones as int."""
    value = float(text)
    return int(value) if value.is_integer() else value


def _word(text: str) -> Node:
    if text.upper() in ("TRUE", "FALSE"):
        return Constant(text.upper() == "TRUE")
    return Name(text)


@lru_cache(maxsize=4096)
def tree(formula: str, locale: str) -> Node:
    """The tree of a formula, given with its `=`, in a spreadsheet of that locale.

    Kept, as formulas are worked out anew after every change, and are mostly the same.

    Raises:
        NotAFormula: it cannot be read; the cell shows #ERROR!.
    """
    reader = _Reader(parts(formula[1:], locale), decimal_comma(locale))
    node = reader.level()
    if reader.token is not END:
        raise NotAFormula("Formula parse error.")
    return node
