"""Generated columns of MariaDB, which take NULL whatever their annotation says."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from schemadiff.autogenerate import compare_metadata, produce_migrations
from schemadiff.migration import MigrationContext
from schemadiff.operations import Operations


class Base(DeclarativeBase):
    """Models of their own."""


class Line(Base):
    """A generated column that says by its annotation that it is never NULL; SQLAlchemy says nothing of it in DDL."""

    __tablename__ = "line"
    id: Mapped[int] = mapped_column(primary_key=True)
    twice: Mapped[int] = mapped_column(sa.Computed("id * 2"))


def test_create_all_compares_empty(mariadb_engine: sa.Engine) -> None:
    Base.metadata.create_all(mariadb_engine)
    with mariadb_engine.connect() as connection:
        assert not compare_metadata(MigrationContext.configure(connection), Base.metadata)


def test_a_revision_makes_what_is_compared(mariadb_engine: sa.Engine) -> None:
    for before in ("SELECT 1", "CREATE TABLE line (id INT AUTO_INCREMENT PRIMARY KEY)"):
        with mariadb_engine.connect() as connection:
            connection.exec_driver_sql("DROP TABLE IF EXISTS line")
            connection.exec_driver_sql(before)
            context = MigrationContext.configure(connection)
            upgrade = produce_migrations(context, Base.metadata).upgrade_ops
            assert upgrade is not None
            Operations(context).invoke(upgrade)
            assert not compare_metadata(context, Base.metadata)
