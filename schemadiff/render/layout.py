"""Trees of expressions and lines as text, laid out as a formatter would leave them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from .call import Call, Comment, Expression, Items, Line, Literal, Pairs, Statement, Verbatim, With
from .literal import resolved, string
from .width import columns

WIDTH = 100
_STEP = 4


@dataclass(frozen=True, slots=True)
class _Group:
    """Brackets around items, each with what stands before it: ``name=`` or ``key: ``."""

    opening: str
    items: tuple[tuple[str, _Piece], ...]
    closing: str
    tall: bool = False
    comma: bool = False
    """A comma stands behind the only item of a tuple, even on one line."""


_Piece: TypeAlias = tuple[str | _Group, ...]
"""Texts and groups one after the other, without anything in between."""


def source(lines: Sequence[Line], width: int = WIDTH, indent: int = 0) -> str:
    """The text of ``lines``, no line longer than ``width`` where that can be helped, ending in a newline.

    ``indent`` is the number of blanks before each line. No lines are no text.
    """
    return "".join(f"{line}\n" for line in _lines(lines, width, indent))


def expression(value: Expression, width: int = WIDTH) -> str:
    """The text of one expression, on one line if it fits in ``width``."""
    return _laid(_piece(value), 0, 0, 0, width)


def imports(lines: Iterable[Line]) -> tuple[str, ...]:
    """The import statements that ``lines`` rely on, sorted."""
    return tuple(sorted({one for line in lines for one in _line_imports(line)}))


def expression_imports(value: Expression) -> tuple[str, ...]:
    """The import statements that one expression relies on, sorted."""
    return tuple(sorted(set(_imports(value))))


def all_typed(lines: Iterable[Line]) -> bool:
    """Whether every function that ``lines`` call has annotations."""
    calls = (one for line in lines for one in _line_parts(line))
    return all(one.typed for one in calls if isinstance(one, Call))


# ---- lines -----------------------------------------------------------------------------------


def _lines(lines: Sequence[Line], width: int, indent: int) -> Iterator[str]:
    pad = " " * indent
    for position, line in enumerate(lines):
        match line:
            case Comment(text):
                yield from (f"{pad}# {part}".rstrip() for part in text.splitlines() or [""])
            case Statement(value, target):
                before = f"{pad}{target} = " if target else pad
                yield before + _laid(_piece(value), indent, len(before), 0, width)
            case With(value, name, body):
                yield from _with(value, name, body, width, indent)
                if position + 1 < len(lines):
                    yield ""
            case _:
                assert_never(line)


def _with(
    value: Expression, name: str, body: Sequence[Line], width: int, indent: int
) -> Iterator[str]:
    opening = " " * indent + "with "
    closing = f" as {name}:"
    yield opening + _laid(_piece(value), indent, len(opening), len(closing), width) + closing
    if all(isinstance(line, Comment) for line in body):
        body = (*body, Statement(Verbatim("pass")))
    yield from _lines(body, width, indent + _STEP)


# ---- expressions -----------------------------------------------------------------------------


def _piece(value: Expression) -> _Piece:
    match value:
        case Literal():
            return _piece(resolved(value))
        case Verbatim(text):
            return (text,)
        case Items(items, brackets):
            group = tuple(("", _piece(item)) for item in items)
            lone = brackets == "()" and len(items) == 1
            return (_Group(brackets[0], group, brackets[1], comma=lone),)
        case Pairs(items):
            entries = tuple((f"{_flat(_piece(k))}: ", _piece(v)) for k, v in items)
            return (_Group("{", entries, "}"),)
        case Call():
            return _call(value)
        case _:
            assert_never(value)


def _call(value: Call) -> _Piece:
    before: _Piece = ()
    if value.of is not None:
        before = (*_piece(value.of), ".")
    named = ((f"{name}=", _piece(argument)) for name, argument in value.kwargs)
    items = (*(("", _piece(argument)) for argument in value.args), *named)
    return (*before, value.function, _Group("(", items, ")", tall=value.tall))


def _flat(piece: _Piece) -> str:
    return "".join(part if isinstance(part, str) else _flat_group(part) for part in piece)


def _flat_group(group: _Group) -> str:
    items = ", ".join(prefix + _flat(item) for prefix, item in group.items)
    return f"{group.opening}{items}{',' if group.comma else ''}{group.closing}"


def _laid(
    piece: _Piece, indent: int, before: int, after: int, width: int, bracketed: bool = False
) -> str:
    """``piece`` as text, with ``before`` columns used on its first line and ``after`` on its last.

    Where it is ``bracketed``, a line may also break before the dots of a chain of calls.
    """
    flat = _flat(piece)
    groups = [at for at, part in enumerate(piece) if isinstance(part, _Group) and part.items]
    fits = before + columns(flat) + after <= width
    if not groups or (fits and not _is_tall(piece)):
        return flat
    links = _links(piece)
    if bracketed and len(links) > 2:
        chain = (_laid(link, indent, indent, after, width) for link in links[1:])
        return f"\n{' ' * indent}".join((_laid(links[0], indent, before, 0, width), *chain))
    kept = piece[: groups[-1]]
    head_fits = before + columns(_flat(kept)) + 1 <= width and not _is_tall(kept)
    broken = {groups[-1]} if head_fits else set(groups)
    return "".join(
        (
            _exploded(part, indent, width)
            if at in broken and isinstance(part, _Group)
            else _flat((part,))
        )
        for at, part in enumerate(piece)
    )


def _links(piece: _Piece) -> list[_Piece]:
    """The calls of a chain, each but the first with its dot."""
    dots = [at for at, part in enumerate(piece) if part == "."]
    starts, ends = [0, *dots], [*dots, len(piece)]
    return [piece[start:end] for start, end in zip(starts, ends)]


def _exploded(group: _Group, indent: int, width: int) -> str:
    inner = indent + _STEP
    lines = (
        f"{' ' * inner}{prefix}{_laid(item, inner, inner + columns(prefix), 1, width, True)},\n"
        for prefix, item in group.items
    )
    return f"{group.opening}\n{''.join(lines)}{' ' * indent}{group.closing}"


def _is_tall(piece: _Piece) -> bool:
    groups = (part for part in piece if isinstance(part, _Group) and part.items)
    return any(group.tall or any(_is_tall(item) for _, item in group.items) for group in groups)


# ---- parts -----------------------------------------------------------------------------------


def _line_imports(line: Line) -> Iterator[str]:
    return (one for part in _line_parts(line) for one in _own_imports(part))


def _imports(value: Expression) -> Iterator[str]:
    return (one for part in _parts(value) for one in _own_imports(part))


def _own_imports(part: Expression) -> tuple[str, ...]:
    return part.imports if isinstance(part, Call | Verbatim) else ()


def _line_parts(line: Line) -> Iterator[Expression]:
    match line:
        case Statement(value):
            yield from _parts(value)
        case With(value, _, body):
            yield from _parts(value)
            for inner in body:
                yield from _line_parts(inner)


def _parts(value: Expression) -> Iterator[Expression]:
    """``value`` and every expression in it, outer ones first; what a literal stands for, in its place."""
    pending = [value]
    while pending:
        part = pending.pop()
        if isinstance(part, Literal):
            if type(part.value) in _PLAIN:
                continue
            part = resolved(part)
        yield part
        pending += _inner(part)


_PLAIN = frozenset({str, int, bool, type(None)})
"""Literals that stand for nothing but themselves."""


def _inner(value: Expression) -> Sequence[Expression]:
    match value:
        case Call(args=args, kwargs=kwargs, of=of):
            named = [argument for _, argument in kwargs]
            return [*args, *named] if of is None else [of, *args, *named]
        case Items(items):
            return items
        case Pairs(items):
            return [part for pair in items for part in pair]
    return ()


__all__ = [
    "WIDTH",
    "all_typed",
    "columns",
    "expression",
    "expression_imports",
    "imports",
    "source",
    "string",
]
