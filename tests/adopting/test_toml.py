"""`adopt --toml`: what the ini file said, pyproject.toml says."""

from __future__ import annotations

import tomllib
from io import StringIO
from pathlib import Path

import pytest

from schemadiff.command.adopting import adopt
from schemadiff.config import Config
from schemadiff.editing.refusal import CannotEdit
from schemadiff.errors import UsageError

INI = """\
[DEFAULT]
host = db

[alembic]
# where they are
script_location = %(here)s/db
version_locations = %(here)s/db/versions:%(here)s/more
    :%(here)s/rest
path_separator = :
prepend_sys_path = .
file_template = %%(rev)s-%%(slug)s
sqlalchemy.url = postgresql://%(host)s/shop%%20x
sqlalchemy.pool_recycle = 60
truncate_slug_length = 30
revision_environment = yes
databases = one, two

[post_write_hooks]
# after writing
hooks = tidy
tidy.type = exec
tidy.executable = %(here)s/tidy
"""

LOGGING = "\n[logger_alembic]\nqualname = alembic\n"


def project(folder: Path, ini: str = INI, name: str = "alembic.ini") -> Config:
    (folder / name).write_text(ini)
    for place in ("db/versions", "more", "rest"):
        (folder / place).mkdir(parents=True, exist_ok=True)
    (folder / "db/versions/aaaa.py").write_text(
        "from alembic import op\nrevision = 'aaaa'\ndown_revision = None\n"
    )
    return Config(folder / name, stdout=StringIO())


def without_default(ini: str) -> str:
    return ini.replace("[DEFAULT]\nhost = db\n\n", "").replace("%(host)s", "db")


def test_every_key_moves_as_what_it_is(tmp_path: Path) -> None:
    adopt(project(tmp_path, without_default(INI)), toml=True)
    assert not (tmp_path / "alembic.ini").exists()
    text = (tmp_path / "pyproject.toml").read_text()
    assert "# where they are\nscript_location" in text
    assert "# after writing\n\n[[tool.schemadiff.post_write_hooks]]" in text
    assert tomllib.loads(text)["tool"]["schemadiff"] == {
        "script_location": "%(here)s/db",
        "version_locations": ["%(here)s/db/versions", "%(here)s/more", "%(here)s/rest"],
        "prepend_sys_path": ["."],
        "file_template": "%%(rev)s-%%(slug)s",
        "url": "postgresql://db/shop%%20x",
        "sqlalchemy.pool_recycle": "60",
        "truncate_slug_length": 30,
        "revision_environment": True,
        "databases": "one, two",
        "post_write_hooks": [{"name": "tidy", "type": "exec", "executable": "%(here)s/tidy"}],
    }


def test_an_env_py_reads_the_same_texts(tmp_path: Path) -> None:
    adopt(project(tmp_path), toml=True)
    after = Config(tmp_path / "alembic.ini", toml_file=tmp_path / "pyproject.toml")
    assert after.get_main_option("sqlalchemy.url") == "postgresql://db/shop%20x"
    assert after.get_main_option("databases") == "one, two"
    assert after.get_main_option("truncate_slug_length") == "30"
    assert after.get_main_option("revision_environment") == "true"
    section = after.get_section(after.config_ini_section, {})
    assert section["sqlalchemy.pool_recycle"] == "60"


def test_other_sections_and_keys_for_env_py_stay(tmp_path: Path) -> None:
    ini = INI.replace("databases =", "# for env.py\ntables =") + LOGGING
    adopt(project(tmp_path, ini), toml=True)
    left = (tmp_path / "alembic.ini").read_text()
    assert left == (
        "[DEFAULT]\nhost = db\n\n[alembic]\n# where they are\n# for env.py\ntables = one, two\n"
        "\n[logger_alembic]\nqualname = schemadiff\n"
    )
    after = Config(tmp_path / "alembic.ini", toml_file=tmp_path / "pyproject.toml")
    after.check()
    assert after.get_main_option("tables") == "one, two"


def test_an_existing_pyproject_is_added_to(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'shop'  # ours\n")
    adopt(project(tmp_path), toml=True)
    text = (tmp_path / "pyproject.toml").read_text()
    assert text.startswith("[project]\nname = 'shop'  # ours\n\n[tool.schemadiff]\n")


def test_a_dry_run_shows_both_files_and_changes_none(tmp_path: Path) -> None:
    config = project(tmp_path)
    adopt(config, toml=True, dry_run=True)
    said = config.stdout.getvalue()  # type: ignore[attr-defined]
    assert "+[tool.schemadiff]" in said
    assert "-[alembic]" in said
    assert (tmp_path / "alembic.ini").read_text() == INI
    assert not (tmp_path / "pyproject.toml").exists()


@pytest.mark.parametrize(
    ("name", "ini", "toml", "said"),
    [
        ("other.ini", INI, "", "other.ini is read only where it is named"),
        ("alembic.ini", INI, "[tool.schemadiff]\n", "has a table .tool.schemadiff. already"),
        ("alembic.ini", INI, "[tool.alembic]\n", "has a table .tool.alembic. already"),
    ],
)
def test_what_cannot_be_moved_is_refused_and_nothing_changes(
    tmp_path: Path, name: str, ini: str, toml: str, said: str
) -> None:
    config = project(tmp_path, ini, name)
    (tmp_path / "pyproject.toml").write_text(toml)
    with pytest.raises(UsageError, match=said):
        adopt(config, toml=True)
    assert (tmp_path / name).read_text() == ini
    assert (tmp_path / "pyproject.toml").read_text() == toml
    assert "from alembic" in (tmp_path / "db/versions/aaaa.py").read_text()


def test_one_of_several_sections_is_refused(tmp_path: Path) -> None:
    project(tmp_path)
    config = Config(tmp_path / "alembic.ini", ini_section="core")
    config.set_main_option("script_location", str(tmp_path / "db"))
    with pytest.raises(UsageError, match=r"\[core\] is one of several"):
        adopt(config, toml=True)


def test_a_line_that_is_not_understood_is_named(tmp_path: Path) -> None:
    ini = "[alembic]\n  file_template = %%(rev)s\nscript_location = %(here)s/db\n"
    with pytest.raises(CannotEdit, match=r"alembic\.ini, line 2"):
        adopt(project(tmp_path, ini), toml=True)
    assert (tmp_path / "alembic.ini").read_text() == ini
