"""Which types of PostgreSQL compare with each other as if they were one."""

from __future__ import annotations

from schemadiff.model import Sql

FAMILIES = (
    frozenset({"smallint", "integer", "bigint"}),
    frozenset({"real", "double precision"}),
    frozenset({"character varying", "text"}),
    frozenset({"date", "timestamp without time zone", "timestamp with time zone"}),
)
"""Types whose comparisons are one operator family (the catalogue pg_opfamily: integer_ops, float_ops, text_ops,
datetime_ops): a foreign key may have one of them at each end, and an expression over one is one over the other.
"""


def alike(before: Sql, after: Sql) -> bool:
    """Whether two types differ in their length, precision or collation only, or are of one family."""
    one, other = _bare(before.canonical), _bare(after.canonical)
    return one == other or any(one in family and other in family for family in FAMILIES)


def _bare(text: str) -> str:
    """The name of a type as ``format_type`` gives it, less what stands in brackets and its collation."""
    head, _, tail = text.partition(" COLLATE ")[0].partition("(")
    return head + tail.partition(")")[2]
