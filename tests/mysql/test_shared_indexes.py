"""Foreign keys that share an index come and go, one by one, there and back."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from harness.cases import Models
from harness.project import Project
from harness.scripted import Scripted

MODELS = """
import sqlalchemy as sa

metadata = sa.MetaData()
sa.Table("tenant", metadata, sa.Column("id", sa.Integer, primary_key=True))
sa.Table(
    "payment",
    metadata,
    sa.Column("tenant_id", sa.Integer, primary_key=True),
    sa.Column("no", sa.Integer, primary_key=True, autoincrement=False),
)
sa.Table(
    "refund",
    metadata,
    sa.Column("tenant_id", sa.Integer, {primary_key}),
    sa.Column("no", sa.Integer, {primary_key}, autoincrement=False),
    sa.Column("payment_no", sa.Integer),
    {keys}
)
"""
SHORT = 'sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name="fk_tenant")'
LONG = (
    'sa.ForeignKeyConstraint(["tenant_id", "payment_no"], ["payment.tenant_id", "payment.no"],'
    ' name="fk_payment")'
)


@pytest.mark.parametrize("by_script", [False, True], ids=["by connection", "by script"])
@pytest.mark.parametrize("primary_key", ["primary_key=True", "nullable=True"])
@pytest.mark.parametrize("stays", [SHORT, LONG], ids=["the short one", "the long one"])
def test_one_of_two_keys_that_share_an_index_goes(
    mariadb_engine: sa.Engine, tmp_path: Path, primary_key: str, stays: str, by_script: bool
) -> None:
    def models(name: str, *keys: str) -> Models:
        path = tmp_path / name
        path.write_text(MODELS.format(primary_key=primary_key, keys=", ".join(keys)))
        return Models.read(path)

    old, new = models("before.py", SHORT, LONG), models("after.py", stays)
    old.create(mariadb_engine)
    project = Project(tmp_path / "project", mariadb_engine)
    project.revise(new)
    mover = Scripted.of(project) if by_script else project
    mover.there_and_back(old, new)
