"""Compare a live database with SQLAlchemy models and write the difference as revision files."""

__version__ = "0.1.0"
