"""A schema as declarative classes with typed attributes, and relationships where foreign keys lead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.sql.type_api import TypeEngine

from schemadiff.dialects.base import AnyColumn, Database
from schemadiff.model import Column, ForeignKey, Key, PrimaryKey, Snapshot, Unique, column_key
from schemadiff.render import layout
from schemadiff.render.call import Call, Expression, Items, Literal, Pairs
from schemadiff.render.imports import block

from .names import Names, class_name, identifier
from .parts import Parts, comment_of
from .tables import table_call
from .usual import goes_without_saying

ORM = "from sqlalchemy.orm import "
RESERVED = frozenset({"metadata", "registry", "type_annotation_map", "sa", "Any"}) | {
    *("Base", "Mapped", "mapped_column", "relationship", "postgresql", "mysql", "sqlite"),
    *("str", "int", "float", "bool", "bytes", "list", "dict", "datetime", "decimal", "uuid"),
}
"""Names that a declarative class has for itself, or that its annotations need."""


@dataclass(frozen=True, slots=True)
class _Attribute:
    """One line of a class: ``name: Mapped[annotation] = call``."""

    name: str
    annotation: str
    call: Call
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Class:
    """A class by its table, with the names of its columns' attributes."""

    key: Key
    name: str
    columns: dict[str, str]
    names: Names


def classes_source(snapshot: Snapshot, database: Database) -> str:
    """A module whose ``Base`` has the tables of ``snapshot``; a table without a key stays a table."""
    return _Module(Parts(snapshot, database)).source(comment_of(snapshot))


class _Module:
    """The classes of one schema."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        taken = Names({"Base", "DeclarativeBase", "Mapped", "Any", "sa"})
        keyed = [k for k in parts.tables() if parts.snapshot.of(k, PrimaryKey)]
        self.classes = {key: self._class(key, taken) for key in keyed}
        self.others = [key for key in parts.tables() if key not in self.classes]
        self.relations = self._relations()

    def _class(self, key: Key, taken: Names) -> _Class:
        names = Names(RESERVED)
        columns = {
            c.name: names.given(_attribute_name(c.name)) for c in self.parts.snapshot.columns(key)
        }
        return _Class(key, taken.given(class_name(str(key).replace(".", "_"))), columns, names)

    # ---- the text ----------------------------------------------------------------------------

    def source(self, missing: str) -> str:
        bodies = [self._body(each) for each in self.classes.values()]
        base = "class Base(DeclarativeBase):\n    pass\n"
        sequences = list(self.parts.sequences("Base.metadata"))
        tables = [
            (name, table_call(self.parts, key, "Base.metadata"))
            for key in self.others
            for name in [Names().given(f"{identifier(str(key).replace('.', '_'))}_table")]
        ]
        rest = [*(layout.expression(one) + "\n" for one in sequences)]
        rest += [f"{name} = {layout.expression(call)}\n" for name, call in tables]
        needed = {
            "import sqlalchemy as sa",
            f"{ORM}DeclarativeBase, Mapped, mapped_column" if bodies else f"{ORM}DeclarativeBase",
            *(one for _, imports in bodies for one in imports),
            *(one for call in sequences for one in layout.expression_imports(call)),
            *(one for _, call in tables for one in layout.expression_imports(call)),
        }
        note = "".join(f"# not in here: {line}\n" for line in missing.splitlines())
        texts = [block(sorted(needed)) + "\n", note, base, *(text for text, _ in bodies), *rest]
        return "\n\n".join(filter(None, texts))

    def _body(self, own: _Class) -> tuple[str, set[str]]:
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

    def _columns(self, own: _Class) -> Iterator[_Attribute]:
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
            yield _Attribute(name, annotation, made, imports)

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

    # ---- relationships -----------------------------------------------------------------------

    def _relations(self) -> dict[Key, list[_Attribute]]:
        found: dict[Key, list[_Attribute]] = {}
        keys = sorted(self.parts.snapshot.each(ForeignKey), key=lambda node: node.key)
        for node in keys:
            own, target = self.classes.get(node.key.owner), self.classes.get(node.target)
            if own is None or target is None or len(node.columns) != 1:
                continue
            there, back = self._both_ways(node, own, target)
            found.setdefault(own.key, []).append(there)
            found.setdefault(target.key, []).append(back)
        return found

    def _both_ways(
        self, node: ForeignKey, own: _Class, target: _Class
    ) -> tuple[_Attribute, _Attribute]:
        """The attribute that leads along a foreign key, and the one that leads back."""
        attribute = own.columns[node.columns[0]]
        stem = _stem(attribute)
        longer = identifier(f"{stem}_{node.target_table}")
        there = own.names.given(*([stem, longer] if stem != attribute else [longer]))
        one = self._is_unique(node)
        back = target.names.given(*map(identifier, self._ways_back(node, own, there)))
        column = "" if self._is_alone(node) else f"[{own.name}.{attribute}]"
        remote = f"[{target.name}.{target.columns[node.target_columns[0]]}]"
        itself = own.key == target.key
        nullable = any(
            c.nullable for c in self.parts.snapshot.columns(own.key) if c.name in node.columns
        )
        first = _relation(target.name, column, back, remote if itself else "")
        second = _relation(own.name, column, there, "")
        annotation = f'"{target.name}"' if not nullable else f'"{target.name} | None"'
        returned = f'"{own.name} | None"' if one else f'list["{own.name}"]'
        orm = (f"{ORM}relationship",)
        return (
            _Attribute(there, annotation, first, orm),
            _Attribute(back, returned, second, orm),
        )

    def _is_alone(self, node: ForeignKey) -> bool:
        """Whether no other foreign key leads from one of the two tables to the other."""
        of = self.parts.snapshot.of
        there = [k for k in of(node.key.owner, ForeignKey) if k.target == node.target]
        back = [k for k in of(node.target, ForeignKey) if k.target == node.key.owner]
        return len({key.key for key in (*there, *back)}) == 1

    def _ways_back(self, node: ForeignKey, own: _Class, there: str) -> list[str]:
        """What the attribute that leads back may be called: after the table, and after the way there if it is not alone."""
        if node.target == own.key:
            return [f"{there}_of"]
        alike = [k for k in self.parts.snapshot.of(own.key, ForeignKey) if k.target == node.target]
        longer = f"{node.table}_{there}"
        return [longer] if len(alike) > 1 else [node.table, longer]

    def _is_unique(self, node: ForeignKey) -> bool:
        parts = self.parts.snapshot.parts(node.key.owner)
        return any(
            isinstance(part, (PrimaryKey, Unique)) and part.columns == node.columns
            for part in parts
        )


def _relation(target: str, column: str, back: str, remote: str) -> Call:
    named: tuple[tuple[str, Expression], ...] = (
        *((("foreign_keys", Literal(column)),) if column else ()),
        ("back_populates", Literal(back)),
        *((("remote_side", Literal(remote)),) if remote else ()),
    )
    return Call("relationship", (), named)


def _attribute_name(name: str) -> str:
    made = identifier(name)
    if made in RESERVED:
        return f"{made}_"
    return f"_{made}" if made.startswith("__") else made


def _stem(attribute: str) -> str:
    """What a column that refers to something calls it: ``owner`` for ``owner_id``."""
    for ending in ("_id", "_fk", "_uuid"):
        if len(attribute) > len(ending) and attribute.endswith(ending):
            return identifier(attribute.removesuffix(ending))
    return attribute


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


def _line(attribute: _Attribute) -> str:
    call = layout.expression(
        attribute.call, max(60, 90 - len(attribute.name) - len(attribute.annotation))
    )
    return f"{attribute.name}: Mapped[{attribute.annotation}] = {call}"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else line for line in text.split("\n"))
