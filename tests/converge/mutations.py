"""Single changes of a model, each of a kind: what there is to be changed in a table, and how."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from schemadiff.diff.rename import TELLING_LETTERS

from .place import KINDS, Edit, Mutation, Place, changed, kind
from .source import Source, TableText, expression, keyword, say

# ---- columns -------------------------------------------------------------------------------------


@kind
def column_added(place: Place) -> Iterator[Mutation]:
    new = "sa.Column('sd_new', sa.String(30))"
    yield changed("column_added", place, "sd_new", lambda t: t.add(new))


@kind
def column_added_required(place: Place) -> Iterator[Mutation]:
    for type_ in ("sa.String(30)", "sa.Integer", "sa.DateTime", "sa.Boolean", "sa.Date"):
        new = f"sa.Column('sd_new', {type_}, nullable=False)"
        yield changed("column_added_required", place, type_, lambda t, new=new: t.add(new))


@kind
def column_dropped(place: Place) -> Iterator[Mutation]:
    for column in place.columns(free=True):
        name = column.name
        yield changed("column_dropped", place, name, lambda t, name=name: t.remove(t.column(name)))


@kind
def column_renamed(place: Place) -> Iterator[Mutation]:
    for column in place.columns(free=True):
        old, new = column.name, f"{column.name}_sd"
        if len(old) < TELLING_LETTERS:
            continue  # nobody guesses from so little that the one is the other
        yield changed(
            "column_renamed",
            place,
            old,
            lambda t, old=old, new=new: _put(t.column(old), 0, repr(new)),
            renamed=(old, new),
        )


@kind
def nullable(place: Place) -> Iterator[Mutation]:
    for column in place.columns():
        name, said = column.name, str(not column.nullable)
        if column.nullable and any(k.ondelete == "SET NULL" for k in _keys_of(column)):
            continue  # a NOT NULL column that is to be set NULL is refused by MariaDB
        yield changed("nullable", place, name, _saying(name, "nullable", said))


@kind
def type_length(place: Place) -> Iterator[Mutation]:
    for column in place.columns(sa.String, free=True):
        type_ = place.type(column)
        if type(type_) in (sa.String, sa.VARCHAR, sa.Unicode) and (length := type_.length):
            for longer in (length + 7, max(length - 1, 8)):
                yield changed(
                    "type_length", place, column.name, _typed(column.name, f"sa.String({longer})")
                )


@kind
def type_family(place: Place) -> Iterator[Mutation]:
    for column in place.columns(free=True):
        match place.type(column):
            case sa.Enum() | sa.JSON() | sa.LargeBinary() | sa.Uuid():
                continue
            case sa.String():
                to = "sa.Integer()"
            case sa.Integer() | sa.Numeric() | sa.DateTime() | sa.Date():
                to = "sa.String(40)"
            case _:
                continue
        if column.server_default is None:
            name = column.name
            yield changed("type_family", place, name, _typed(name, to))


@kind
def type_wider(place: Place) -> Iterator[Mutation]:
    for column in place.columns(sa.Integer, free=True):
        if type(place.type(column)) in (sa.Integer, sa.INTEGER):
            name = column.name
            yield changed("type_wider", place, name, _typed(name, "sa.BigInteger()"))


@kind
def default_added(place: Place) -> Iterator[Mutation]:
    for column in place.columns():
        text = _default_for(place, column)
        if text and column.server_default is None:
            edit = _saying(column.name, "server_default", text)
            yield changed("default_added", place, column.name, edit)


@kind
def default_changed(place: Place) -> Iterator[Mutation]:
    for column in place.columns():
        text = _default_for(place, column)
        if text and column.server_default is not None:
            edit = _saying(column.name, "server_default", text)
            yield changed("default_changed", place, column.name, edit)


@kind
def default_dropped(place: Place) -> Iterator[Mutation]:
    for column in place.columns():
        if column.server_default is not None:
            edit = _saying(column.name, "server_default", None)
            yield changed("default_dropped", place, column.name, edit)


@kind
def column_comment(place: Place) -> Iterator[Mutation]:
    if place.database != "sqlite":
        for column in place.columns():
            edit = _saying(column.name, "comment", '"what it\'s for"')
            yield changed("column_comment", place, column.name, edit)


def _default_for(place: Place, column: sa.Column[Any]) -> str:
    match place.type(column):
        case sa.Enum() as enum:
            return repr(enum.enums[0])
        case sa.Boolean():
            return "sa.text('true')"
        case sa.Integer() | sa.Numeric():
            return "sa.text('42')"
        case sa.Text():
            return ""
        case sa.String(length=length) if length is None or length > 4:
            return '"it\'s"'
        case sa.DateTime():
            return "sa.func.now()"
    return ""


def _saying(column: str, name: str, text: str | None) -> Edit:
    return lambda table: say(table.column(column), name, text)


def _typed(column: str, text: str) -> Edit:
    def edit(table: TableText) -> None:
        _put(table.column(column), 1, text)
        say(table.column(column), "autoincrement", None)

    return edit


def _put(call: ast.Call, at: int, text: str) -> None:
    call.args[at] = expression(text)


def _keys_of(column: sa.Column[Any]) -> Iterator[sa.ForeignKeyConstraint]:
    return (one.constraint for one in column.foreign_keys if one.constraint is not None)


# ---- indexes and constraints ---------------------------------------------------------------------


def _named(place: Place, prefix: str) -> str:
    return f"sd_{prefix}_{place.table.name[:40]}"


@kind
def index_added(place: Place) -> Iterator[Mutation]:
    for column in place.columns(sa.Integer, sa.DateTime):
        text = f"sa.Index({_named(place, 'ix')!r}, {column.name!r})"
        yield changed("index_added", place, column.name, lambda t, text=text: t.add(text))


@kind
def index_dropped(place: Place) -> Iterator[Mutation]:
    yield from _without(place, "Index", "index_dropped")


@kind
def index_unique(place: Place) -> Iterator[Mutation]:
    for at, index in _each(place, "Index"):
        text = str(not (keyword(index, "unique") is not None))
        yield changed(
            "index_unique",
            place,
            str(at),
            lambda t, at=at, x=text: say(_nth(t, "Index", at), "unique", x),
        )


@kind
def index_partial(place: Place) -> Iterator[Mutation]:
    if place.database not in ("sqlite", "postgresql"):
        return
    name = f"{place.database}_where"
    for at, index in _each(place, "Index"):
        first = index.args[1]
        if isinstance(first, ast.Constant) and keyword(index, name) is None:
            text = f"sa.text({f'{first.value} IS NOT NULL'!r})"
            yield changed(
                "index_partial",
                place,
                str(at),
                lambda t, at=at, x=text: say(_nth(t, "Index", at), name, x),
            )


@kind
def unique_added(place: Place) -> Iterator[Mutation]:
    for column in place.columns(sa.Integer, sa.DateTime):
        text = f"sa.UniqueConstraint({column.name!r}, name={_named(place, 'uq')!r})"
        yield changed("unique_added", place, column.name, lambda t, text=text: t.add(text))


@kind
def unique_dropped(place: Place) -> Iterator[Mutation]:
    if not place.referrers:
        yield from _without(place, "UniqueConstraint", "unique_dropped")


@kind
def unique_columns(place: Place) -> Iterator[Mutation]:
    numbers = [c.name for c in place.columns(sa.Integer, sa.DateTime)]
    for at, unique in _each(place, "UniqueConstraint"):
        there = {ast.literal_eval(one) for one in unique.args}
        more = [name for name in numbers if name not in there]
        if more and not place.referrers:
            yield changed(
                "unique_columns",
                place,
                str(at),
                lambda t, at=at, n=more[0]: _nth(t, "UniqueConstraint", at).args.append(
                    ast.Constant(n)
                ),
            )


@kind
def key_added(place: Place) -> Iterator[Mutation]:
    for column in place.columns():
        for other in place.table.metadata.tables.values():
            if target := _target(place, column, other):
                text = f"sa.ForeignKeyConstraint([{column.name!r}], [{target!r}], name={_named(place, 'fk')!r})"
                yield changed(
                    "key_added",
                    place,
                    f"{column.name} -> {target}",
                    lambda t, text=text: t.add(text),
                    leans_on=(other.key,),
                )
                break


def _target(place: Place, column: sa.Column[Any], other: sa.Table) -> str:
    """A key of another table that a column could refer to; empty if it has none."""
    keys = list(other.primary_key.columns)
    if other is place.table or len(keys) != 1 or column.foreign_keys or keys[0].foreign_keys:
        return ""
    same = repr(place.type(keys[0])) == repr(place.type(column))
    return f"{other.key}.{keys[0].name}" if same else ""


@kind
def key_dropped(place: Place) -> Iterator[Mutation]:
    yield from _without(place, "ForeignKeyConstraint", "key_dropped")


@kind
def key_ondelete(place: Place) -> Iterator[Mutation]:
    for at, key in _each(place, "ForeignKeyConstraint"):
        said = keyword(key, "ondelete")
        text = (
            "'CASCADE'"
            if said is None or ast.literal_eval(said).upper() != "CASCADE"
            else "'RESTRICT'"
        )
        yield changed(
            "key_ondelete",
            place,
            str(at),
            lambda t, at=at, x=text: say(_nth(t, "ForeignKeyConstraint", at), "ondelete", x),
        )


@kind
def check_added(place: Place) -> Iterator[Mutation]:
    for column in place.columns(sa.Integer):
        if column.name.isidentifier() and column.name.islower():
            condition = f"sa.column({column.name!r}) > -12345"
            text = f"sa.CheckConstraint({condition}, name={_named(place, 'ck')!r})"
            yield changed("check_added", place, column.name, lambda t, text=text: t.add(text))


@kind
def check_dropped(place: Place) -> Iterator[Mutation]:
    yield from _without(place, "CheckConstraint", "check_dropped")


@kind
def check_text(place: Place) -> Iterator[Mutation]:
    for at, check in _each(place, "CheckConstraint"):
        said = check.args[0]
        if isinstance(said, ast.Call) and isinstance(said.args[0], ast.Constant):
            text = f"sa.text({f'({said.args[0].value}) OR 1 = 2'!r})"
            yield changed(
                "check_text",
                place,
                str(at),
                lambda t, at=at, x=text: _put(_nth(t, "CheckConstraint", at), 0, x),
            )


@kind
def primary_key(place: Place) -> Iterator[Mutation]:
    """A second column for the key, where nothing refers to it and nothing counts by it."""
    keys = list(place.table.primary_key.columns)
    if place.referrers or len(keys) != 1 or place.text.items("PrimaryKeyConstraint"):
        return
    for column in place.columns(sa.Integer, free=True):
        if not column.nullable:
            yield changed("primary_key", place, column.name, _keyed(keys[0].name, column.name))


def _keyed(first: str, second: str) -> Edit:
    def edit(table: TableText) -> None:
        for name in (first, second):
            say(table.column(name), "primary_key", "True")
            say(table.column(name), "autoincrement", "False")
        say(table.call, "sqlite_autoincrement", None)

    return edit


def _each(place: Place, kind: str) -> Iterator[tuple[int, ast.Call]]:
    """The items that are made on this database."""
    for at, item in enumerate(place.text.items(kind)):
        if not isinstance(item.func, ast.Attribute) or item.func.attr != "ddl_if":
            yield at, item


def _nth(table: TableText, kind: str, at: int) -> ast.Call:
    return table.items(kind)[at]


def _without(place: Place, kind: str, name: str) -> Iterator[Mutation]:
    for at, _ in _each(place, kind):
        yield changed(name, place, str(at), lambda t, at=at: t.remove(_nth(t, kind, at)))


# ---- tables --------------------------------------------------------------------------------------


@kind
def table_added(place: Place) -> Iterator[Mutation]:
    name = f"sd_new_{place.table.name[:40]}"
    text = f"sa.Table({name!r}, metadata, sa.Column('id', sa.Integer, primary_key=True))"
    yield changed("table_added", place, name, lambda t: None, beside=text)


@kind
def table_dropped(place: Place) -> Iterator[Mutation]:
    if not place.referrers:
        yield changed("table_dropped", place, "", lambda t: None, drops=True)


@kind
def table_renamed(place: Place) -> Iterator[Mutation]:
    new = f"{place.table.name}_sd"
    if not place.referrers:
        key = f"{place.table.schema}.{new}" if place.table.schema else new
        yield changed("table_renamed", place, new, lambda t: t.rename(new), moves=key)


@kind
def table_comment(place: Place) -> Iterator[Mutation]:
    if place.database != "sqlite":
        yield changed("table_comment", place, "", lambda t: say(t.call, "comment", '"it\'s one"'))


def candidates(metadata: sa.MetaData, source: Source, database: str) -> dict[str, list[Mutation]]:
    """Every mutation of every table, by kind."""
    places = [Place(metadata.tables[key], text, database) for key, text in source.tables.items()]
    return {
        name: [m for place in places for m in of_kind(place)] for name, of_kind in KINDS.items()
    }


def mutated(source: Source, mutations: list[Mutation]) -> None:
    """Carry the mutations out in ``source``."""
    tables = source.tables
    for mutation in mutations:
        mutation.edit(tables[mutation.table])
        if mutation.beside:
            source.add(mutation.beside)
        if mutation.drops:
            source.keep(key for key in source.tables if key != mutation.table)
