"""Brackets that change nothing, by SQLite's precedence of operators.

SQLite keeps a text as it was written, so nobody else can tell that ``(a > 0) AND b`` and ``a > 0 AND b`` are the
same. What is not known for sure keeps its brackets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .facts import OPERATORS, PREFIX_NOT, RESERVED, SIGN, TIME_WORDS
from .tokens import Token

_OPERANDS = frozenset({"NULL", "TRUE", "FALSE"}) | TIME_WORDS
_DELIMITERS = frozenset({"(", ")", ",", "WHEN", "THEN", "ELSE", "CASE", "END", "AS"})
_SINGLE = 99
"""How tightly something holds together that is no more than one operand."""


def needed(found: Sequence[Token]) -> Sequence[Token]:
    """``found`` less the brackets within it without which SQLite would read the same."""
    if not any(token.text == "(" for token in found):
        return found
    dropped = set(_Pass(found).dropped())
    return [token for place, token in enumerate(found) if place not in dropped]


@dataclass(slots=True)
class _Level:
    """What stands between two brackets, or between CASE and END, as far as it has been read.

    ``left`` says how tightly the operator before it binds, 0 for none, None for one that is not known;
    ``loosest`` is the operator within it that binds least, ``pending`` counts the BETWEEN that miss their AND.
    """

    opening: int
    groups: bool = False
    left: int | None = 0
    loosest: int = _SINGLE
    sure: bool = True
    pending: int = 0


class _Pass:
    """One reading of an expression, from left to right."""

    def __init__(self, found: Sequence[Token]) -> None:
        self.found = found
        self.levels = [_Level(-1)]
        self.left: int | None = 0
        self.after_operand = False

    def dropped(self) -> Iterator[int]:
        """The places of the brackets that change nothing; none from where the text is not understood."""
        for place, token in enumerate(self.found):
            if token.text == "(" or token.word == "CASE":
                self._open(place, token)
            elif token.text == ")" or token.word == "END":
                if len(self.levels) == 1:
                    return
                yield from self._close(place)
            else:
                self._within(place, token)

    def _open(self, place: int, token: Token) -> None:
        groups = token.text == "(" and not self._is_called(place)
        self.levels.append(_Level(place, groups, self.left))
        self.left, self.after_operand = 0, False

    def _is_called(self, place: int) -> bool:
        """Whether the bracket at ``place`` belongs to what stands before it, a function or IN."""
        if self.after_operand or place == 0:
            return self.after_operand
        before = self.found[place - 1]
        return before.kind == "word" and (
            before.word == "IN" or before.word not in OPERATORS.keys() | _DELIMITERS
        )

    def _close(self, place: int) -> Iterator[int]:
        inner = self.levels.pop()
        outer = self.levels[-1]
        if self._is_redundant(inner, outer, place):
            outer.loosest = min(outer.loosest, inner.loosest)
            outer.sure = outer.sure and inner.sure
            yield from (inner.opening, place)
        self.after_operand = True

    def _is_redundant(self, inner: _Level, outer: _Level, place: int) -> bool:
        if not inner.groups or self.found[place].text != ")" or place == inner.opening + 1:
            return False
        if inner.left == SIGN:  # - (9223372036854775808) is no integer, - 9223372036854775808 is
            return False
        right = self._right(outer, place + 1)
        if inner.left is None or right is None or not inner.sure:
            return False
        return inner.loosest > inner.left and inner.loosest >= right

    def _right(self, outer: _Level, place: int) -> int | None:
        """How tightly the operator at ``place`` binds what stands before it."""
        word = self._word(place)
        if not word or word in _DELIMITERS:
            return 0
        if word == "NOT" or (word == "AND" and outer.pending):
            return OPERATORS["IS"]
        return OPERATORS.get(word)

    def _word(self, place: int) -> str:
        return self.found[place].word if place < len(self.found) else ""

    def _within(self, place: int, token: Token) -> None:
        level, word = self.levels[-1], token.word
        if token.kind not in ("word", "operator") or (
            token.kind == "word" and self._is_name(place)
        ):
            self.after_operand = True
        elif word in _DELIMITERS:
            level.sure = level.sure and word != ","
            self.left, self.after_operand = 0, False
        elif word in ("ISNULL", "NOTNULL"):
            level.loosest = min(level.loosest, OPERATORS[word])
        elif word in OPERATORS:
            self._operator(level, place, word)
        elif word != ".":
            level.sure, self.left, self.after_operand = False, None, False

    def _is_name(self, place: int) -> bool:
        word = self._word(place)
        if word in OPERATORS or word in _DELIMITERS:
            return False
        return word in _OPERANDS or word not in RESERVED or self._word(place + 1) == "("

    def _operator(self, level: _Level, place: int, word: str) -> None:
        binds = OPERATORS[word]
        if word == "BETWEEN":
            level.pending += 1
        elif word == "AND" and level.pending:
            level.pending -= 1
            binds = OPERATORS["BETWEEN"]
        elif word == "NOT" and not self.after_operand and self._word(place - 1) != "IS":
            binds = PREFIX_NOT
        elif word in ("+", "-", "~") and not self.after_operand:
            binds = SIGN
        level.loosest = min(level.loosest, binds)
        self.left, self.after_operand = binds, False
