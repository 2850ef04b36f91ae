"""Operations put together: what a squash makes of histories as people write them, and of any history at all."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa

from schemadiff import command
from schemadiff.command import rewriting
from schemadiff.operations import ops as o

from .histories import History

BASE = 'sa.Column("id", sa.Integer(), nullable=False), sa.PrimaryKeyConstraint("id")'

BLOG = (
    (f'op.create_table("account", {BASE}, sa.Column("email", sa.String(80)))', 'op.drop_table("account")'),
    (
        'op.create_unique_constraint("uq_email", "account", ["email"])',
        'op.drop_constraint("uq_email", "account", type_="unique")',
    ),
    (
        f'op.create_table("post", {BASE}); op.create_index("ix_post_title", "post", ["id"])',
        'op.drop_index("ix_post_title", "post"); op.drop_table("post")',
    ),
    (f'op.create_table("mistake", {BASE})', 'op.drop_table("mistake")'),
    (f'op.create_table("tag", {BASE})', 'op.drop_table("tag")'),
    (
        'op.add_column("post", sa.Column("tag", sa.Integer(), sa.ForeignKey("tag.id", name="fk_tag")))',
        'op.drop_constraint("fk_tag", "post", type_="foreignkey"); op.drop_column("post", "tag")',
    ),
    ('op.drop_table("mistake")', f'op.create_table("mistake", {BASE})'),
    (
        'op.alter_column("account", "email", existing_type=sa.String(80), type_=sa.String(200), nullable=False)',
        'op.alter_column("account", "email", existing_type=sa.String(200), type_=sa.String(80), nullable=True)',
    ),
    (
        'op.add_column("post", sa.Column("at", sa.DateTime(), server_default=sa.func.now()))',
        'op.drop_column("post", "at")',
    ),
)  # fmt: skip


def history(folder: Path, *steps: tuple[str, str]) -> History:
    made = History(folder)
    for up, back in steps:
        made.add(made.heads, up, back)
    return made


def squashed(
    history: History,
    capsys: pytest.CaptureFixture[str],
    url: str | None = None,
    *,
    forget: bool = False,
) -> tuple[str, str, list[str]]:
    """The new ``upgrade()`` and ``downgrade()``, and what was said about functions that stay as they are."""
    capsys.readouterr()
    rewriting.squash(
        history.config(),
        f"{history.ids[0]}:{history.ids[-1]}",
        message=None,
        rev_id="whole",
        url=url,
        forget=forget,
        dry_run=False,
        style=None,
    )
    text = history.file("whole").read_text()
    upgrade, _, rest = text.partition("def upgrade() -> None:")[2].partition("def downgrade()")
    said = [
        line
        for line in capsys.readouterr().out.splitlines()
        if "as it is" in line or "as they are" in line
    ]
    return upgrade, rest.partition("\n\n\n")[0], said


def url_of(engine: sa.Engine) -> str | None:
    if engine.dialect.name == "sqlite":
        return None
    return engine.url.render_as_string(hide_password=False)


def test_a_blog_is_written_as_if_at_once(
    tmp_path: Path, engine: sa.Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    up, down, said = squashed(history(tmp_path, *BLOG), capsys, url_of(engine))
    assert said == []
    assert [line for line in up.splitlines() if line.strip()] == """\
    \"\"\"Bring the database to this revision.\"\"\"
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email", name="uq_email"),
    )
    op.create_table(
        "tag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.Integer(), sa.ForeignKey("tag.id", name="fk_tag")),
        sa.Column("at", sa.DateTime(), server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_post_title", "post", ["id"])""".splitlines()
    assert [line.strip() for line in down.splitlines() if "op." in line] == [
        'op.drop_table("post")',
        'op.drop_table("tag")',
        'op.drop_table("account")',
    ]


def test_statements_and_functions_keep_their_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = history(
        tmp_path,
        *BLOG[:2],
        ('op.execute("INSERT INTO account VALUES (1, \'a\')")', 'op.execute("DELETE FROM account")'),
        ('op.add_column("account", sa.Column("age", sa.Integer()))', 'op.drop_column("account", "age")'),
        ('[op.create_table(n, sa.Column("a", sa.Integer())) for n in "xy"]', '[op.drop_table(n) for n in "xy"]'),
        ('op.create_table("z", sa.Column("a", sa.Integer()))', 'op.drop_table("z")'),
    )  # fmt: skip
    up, down, said = squashed(made, capsys)
    step = made.ids[4]
    firsts = [line.strip().partition("(")[0] for line in up.splitlines() if line.startswith("    ")]
    assert [line for line in firsts if line.startswith(("op.", "upgrade_"))] == [
        "op.create_table",
        "op.execute",
        "op.add_column",
        f"upgrade_{step}",
        "op.create_table",
    ]
    assert down.index("drop_table") < down.index(f"downgrade_{step}()") < down.index("DELETE")
    assert [line.partition("() is")[0] for line in said] == [f"upgrade_{step}", f"downgrade_{step}"]
    text = made.file("whole").read_text()
    assert text.count("def ") == text.count("() -> None:")


def test_a_database_in_the_middle_runs_what_is_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = history(tmp_path, *BLOG)
    command.upgrade(made.config(), made.ids[4])
    squashed(made, capsys)
    command.upgrade(made.config(), "head")
    engine = sa.create_engine(f"sqlite:///{tmp_path}/app.db")
    assert {c["name"] for c in sa.inspect(engine).get_columns("post")} == {"id", "tag", "at"}
    command.downgrade(made.config(), "base")
    assert sa.inspect(engine).get_table_names() == ["alembic_version"]


def test_when_no_database_is_in_the_middle_nothing_old_is_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = history(tmp_path, *BLOG)
    command.upgrade(made.config(), "head")
    squashed(made, capsys, forget=True)
    text = made.file("whole").read_text()
    assert text.count("def ") == 2
    assert f'replaces: list[str] = ["{made.ids[-1]}"]' in text
    command.current(made.config(), check_heads=True)
    command.downgrade(made.config(), "base")


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("if True: op.create_table('x', sa.Column('a', sa.Integer))", "if True"),
        ("t = sa.table('x'); op.create_table('x', sa.Column('a', sa.Integer))", "t = sa.table('x')"),
        ("op.create_table('x', sa.Column('a', sa.String(len('ab'))))", "len"),
        ("op.create_table(*['x', sa.Column('a', sa.Integer)])", "*['x'"),
        ("op.create_table('x', sa.Column('a', sa.Integer), **{})", "op.create_table("),
        ("op.create_table('x', sa.Column('a', sa.String(9))); op.create_index('i', 'x', [sa.func.lower(sa.column('a'))])",
         "each database has its own words"),
        ("op.execute(sa.text('SELECT :a').bindparams(a=1))", "values bound to"),
        ("op.bulk_insert(sa.table('x'), [])", "cannot be written"),
    ],
)  # fmt: skip
def test_what_is_more_than_operations_is_called_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], statement: str, reason: str
) -> None:
    made = history(tmp_path, BLOG[0], (statement, "pass"))
    up, _, said = squashed(made, capsys)
    assert f"upgrade_{made.ids[1]}()" in up
    assert len(said) == 1
    assert reason in said[0]


def test_what_proves_to_be_another_thing_stays_in_functions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def kept(op: o.MigrateOperation) -> bool:
        return not isinstance(op, o.AddColumnOp)

    monkeypatch.setattr(
        "schemadiff.editing.squash.together", lambda ops, refers: [*filter(kept, ops)]
    )

    up, _, said = squashed(history(tmp_path, *BLOG), capsys)
    assert up.count("upgrade_") == len(BLOG)
    assert (
        "the old functions are called as they are: the squashed revision is not the same" in said[0]
    )


def test_a_key_that_a_function_made_is_taken_away_before_its_table_goes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = 'op.create_foreign_key("f", "a", "b", ["b"], ["id"])'
    made = history(
        tmp_path,
        (f'op.create_table("a", {BASE}, sa.Column("b", sa.Integer()))', 'op.drop_table("a")'),
        (f'op.create_table("b", {BASE})', 'op.drop_table("b")'),
        (f"[{key} for _ in 'x']", 'op.drop_constraint("f", "a", type_="foreignkey")'),
    )
    _, down, _ = squashed(made, capsys)
    assert down.index("drop_constraint") < down.index('drop_table("b")')


def test_where_the_proof_was_made_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = history(tmp_path, *BLOG[:2])
    config = made.config()
    config.set_main_option("url", "postgresql+psycopg://nobody@nowhere/none")
    rewriting.squash(
        config, f"{made.ids[0]}:{made.ids[1]}", message=None, rev_id="whole", url=None,
        forget=False, dry_run=True, style=None,
    )  # fmt: skip
    assert "proven on sqlite, not on postgresql" in capsys.readouterr().out


# ---- any history -----------------------------------------------------------------------------------


@dataclass
class Model:
    """A schema that grows and shrinks by chance, one step at a time."""

    chance: random.Random
    tables: dict[str, dict[str, str]] = field(default_factory=dict)
    """Columns with their types, by table."""
    extras: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    """What else a table has: what makes it, what takes it away, the column it is about."""
    keys: set[tuple[str, str]] = field(default_factory=set)
    filled: set[str] = field(default_factory=set)
    """The tables that have a row: never a second one, which might break a UNIQUE."""
    number: int = 0

    def steps(self, count: int) -> Iterator[tuple[str, str]]:
        while count:
            made = self.step()
            if made is not None:
                count -= 1
                yield made

    def step(self) -> tuple[str, str] | None:
        self.number += 1
        kinds = [self.table, self.column, self.column, self.index, self.key, self.type, self.null]
        kinds += [self.gone_column, self.gone_extra, self.gone_table, self.name, self.row]
        return self.chance.choice(kinds)()

    def one(self) -> tuple[str, dict[str, str]] | None:
        return self.chance.choice(list(self.tables.items())) if self.tables else None

    def free(self, table: str) -> list[str]:
        """The columns that nothing else is about."""
        used = {about for _, _, about in self.extras[table]}
        return [c for c in self.tables[table] if c not in used and c != "id"]

    def table(self) -> tuple[str, str]:
        name = f"t{self.number}"
        self.tables[name], self.extras[name] = {"id": "Integer()"}, []
        return f'op.create_table("{name}", {BASE})', f'op.drop_table("{name}")'

    def column(self) -> tuple[str, str] | None:
        if (found := self.one()) is None:
            return None
        (table, columns), name = found, f"c{self.number}"
        columns[name] = self.chance.choice(["Integer()", "String(20)", "Numeric(9, 2)"])
        added = f'op.add_column("{table}", sa.Column("{name}", sa.{columns[name]}))'
        return added, f'op.drop_column("{table}", "{name}")'

    def index(self) -> tuple[str, str] | None:
        if (found := self.one()) is None or not (columns := self.free(found[0])):
            return None
        (table, _), column, name = found, self.chance.choice(columns), f"i{self.number}"
        if self.chance.random() < 0.5:
            up, down = (
                f'op.create_index("{name}", "{table}", ["{column}"])',
                f'op.drop_index("{name}", "{table}")',
            )
        else:
            up = f'op.create_unique_constraint("{name}", "{table}", ["{column}"])'
            down = f'op.drop_constraint("{name}", "{table}", type_="unique")'
        self.extras[table].append((up, down, column))
        return up, down

    def key(self) -> tuple[str, str] | None:
        if len(self.tables) < 2:
            return None
        own, other = self.chance.sample(list(self.tables), 2)
        columns = [c for c in self.free(own) if self.tables[own][c] == "Integer()"]
        if not columns or (other, own) in self.keys:
            return None
        column, name = self.chance.choice(columns), f"f{self.number}"
        up = f'op.create_foreign_key("{name}", "{own}", "{other}", ["{column}"], ["id"])'
        down = f'op.drop_constraint("{name}", "{own}", type_="foreignkey")'
        self.extras[own].append((up, down, column))
        self.keys.add((own, other))
        return up, down

    def _alter(self, word: str, before: str, after: str) -> tuple[str, str] | None:
        if (found := self.one()) is None or not (columns := self.free(found[0])):
            return None
        (table, types), column = found, self.chance.choice(columns)
        start = f'op.alter_column("{table}", "{column}", existing_type=sa.{types[column]}, {word}='
        return f"{start}{after})", f"{start}{before})"

    def null(self) -> tuple[str, str] | None:
        return self._alter("server_default", "None", '"1"')

    def type(self) -> tuple[str, str] | None:
        if (found := self.one()) is None:
            return None
        table, types = found
        columns = [c for c in self.free(table) if types[c] == "String(20)"]
        if not columns:
            return None
        column = self.chance.choice(columns)
        start = f'op.alter_column("{table}", "{column}", existing_type=sa.'
        types[column] = "String(40)"
        return (
            f"{start}String(20), type_=sa.String(40))",
            f"{start}String(40), type_=sa.String(20))",
        )

    def gone_column(self) -> tuple[str, str] | None:
        if (found := self.one()) is None or not (columns := self.free(found[0])):
            return None
        (table, types), column = found, self.chance.choice(columns)
        type_ = types.pop(column)
        return (
            f'op.drop_column("{table}", "{column}")',
            f'op.add_column("{table}", sa.Column("{column}", sa.{type_}))',
        )

    def gone_extra(self) -> tuple[str, str] | None:
        if (found := self.one()) is None or not self.extras[found[0]]:
            return None
        extras = self.extras[found[0]]
        up, down, _ = extras.pop(self.chance.randrange(len(extras)))
        return down, up

    def gone_table(self) -> tuple[str, str] | None:
        alone = [t for t in self.tables if not self.extras[t] and len(self.tables[t]) == 1]
        alone = [t for t in alone if not any(t in pair for pair in self.keys)]
        if not alone:
            return None
        name = self.chance.choice(alone)
        del self.tables[name], self.extras[name]
        return f'op.drop_table("{name}")', f'op.create_table("{name}", {BASE})'

    def name(self) -> tuple[str, str] | None:
        if (found := self.one()) is None or not (columns := self.free(found[0])):
            return None
        (table, types), column, new = found, self.chance.choice(columns), f"n{self.number}"
        types[new] = types.pop(column)
        start = f'op.alter_column("{table}", "{{}}", new_column_name="{{}}", existing_type=sa.{types[new]})'
        return start.format(column, new), start.format(new, column)

    def row(self) -> tuple[str, str] | None:
        if (found := self.one()) is None or found[0] in self.filled or self.chance.random() < 0.7:
            return None
        table = found[0]
        self.filled.add(table)
        return (
            f'op.execute("INSERT INTO {table} (id) VALUES ({self.number})")',
            f'op.execute("DELETE FROM {table}")',
        )


@pytest.mark.parametrize("seed", range(3))
def test_any_history_is_the_same_put_together(
    tmp_path: Path, engine: sa.Engine, capsys: pytest.CaptureFixture[str], seed: int
) -> None:
    made = history(tmp_path, *Model(random.Random(seed)).steps(30))
    before = sum(path.read_text().count("op.") for path in made.versions.glob("*.py"))
    up, down, said = squashed(made, capsys, url_of(engine))
    assert said == []
    assert (up + down).count("    op.") < before


def test_a_hundred_revisions_with_three_heads(
    tmp_path: Path, engine: sa.Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    made = history(tmp_path, *Model(random.Random(7)).steps(70))
    trunk, tips = made.ids[-1], []
    for _ in range(3):
        tip = trunk
        for _ in range(10):
            name = f"own{len(made.ids)}"
            tip = made.add([tip], f'op.create_table("{name}", {BASE})', f'op.drop_table("{name}")')
        tips.append(tip)
    config = made.config()
    config.set_main_option("url", engine.url.render_as_string(hide_password=False))
    command.upgrade(config, made.ids[35])
    rewriting.squash(
        config, f"{made.ids[0]}:{trunk}", message="the trunk", rev_id="whole", url=url_of(engine),
        forget=False, dry_run=False, style=None,
    )  # fmt: skip
    assert "as they are" not in capsys.readouterr().out
    assert len(made.contents()) == 31
    command.upgrade(config, "heads")
    there = set(sa.inspect(engine).get_table_names())
    command.downgrade(config, "base")
    assert sa.inspect(engine).get_table_names() == ["alembic_version"]
    command.upgrade(config, "heads")
    assert set(sa.inspect(engine).get_table_names()) == there
