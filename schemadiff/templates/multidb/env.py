"""The environment in which revisions are compared, run and written down as SQL, for several databases."""

import re
from contextlib import ExitStack

from sqlalchemy import MetaData, create_engine
from sqlalchemy.pool import NullPool

from schemadiff import context

config = context.config
names = [name for name in re.split(r",\s*", config.get_main_option("databases", "")) if name]

# from myapp import models
# target_metadata = {"engine1": models.Base1.metadata, "engine2": models.Base2.metadata}
target_metadata: dict[str, MetaData] = {}


def url_of(name: str) -> str:
    """The URL of one of the databases."""
    return config.get_section_option(name, "url", "")


def run_migrations_offline() -> None:
    """Write SQL without a connection, into a file for each database."""
    for name in names:
        with open(f"{name}.sql", "w", encoding="utf-8") as script:
            context.configure(url=url_of(name), output_buffer=script, literal_binds=True)
            with context.begin_transaction():
                context.run_migrations(engine_name=name)


def run_migrations_online() -> None:
    """Run revisions on all databases: what can be rolled back is committed only when all have succeeded."""
    with ExitStack() as stack:
        connections = {
            name: stack.enter_context(create_engine(url_of(name), poolclass=NullPool).connect())
            for name in names
        }
        begun = {name: connection.begin() for name, connection in connections.items()}
        for name, connection in connections.items():
            context.configure(
                connection=connection,
                target_metadata=target_metadata.get(name),
                upgrade_token=f"{name}_upgrades",
                downgrade_token=f"{name}_downgrades",
            )
            context.run_migrations(engine_name=name)
        for transaction in begun.values():
            transaction.commit()


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
