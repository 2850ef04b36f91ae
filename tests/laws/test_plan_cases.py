"""Orders that random schemas seldom ask for."""

from __future__ import annotations

from strategies import dangling

from schemadiff.diff import apply, diff, plan, with_dependants
from schemadiff.model import (
    Check,
    Column,
    ForeignKey,
    Node,
    PrimaryKey,
    Snapshot,
    Sql,
    Table,
    Unique,
)

ACCOUNT = [
    Table("", "account"),
    Column("", "account", "id", Sql.of("INTEGER")),
    Column("", "account", "region", Sql.of("INTEGER")),
]
INVOICE = [
    Table("", "invoice"),
    Column("", "invoice", "account_id", Sql.of("INTEGER")),
    ForeignKey("", "invoice", "fk_account", ("account_id",), "", "account", ("id",)),
]


def schema(*more: Node) -> Snapshot:
    return Snapshot([*ACCOUNT, *INVOICE, *more])


def test_a_referred_key_that_gives_way_to_another_leaves_no_reference_without_one() -> None:
    old = schema(PrimaryKey("", "account", "account_pkey", ("id",)))
    new = schema(
        PrimaryKey("", "account", "account_pkey", ("id", "region")),
        Unique("", "account", "uq_account_id", ("id",)),
    )
    now = old
    for change in plan(with_dependants(diff(old, new), old, new)):
        now = apply([change], now)
        assert list(dangling(now)) == []
    assert now == new


def test_a_new_table_is_complete_before_it_is_referred_to_from_within_a_circle() -> None:
    said = [
        PrimaryKey("", "account", "account_pkey", ("id",)),
        PrimaryKey("", "invoice", "invoice_pkey", ("account_id",)),
        Check("", "invoice", "ck_invoice", Sql.of("account_id > 0")),
        Unique("", "invoice", "uq_invoice", ("account_id",)),
        ForeignKey("", "account", "fk_invoice", ("id",), "", "invoice", ("account_id",)),
    ]
    steps = [change.key.name for change in plan(diff(Snapshot(), schema(*said)))]
    assert steps.index("fk_invoice") > max(map(steps.index, ("ck_invoice", "uq_invoice")))
