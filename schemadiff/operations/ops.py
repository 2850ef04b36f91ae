"""All operations by name."""

from .alter import AlterColumnOp
from .columns import AddColumnOp, DropColumnOp, RenameColumnOp
from .comments import CommentConstraintOp, CreateTableCommentOp, DropTableCommentOp
from .constraints import (
    AddConstraintOp,
    CreateCheckConstraintOp,
    CreateExcludeConstraintOp,
    CreateForeignKeyOp,
    CreatePrimaryKeyOp,
    CreateUniqueConstraintOp,
    DropConstraintOp,
    RenameConstraintOp,
)
from .containers import DowngradeOps, MigrationScript, ModifyTableOps, OpContainer, UpgradeOps
from .data import BulkInsertOp, ExecuteSQLOp
from .indexes import CreateIndexOp, DropIndexOp, RenameIndexOp
from .objects import (
    AlterDomainOp,
    AlterEnumOp,
    AlterSequenceOp,
    CreateDomainOp,
    CreateEnumOp,
    CreateSchemaOp,
    CreateSequenceOp,
    DropDomainOp,
    DropEnumOp,
    DropSchemaOp,
    DropSequenceOp,
)
from .operation import AlterTableOp, Irreversible, MigrateOperation
from .tables import AlterTableOptionsOp, CreateTableOp, DropTableOp, RenameTableOp

__all__ = [
    "AddColumnOp",
    "AddConstraintOp",
    "AlterColumnOp",
    "AlterDomainOp",
    "AlterEnumOp",
    "AlterSequenceOp",
    "AlterTableOp",
    "AlterTableOptionsOp",
    "BulkInsertOp",
    "CommentConstraintOp",
    "CreateCheckConstraintOp",
    "CreateDomainOp",
    "CreateEnumOp",
    "CreateExcludeConstraintOp",
    "CreateForeignKeyOp",
    "CreateIndexOp",
    "CreatePrimaryKeyOp",
    "CreateSchemaOp",
    "CreateSequenceOp",
    "CreateTableCommentOp",
    "CreateTableOp",
    "CreateUniqueConstraintOp",
    "DowngradeOps",
    "DropColumnOp",
    "DropConstraintOp",
    "DropDomainOp",
    "DropEnumOp",
    "DropIndexOp",
    "DropSchemaOp",
    "DropSequenceOp",
    "DropTableCommentOp",
    "DropTableOp",
    "ExecuteSQLOp",
    "Irreversible",
    "MigrateOperation",
    "MigrationScript",
    "ModifyTableOps",
    "OpContainer",
    "RenameColumnOp",
    "RenameConstraintOp",
    "RenameIndexOp",
    "RenameTableOp",
    "UpgradeOps",
]
