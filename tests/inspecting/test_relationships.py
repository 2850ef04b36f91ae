"""Relationships lead wherever foreign keys lead, and work."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from subprocess import run
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from schemadiff.inspecting import inspected
from schemadiff.states import Ground, diff_states

Key = sa.ForeignKeyConstraint


def number(name: str, *more: Any, **said: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, *more, autoincrement=False, **said)


def key(name: str = "id") -> sa.Column[Any]:
    return number(name, primary_key=True)


def source_of(engine: sa.Engine, metadata: sa.MetaData) -> str:
    metadata.create_all(engine)
    return inspected(engine, "declarative", Ground())


def models_of(engine: sa.Engine, metadata: sa.MetaData) -> dict[str, Any]:
    """The names of the module that is written for a database, which differs from it in nothing."""
    source = source_of(engine, metadata)
    names: dict[str, Any] = {"__name__": "inspected"}
    with warnings.catch_warnings():
        warnings.simplefilter("error", sa.exc.SAWarning)
        exec(compile(source, "inspected.py", "exec", dont_inherit=True), names)
        names["Base"].registry.configure()
    found = diff_states(engine, names["Base"])
    assert not found.changes
    assert not found.undecided
    return names


def relationships(model: Any) -> dict[str, str]:
    """The relationships of a class, each with the class that it leads to and what leads back."""
    found = sa.inspect(model).relationships
    return {r.key: f"{r.mapper.class_.__name__}.{r.back_populates}" for r in found}


def two_columns() -> sa.MetaData:
    """Keys of two columns: alone, several to one table, to the table itself, with a column in common."""
    metadata = sa.MetaData()
    sa.Table("tenant", metadata, key())
    sa.Table("account", metadata, key("tenant_id"), key(), Key(["tenant_id"], ["tenant.id"]))
    sa.Table(
        "page",
        metadata,
        key("tenant_id"),
        key(),
        number("author_id", nullable=False),
        number("editor_id"),
        number("parent_id"),
        Key(["tenant_id"], ["tenant.id"]),
        Key(["tenant_id", "author_id"], ["account.tenant_id", "account.id"]),
        Key(["tenant_id", "editor_id"], ["account.tenant_id", "account.id"]),
        Key(["tenant_id", "parent_id"], ["page.tenant_id", "page.id"]),
    )
    sa.Table(
        "note",
        metadata,
        key(),
        number("page_tenant_id"),
        number("page_id"),
        Key(["page_tenant_id", "page_id"], ["page.tenant_id", "page.id"]),
    )
    return metadata


def test_a_key_of_several_columns_is_a_relationship(engine: sa.Engine) -> None:
    names = models_of(engine, two_columns())
    assert relationships(names["Note"]) == {"page": "Page.note"}
    assert relationships(names["Page"]) == {
        "note": "Note.page",
        "author": "Account.page_author",
        "editor": "Account.page_editor",
        "parent": "Page.parent_of",
        "parent_of": "Page.parent",
        "tenant": "Tenant.page",
    }


def test_relationships_over_several_columns_work(engine: sa.Engine) -> None:
    names = models_of(engine, two_columns())
    tenant = names["Tenant"](id=7)
    author = names["Account"](id=1, tenant=tenant)
    with Session(engine) as session:
        session.add_all([tenant, author])
        session.flush()
        top = names["Page"](id=1, tenant=tenant, author=author)
        below = names["Page"](id=2, tenant=tenant, author=author, parent=top)
        note = names["Note"](id=1, page=below)
        session.add_all([top, below, note])
        session.commit()
        assert (note.page_tenant_id, note.page_id) == (7, 2)
        assert below.parent_id == 1
        assert top.parent_of == [below]
        assert set(author.page_author) == {top, below}
        assert author.page_editor == []


def links() -> sa.MetaData:
    """Tables that only link others: two tables, twice; a table with itself; without a key; over two columns."""
    metadata = sa.MetaData()
    two_columns().tables["tenant"].to_metadata(metadata)
    two_columns().tables["account"].to_metadata(metadata)
    sa.Table("role", metadata, key(), number("boss_id", sa.ForeignKey("role.id")))
    for name in ("role_word", "word_role"):
        sa.Table(
            name,
            metadata,
            number("role_id", sa.ForeignKey("role.id"), primary_key=True),
            number("word_id", sa.ForeignKey("word.id"), primary_key=True),
        )
    sa.Table("word", metadata, key())
    sa.Table(
        "word_alike",
        metadata,
        number("word_id", sa.ForeignKey("word.id"), primary_key=True),
        number("other_id", sa.ForeignKey("word.id"), primary_key=True),
    )
    sa.Table(
        "role_account",
        metadata,
        number("role_id", sa.ForeignKey("role.id"), nullable=False),
        number("tenant_id", nullable=False),
        number("account_id", nullable=False),
        Key(["tenant_id", "account_id"], ["account.tenant_id", "account.id"]),
    )
    return metadata


def test_a_table_that_links_two_others_is_a_way_between_them(engine: sa.Engine) -> None:
    names = models_of(engine, links())
    assert not {"RoleWord", "WordRole", "WordAlike", "RoleAccount"} & set(names)
    assert relationships(names["Role"]) == {
        "boss": "Role.boss_of",
        "boss_of": "Role.boss",
        "account": "Account.role",
        "word": "Word.role",
        "word_word_role": "Word.role_word_role",
    }
    assert relationships(names["Word"]) == {
        "role": "Role.word",
        "role_word_role": "Role.word_word_role",
        "other": "Word.word",
        "word": "Word.other",
    }


def test_ways_through_a_table_work(engine: sa.Engine) -> None:
    names = models_of(engine, links())
    role, word, like = names["Role"](id=1), names["Word"](id=2), names["Word"](id=3)
    account = names["Account"](id=4, tenant=names["Tenant"](id=5))
    role.word.append(word)
    role.account.append(account)
    word.other.append(like)
    with Session(engine) as session:
        session.add_all([role, word, like, account])
        session.commit()
        assert word.role == [role]
        assert account.role == [role]
        assert like.word == [word]
        rows = session.execute(sa.text("SELECT word_id, other_id FROM word_alike")).all()
        assert rows == [(2, 3)]


def test_a_table_that_says_more_than_a_link_is_a_class(engine: sa.Engine) -> None:
    metadata = sa.MetaData()
    sa.Table("a", metadata, key())
    sa.Table("b", metadata, key())

    def link(name: str, *more: sa.Column[Any], one: bool = False) -> None:
        a = number("a_id", sa.ForeignKey("a.id"), primary_key=True)
        sa.Table(
            name, metadata, a, number("b_id", sa.ForeignKey("b.id"), primary_key=not one), *more
        )

    link("with_more", sa.Column("since", sa.Integer))
    link("one_only", one=True)
    link("known")
    sa.Table(
        "knows",
        metadata,
        key(),
        number("a_id"),
        number("b_id"),
        Key(["a_id", "b_id"], ["known.a_id", "known.b_id"]),
    )
    names = models_of(engine, metadata)
    assert {"WithMore", "OneOnly", "Known", "Knows"} <= set(names)
    assert relationships(names["Known"]) == {"a": "A.known", "b": "B.known", "knows": "Knows.known"}


def test_keys_over_the_same_columns_are_told_apart(engine: sa.Engine) -> None:
    metadata = sa.MetaData()
    sa.Table("a", metadata, key(), number("other", unique=True), number("third", unique=True))
    sa.Table("b", metadata, key())
    target = number("x_id", sa.ForeignKey("a.id"), sa.ForeignKey("a.other"), sa.ForeignKey("b.id"))
    sa.Table("c", metadata, key(), target, number("y", sa.ForeignKey("a.third")))
    names = models_of(engine, metadata)
    assert len(relationships(names["C"])) == 4
    ways = {
        r.key: {str(e) for e in r.local_remote_pairs[0]}
        for r in sa.inspect(names["C"]).relationships
    }
    assert sorted(map(sorted, ways.values())) == [
        ["a.id", "c.x_id"],
        ["a.other", "c.x_id"],
        ["a.third", "c.y"],
        ["b.id", "c.x_id"],
    ]


ODD = (
    "metadata",
    "registry",
    "list",
    "relationship",
    "Odd",
    "set",
    "__tablename__",
    "__x",
    "class",
    "é",
    "ab_table",
)


def odd_names() -> sa.MetaData:
    """Columns and tables called what Python, SQLAlchemy or the written module need for themselves."""
    metadata = sa.MetaData()
    sa.Table("Odd", metadata, key(), *(number(name) for name in ODD))
    sa.Table("a", metadata, key(), number("b"), number("a"))
    sa.Table("b", metadata, key(), number("a"))
    sa.Table(
        "ab",
        metadata,
        number("a b", sa.ForeignKey("a.id"), primary_key=True),
        number("class", sa.ForeignKey("b.id"), primary_key=True),
    )
    sa.Table(
        "aa",
        metadata,
        number("a b", sa.ForeignKey("a.id"), primary_key=True),
        number("class", sa.ForeignKey("a.id"), primary_key=True),
    )
    for name in ("None", "a_b", "metadata"):
        refers = [sa.ForeignKey("Odd.id"), sa.ForeignKey("a.id")]
        sa.Table(
            name, metadata, key(), number("odd_id", refers[0]), number("metadata_id", refers[1])
        )
    sa.Table("list", metadata, key(), number("metadata_id", sa.ForeignKey("metadata.id")))
    return metadata


def test_no_name_is_in_the_way_of_another(engine: sa.Engine) -> None:
    names = models_of(engine, odd_names())
    attributes = sa.inspect(names["Odd"]).columns
    assert {column.name for column in attributes} == {"id", *ODD}
    assert set(sa.inspect(names["B"]).relationships.keys()) == {"a_ab"}
    odd = names["Odd"](**dict.fromkeys(attributes.keys(), 1))
    with Session(engine) as session:
        session.add(odd)
        session.commit()
        assert session.execute(sa.select(sa.func.count()).select_from(names["Odd"])).scalar() == 1


def test_the_type_checker_accepts_what_is_written(engine: sa.Engine, tmp_path: Path) -> None:
    for name, metadata in (("ways", two_columns()), ("links", links()), ("odd", odd_names())):
        with engine.begin() as connection:
            (tmp_path / f"{name}.py").write_text(source_of(engine, metadata), encoding="utf-8")
            metadata.drop_all(connection)
    cache = f"--cache-dir={Path(sys.prefix) / '.mypy_cache'}"
    asked = ["--strict", "--follow-imports=silent", cache, "ways.py", "links.py", "odd.py"]
    found = run(
        [sys.executable, "-m", "mypy", *asked],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr
