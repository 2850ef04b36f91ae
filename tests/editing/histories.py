"""Generated histories, as different people would have written their files."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from schemadiff.config import Config

PLAIN = '''"""{message}

Revision ID: {revision}
Revises: {revises}
Create Date: 2024-01-02 03:04:05.678901

"""
from schemadiff import op
import sqlalchemy as sa


# revision identifiers
revision = '{revision}'
down_revision = {down}
branch_labels = None
depends_on = None


def upgrade():
    # a comment that stays
    {up}


def downgrade():
    {back}
'''

TYPED = '''"""{message}

Revision ID: {revision}
Revises: {revises}

"""

from typing import Sequence, Union

import sqlalchemy as sa
from schemadiff import op

revision: str = "{revision}"  # the id
down_revision: Union[str, Sequence[str], None] = {down}
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    {up}


def downgrade() -> None:
    {back}
'''

BARE = """import sqlalchemy as sa
from schemadiff import op
revision = "{revision}"; down_revision = {down}


def upgrade():  {up}


def downgrade():  {back}
"""

DIALECTS = ((PLAIN, "\n"), (TYPED, "\n"), (BARE, "\n"), (PLAIN, "\r\n"))


@dataclass
class History:
    """A folder of revisions: their ids in the order they were made, and the ids of the heads."""

    folder: Path
    ids: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)

    @property
    def versions(self) -> Path:
        return self.folder / "migrations" / "versions"

    def config(self) -> Config:
        config = Config()
        config.set_main_option("script_location", str(self.folder / "migrations"))
        config.set_main_option("url", f"sqlite:///{self.folder}/app.db")
        return config

    def add(self, down: Sequence[str], up: str = "", back: str = "") -> str:
        """The id of a new revision on ``down``, which makes a table of its own unless told otherwise."""
        number = len(self.ids)
        name = f"{number:04}{random.Random(number).randrange(16**8):08x}"
        template, newline = DIALECTS[number % len(DIALECTS)]
        text = template.format(
            message=f"step {number}",
            revision=name,
            revises=", ".join(down),
            down=_written(down, '"' if template == TYPED else "'"),
            up=up or f'op.create_table("t{number}", sa.Column("id", sa.Integer, primary_key=True))',
            back=back or f'op.drop_table("t{number}")',
        )
        self.versions.mkdir(parents=True, exist_ok=True)
        path = self.versions / f"{name}_step_{number}.py"
        path.write_bytes(text.replace("\n", newline).encode())
        self.ids.append(name)
        self.heads = [*(head for head in self.heads if head not in down), name]
        return name

    def file(self, name: str) -> Path:
        return next(self.versions.glob(f"{name}*.py"))

    def contents(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted(self.versions.glob("*.*"))}


def _written(names: Sequence[str], quote: str) -> str:
    quoted = [f"{quote}{name}{quote}" for name in names]
    if len(quoted) > 1:
        return f"({', '.join(quoted)})"
    return quoted[0] if quoted else "None"


def line(folder: Path, length: int) -> History:
    """A history without branches."""
    made = History(folder)
    for _ in range(length):
        made.add(made.heads)
    return made


def with_three_heads(folder: Path, length: int = 100) -> History:
    """A history of ``length`` revisions that has branched and merged before, and now has three heads."""
    made = History(folder)
    made.add(())
    while len(made.ids) < length - 30:
        trunk = made.heads[-1]
        if len(made.ids) % 20 == 0:
            pair = [made.add([trunk]), made.add([trunk])]
            made.add(pair)
        else:
            made.add([trunk])
    trunk = made.heads[-1]
    tips = [trunk, trunk, trunk]
    while len(made.ids) < length:
        at = len(made.ids) % 3
        tips[at] = made.add([tips[at]])
    return made
