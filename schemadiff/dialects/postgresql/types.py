"""Types as text, in the one spelling that ``format_type`` has, and back to SQLAlchemy types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.engine import Dialect

from schemadiff.dialects.base import AnyType
from schemadiff.dialects.other import OtherType
from schemadiff.model import Domain, Enum, Key, Snapshot

from .facts import FLOAT_REAL_BITS, TYPE_ALIASES
from .tokens import Token, closing, quoted, tokens

TIMED = {
    "timestamp without time zone": "timestamp",
    "timestamp with time zone": "timestamp",
    "time without time zone": "time",
    "time with time zone": "time",
}
"""Types that carry their precision in the middle of their name, and where."""


@dataclass(frozen=True, slots=True)
class TypeName:
    """The parts of a type in SQL: ``numeric (10,2) []``, with the collation last."""

    name: str
    arguments: tuple[str, ...] = ()
    array: bool = False
    collation: str = ""

    def __str__(self) -> str:
        written = f"({','.join(self.arguments)})" if self.arguments else ""
        head = TIMED.get(self.name, "")
        base = f"{head}{written}{self.name.removeprefix(head)}" if head else f"{self.name}{written}"
        collated = f" COLLATE {self.collation}" if self.collation else ""
        return f"{base}{'[]' if self.array else ''}{collated}"


def canonical_type(text: str, default_schema: str = "") -> str:
    """A type as ``format_type`` spells it, as far as the grammar of SQL alone can tell."""
    return str(parse_type(text, default_schema))


def parse_type(text: str, default_schema: str = "") -> TypeName:
    """The parts of a type written in SQL; names of built-in types become the one that is stored."""
    items = tokens(text)
    items, collation = _split_collation(items, default_schema)
    items, array = _split_array(items)
    if any(item.kind == "quoted" or item.text == "." for item in items[:2]):
        return replace(_own_type(items, default_schema), array=array, collation=collation)
    return replace(_built_in(items), array=array, collation=collation)


def _split_collation(
    items: tuple[Token, ...], default_schema: str
) -> tuple[tuple[Token, ...], str]:
    if Token("word", "collate") not in items:
        return items, ""
    place = items.index(Token("word", "collate"))
    names = [item.name for item in items[place + 1 :] if item.name is not None]
    return items[:place], collation_text(names, default_schema)


def collation_text(names: list[str], default_schema: str) -> str:
    """The name of a collation, quoted; without its schema where that is the usual one."""
    if len(names) > 1 and names[0] in ("pg_catalog", default_schema):
        names = names[1:]
    return ".".join(map(quoted, names))


def _split_array(items: tuple[Token, ...]) -> tuple[tuple[Token, ...], bool]:
    for place, item in enumerate(items):
        if place and item in (("symbol", "["), ("word", "array")):
            return items[:place], True
    return items, False


def _split_arguments(items: tuple[Token, ...]) -> tuple[tuple[Token, ...], tuple[str, ...]]:
    """The tokens without a bracketed list, and what is in the list."""
    if ("symbol", "(") not in items:
        return items, ()
    start = items.index(Token("symbol", "("))
    end = closing(items, start)
    listed = "".join(item.text for item in items[start + 1 : end])
    return items[:start] + items[end + 1 :], tuple(listed.split(","))


def _own_type(items: tuple[Token, ...], default_schema: str) -> TypeName:
    """A type by its qualified or quoted name; the default schema is not written."""
    names, arguments = _split_arguments(items)
    if len(names) > 2 and names[1].text == "." and names[0].name == default_schema:
        names = names[2:]
    return TypeName("".join(item.text for item in names), arguments)


def _built_in(items: tuple[Token, ...]) -> TypeName:
    words, arguments = _split_arguments(items)
    written = " ".join(item.text for item in words)
    name = TYPE_ALIASES.get(written, written)
    if name.startswith(("timestamp ", "time ")):
        return TypeName(name, arguments)
    match name, arguments:
        case "float", (bits,):
            short = bits.isdigit() and int(bits) <= FLOAT_REAL_BITS
            return TypeName("real" if short else "double precision")
        case "float", ():
            return TypeName("double precision")
        case ("character" | "bit"), ():
            return TypeName(name, ("1",))
        case "numeric", (precision,):
            return TypeName(name, (precision, "0"))
        case _:
            return TypeName(name, arguments)


# ---- text → SQLAlchemy ---------------------------------------------------------------------------


def sqlalchemy_type(
    text: str, snapshot: Snapshot, dialect: Dialect, default_schema: str
) -> AnyType:
    """The SQLAlchemy type for ``text``: one that compiles to it, or else its bare name in SQL."""
    parts = parse_type(text, default_schema)
    try:
        found = _known(parts, snapshot, dialect, default_schema)
        said = found.compile(dialect=dialect) if found is not None else ""
    except (TypeError, ValueError, sa.exc.SQLAlchemyError):
        # Arguments that the class does not take: its own author knows better what they mean.
        return OtherType(text)
    if found is None or _bare(canonical_type(said, default_schema)) != _bare(str(parts)):
        return OtherType(text)
    return found


def _bare(text: str) -> str:
    """A type without quotes: SQLAlchemy puts words into them (``new``) that the server prints without."""
    return text.replace('"', "")


def _known(
    parts: TypeName, snapshot: Snapshot, dialect: Dialect, default_schema: str
) -> AnyType | None:
    if parts.array:
        item = _known(replace(parts, array=False), snapshot, dialect, default_schema)
        return None if item is None else pg.ARRAY(item)
    own = _named_type(parts, snapshot, dialect, default_schema)
    if own is not None:
        return own
    names = [item.name or "" for item in tokens(parts.name)]
    known: Mapping[str, type[AnyType]] = getattr(dialect, "ischema_names", {})
    found = known.get(parts.name) or known.get(names[-1] if "." in names else "")
    return None if found is None else _constructed(found, parts)


def _constructed(found: type[AnyType], parts: TypeName) -> AnyType | None:
    numbers = [int(a) if a.removeprefix("-").isdigit() else a for a in parts.arguments]
    match parts.name:
        case "timestamp without time zone" | "timestamp with time zone":
            return pg.TIMESTAMP("with time" in parts.name, _number(parts))
        case "time without time zone" | "time with time zone":
            return pg.TIME("with time" in parts.name, _number(parts))
        case "bit" | "bit varying":
            return pg.BIT(_number(parts), varying=parts.name != "bit")
        case "double precision":
            return sa.DOUBLE_PRECISION()
        case name if name == "interval" or name.startswith("interval "):
            fields = name.removeprefix("interval").strip().upper()
            return pg.INTERVAL(fields=fields or None, precision=_number(parts))
        case _:
            collation = _plain_name(parts.collation)
            named = {"collation": collation} if collation else {}
            return found(*numbers, **named)


def _number(parts: TypeName) -> int | None:
    return int(parts.arguments[0]) if parts.arguments else None


def _plain_name(collation: str) -> str:
    names = tokens(collation)
    return (names[-1].name or "") if names else ""


def _named_type(
    parts: TypeName, snapshot: Snapshot, dialect: Dialect, default_schema: str
) -> AnyType | None:
    names = [name for item in tokens(parts.name) if (name := item.name) is not None]
    schema = names[0] if len(names) > 1 else ""
    if not names or parts.arguments:
        return None
    match snapshot.get(Key("enum", schema, "", names[-1])):
        case Enum() as enum:
            return pg.ENUM(
                *enum.labels, name=enum.name, schema=enum.schema or None, create_type=False
            )
    match snapshot.get(Key("domain", schema, "", names[-1])):
        case Domain() as domain:
            return domain_type(domain, snapshot, dialect, default_schema)
    return None


def domain_type(
    domain: Domain, snapshot: Snapshot, dialect: Dialect, default_schema: str
) -> AnyType:
    """The SQLAlchemy type for a domain, with its first check: SQLAlchemy knows no more than one."""
    name, check = domain.checks[0] if domain.checks else (None, None)
    return pg.DOMAIN(
        domain.name,
        sqlalchemy_type(domain.type.text, snapshot, dialect, default_schema),
        schema=domain.schema or None,
        collation=_plain_name(domain.collation) or None,
        default=sa.text(domain.default.text) if domain.default else None,
        constraint_name=name,
        not_null=not domain.nullable,
        check=check.text if check else None,
        create_type=False,
    )
