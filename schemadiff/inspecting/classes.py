"""A schema as declarative classes with typed attributes, and relationships where foreign keys lead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import sqlalchemy as sa
from sqlalchemy.sql.type_api import TypeEngine

from schemadiff.dialects.base import AnyColumn, Database
from schemadiff.model import Column, ForeignKey, Key, PrimaryKey, Snapshot, column_key
from schemadiff.render import layout
from schemadiff.render.call import Call, Expression, Items, Literal, Pairs, Statement
from schemadiff.render.imports import block

from .names import Names, attribute_name, class_name, identifier
from .parts import Parts, comment_of
from .relations import ORM, Attribute, Class, Relations, links
from .tables import table_call
from .usual import goes_without_saying

RESERVED = frozenset({"metadata", "registry", "type_annotation_map", "sa", "Any"}) | {
    *("Base", "Mapped", "mapped_column", "relationship"),
    *("postgresql", "mysql", "sqlite", "mssql", "oracle"),
    *("str", "int", "float", "bool", "bytes", "list", "dict", "set", "datetime", "decimal", "uuid"),
}
"""Names that a declarative class has for itself, or that its annotations need."""


def classes_source(snapshot: Snapshot, database: Database) -> str:
    """A module whose ``Base`` has the tables of ``snapshot``; a table without a key stays a table."""
    return _Module(Parts(snapshot, database)).source(comment_of(snapshot))


class _Module:
    """The classes of one schema."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        linking = links(parts.snapshot)
        keyed = [k for k in parts.tables() if parts.snapshot.of(k, PrimaryKey) and k not in linking]
        taken = Names({"Base", "DeclarativeBase", "Mapped", "Any"})
        names = {key: taken.given(class_name(_flat(key))) for key in keyed}
        self.links = {key: taken.given(_variable(key)) for key in parts.tables() if key in linking}
        bare = [key for key in parts.tables() if key not in names and key not in linking]
        self.bare = {key: taken.given(_variable(key)) for key in bare}
        reserved = RESERVED.union(names.values(), self.links.values())
        self.classes = {key: self._class(key, name, reserved) for key, name in names.items()}
        relations = Relations(parts.snapshot, self.classes)
        relations.along_keys()
        for key, variable in self.links.items():
            relations.through(*linking[key], variable)
        self.relations = relations.found

    def _class(self, key: Key, name: str, reserved: frozenset[str]) -> Class:
        names = Names(reserved)
        columns = {}
        for column in self.parts.snapshot.columns(key):
            made = attribute_name(column.name)
            columns[column.name] = names.given(f"{made}_" if made in reserved else made)
        return Class(key, name, columns, names)

    # ---- the text ----------------------------------------------------------------------------

    def source(self, missing: str) -> str:
        bodies = [self._body(each) for each in self.classes.values()]
        base = "class Base(DeclarativeBase):\n    pass\n"
        sequences = list(self.parts.sequences("Base.metadata"))
        links, bare = self._tables(self.links), self._tables(self.bare)
        needed = {
            "import sqlalchemy as sa",
            f"{ORM}DeclarativeBase, Mapped, mapped_column" if bodies else f"{ORM}DeclarativeBase",
            *(one for _, imports in bodies for one in imports),
            *(one for call in sequences for one in layout.expression_imports(call)),
            *layout.imports([*links, *bare]),
        }
        note = "".join(f"# not in here: {line}\n" for line in missing.splitlines())
        texts = [block(sorted(needed)) + "\n", note, base]
        texts += [layout.source([link]) for link in links]
        texts += [text for text, _ in bodies]
        texts += [layout.expression(sequence) + "\n" for sequence in sequences]
        texts += [layout.source([table]) for table in bare]
        return "\n\n".join(filter(None, texts))

    def _tables(self, names: Mapping[Key, str]) -> list[Statement]:
        """The tables that are no classes, each in its variable."""
        return [
            Statement(table_call(self.parts, key, "Base.metadata"), name)
            for key, name in names.items()
        ]

    def _body(self, own: Class) -> tuple[str, set[str]]:
        attributes = [*self._columns(own), *self.relations.get(own.key, ())]
        arguments = self._table_arguments(own.key)
        lines = [
            f"class {own.name}(Base):",
            f"    __tablename__ = {layout.expression(Literal(own.key.table))}",
        ]
        imports = {
            one for a in attributes for one in (*a.imports, *layout.expression_imports(a.call))
        }
        if arguments is not None:
            lines.append(_indented(f"__table_args__ = {layout.expression(arguments, 90)}"))
            imports |= set(layout.expression_imports(arguments))
        lines.append("")
        lines += [_indented(_line(attribute)) for attribute in attributes]
        return "\n".join(lines) + "\n", imports

    def _table_arguments(self, key: Key) -> Expression | None:
        keywords = self.parts.keywords(key)
        found: list[Expression] = [*self.parts.constraints(key), *self.parts.indexes(key)]
        if keywords:
            found.append(Pairs(tuple((Literal(name), value) for name, value in keywords)))
        if len(found) == 1 and keywords:
            return found[0]
        return Items(tuple(found), "()") if found else None

    # ---- columns -----------------------------------------------------------------------------

    def _columns(self, own: Class) -> Iterator[Attribute]:
        for column, call in self.parts.columns(own.key):
            name = own.columns[column.name]
            annotation, imports = _python_type(column.type)
            said, type_, *more = call.args
            args: list[Expression] = [said] if name != column.name else []
            if not self._type_follows(column, annotation, own.key):
                args.append(type_)
            args += more
            if column.nullable:
                annotation += " | None"
            made = Call("mapped_column", tuple(args), tuple(_explicit(call, column)), call.imports)
            yield Attribute(name, annotation, made, imports)

    def _type_follows(self, column: AnyColumn, annotation: str, table: Key) -> bool:
        """Whether the type of a column is what its annotation says, or the column that it refers to."""
        if not column.foreign_keys:
            return goes_without_saying(column.type, annotation, self.parts.database)
        keys = [k for k in self.parts.snapshot.of(table, ForeignKey) if column.name in k.columns]
        if any(len(key.columns) != 1 for key in keys):
            return False
        here = self.parts.snapshot[column_key(table.schema, table.table, column.name)]
        targets = (
            self.parts.snapshot.get(
                column_key(k.target.schema, k.target.table, k.target_columns[0])
            )
            for k in keys
        )
        types = [there.type if isinstance(there, Column) else None for there in targets]
        return isinstance(here, Column) and all(type_ == here.type for type_ in types)


def _flat(key: Key) -> str:
    return str(key).replace(".", "_")


def _variable(key: Key) -> str:
    """What the module calls a table that is no class."""
    return f"{identifier(_flat(key))}_table"


def _explicit(call: Call, column: AnyColumn) -> Iterator[tuple[str, Expression]]:
    """The keywords of a column less what its annotation says."""
    for name, value in call.kwargs:
        if name != "nullable" or column.identity is not None:
            yield name, value


def _python_type(type_: TypeEngine[object]) -> tuple[str, tuple[str, ...]]:
    try:
        found = type_.python_type
    except NotImplementedError:
        return "Any", ("from typing import Any",)
    if isinstance(type_, sa.ARRAY) and type_.dimensions in (None, 1):
        item, imports = _python_type(type_.item_type)
        return f"list[{item}]", imports
    if found.__module__ == "builtins":
        known = {"list": "list[Any]", "dict": "Any", "object": "Any"}.get(found.__name__)
        return known or found.__name__, ("from typing import Any",) if known else ()
    return f"{found.__module__}.{found.__qualname__}", (f"import {found.__module__}",)


def _line(attribute: Attribute) -> str:
    call = layout.expression(
        attribute.call, max(60, 90 - len(attribute.name) - len(attribute.annotation))
    )
    return f"{attribute.name}: Mapped[{attribute.annotation}] = {call}"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else line for line in text.split("\n"))
