"""The environment in which revisions are compared, run and written down as SQL."""

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from schemadiff import context

config = context.config

# from myapp.models import Base
# target_metadata = Base.metadata
target_metadata = None


def run_migrations_offline() -> None:
    """Write SQL, without a connection."""
    context.configure(
        url=config.get_main_option("url"),
        target_metadata=target_metadata,
        literal_binds=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def run_migrations_online() -> None:
    """Run revisions on a connection."""
    engine = create_engine(config.get_main_option("url"), poolclass=NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=target_metadata)
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
