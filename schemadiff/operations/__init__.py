"""Operations: what revision files call, what a comparison produces, and what is executed."""

from .base import AbstractOperations, BatchOperations, Operations
from .operation import MigrateOperation

__all__ = ["AbstractOperations", "BatchOperations", "MigrateOperation", "Operations"]
