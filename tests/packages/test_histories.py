"""Three packages with histories of their own in one database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from schemadiff.cli import CommandLine
from schemadiff.config import Config
from schemadiff.errors import ConfigError
from schemadiff.packages import packages_of

REVISION = '''\
"""{table}"""
from schemadiff import op
import sqlalchemy as sa

revision = "{id}"
down_revision = {down!r}


def upgrade():
    op.create_table("{table}", sa.Column("id", sa.Integer, primary_key=True){column})


def downgrade():
    op.drop_table("{table}")
'''
MODELS = """\
import sqlalchemy as sa

metadata = sa.MetaData()
for name in {tables!r}:
    sa.Table(name, metadata, sa.Column("id", sa.Integer, primary_key=True))
"""
INI = """\
[schemadiff]
url = {url}
packages = {packages}

[package:cms]
version_table = cms_alembic_versions
target_metadata = cms.models:metadata

[package:cms_forms]
depends_on = cms
target_metadata = cms_forms.models:metadata

[package:cms_shop]
target_metadata = cms_shop.models:metadata
depends_on = cms_forms
"""
TABLES = {"cms": ("node", "page"), "cms_forms": ("form",), "cms_shop": ("article", "basket")}
ENV = """\
from schemadiff import context
from sqlalchemy import create_engine

engine = create_engine(context.config.get_main_option("url"))
with engine.connect() as connection:
    context.configure(connection)
    with context.begin_transaction():
        context.run_migrations()
"""


def make_package(folder: Path, name: str) -> None:
    versions = folder / name / "migrations" / "versions"
    versions.mkdir(parents=True)
    (folder / name / "__init__.py").touch()
    (folder / name / "models.py").write_text(MODELS.format(tables=TABLES[name]))
    down = None
    for number, table in enumerate(TABLES[name], start=1):
        # Every package counts for itself: the ids are the same.
        text = REVISION.format(id=f"r{number}", down=down, table=table, column="")
        (versions / f"r{number}_.py").write_text(text)
        down = f"r{number}"
    if name == "cms_forms":
        (folder / name / "migrations" / "env.py").write_text(ENV)


class World:
    """A site that uses some of the packages."""

    def __init__(self, folder: Path, url: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.url, self._capsys = folder, url, capsys

    def use(self, *packages: str) -> None:
        text = INI.format(url=self.url.replace("%", "%%"), packages=", ".join(packages))
        (self.folder / "schemadiff.ini").write_text(text)

    def run(self, *words: str, code: int = 0) -> str:
        self._capsys.readouterr()
        found = CommandLine().run(words)
        said = self._capsys.readouterr()
        assert found == code, said
        return said.out + said.err

    def tables(self) -> set[str]:
        engine = sa.create_engine(self.url)
        found = set(sa.inspect(engine).get_table_names())
        engine.dispose()
        return found


@pytest.fixture
def world(
    engine: sa.Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[World]:
    for name in TABLES:
        make_package(tmp_path, name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    path = list(sys.path)
    yield World(tmp_path, engine.url.render_as_string(hide_password=False), capsys)
    sys.path[:] = path
    for name in [name for name in sys.modules if name.partition(".")[0] in TABLES]:
        del sys.modules[name]


def test_three_histories_are_installed_extended_and_taken_back(world: World) -> None:
    world.use("cms_forms", "cms")
    world.run("upgrade", "--all")
    assert world.tables() == {
        "node", "page", "form", "cms_alembic_versions", "cms_forms_schemadiff_versions",
    }  # fmt: skip
    assert world.run("current", "--all") == "cms:\nr2 (head)\ncms_forms:\nr1 (head)\n"

    world.use("cms_shop", "cms_forms", "cms")
    assert world.run("current", "--all").endswith("cms_shop:\n")
    world.run("upgrade", "--all")
    assert {"article", "basket", "cms_shop_schemadiff_versions"} <= world.tables()
    assert world.run("current", "--package", "cms_shop") == "r2 (head)\n"
    for name in TABLES:
        world.run("--package", name, "check")

    world.run("downgrade", "--package", "cms_shop", "-1")
    assert "basket" not in world.tables()
    world.run("downgrade", "--package", "cms_shop", "base")
    assert not {"article", "basket"} & world.tables()
    assert {"node", "page", "form"} <= world.tables()
    assert world.run("current", "--package", "cms") == "r2 (head)\n"


def test_a_database_made_by_create_all_is_stamped_at_all_heads(world: World) -> None:
    world.use(*TABLES)
    engine = sa.create_engine(world.url)
    for tables in TABLES.values():
        metadata = sa.MetaData()
        for name in tables:
            sa.Table(name, metadata, sa.Column("id", sa.Integer, primary_key=True))
        metadata.create_all(engine)
    engine.dispose()
    world.run("stamp", "--all")
    assert world.run("current", "--all") == (
        "cms:\nr2 (head)\ncms_forms:\nr1 (head)\ncms_shop:\nr2 (head)\n"
    )
    world.run("upgrade", "--all")


def test_an_autogenerated_revision_of_one_package_leaves_the_others_alone(world: World) -> None:
    world.use(*TABLES)
    world.run("upgrade", "--all")
    said = world.run("revision", "--package", "cms", "-a", "-m", "nothing")
    assert "No new upgrade operations detected" in said
    models = world.folder / "cms" / "models.py"
    models.write_text(MODELS.format(tables=("node", "page", "folder")))
    for name in [name for name in sys.modules if name.startswith("cms")]:
        del sys.modules[name]
    world.run("revision", "--package", "cms", "-a", "-m", "folders")
    (written,) = (world.folder / "cms" / "migrations" / "versions").glob("*_folders.py")
    assert '"folder"' in written.read_text()
    assert "drop_table" not in written.read_text().partition("def downgrade")[0]


def test_histories_are_shown_one_after_the_other(world: World) -> None:
    world.use("cms", "cms_forms")
    assert world.run("history", "--all").splitlines() == [
        "cms:", "r1 -> r2 (head), page", "<base> -> r1, node",
        "cms_forms:", "<base> -> r1 (head), form",
    ]  # fmt: skip
    found = json.loads(world.run("history", "--all", "--format", "json"))
    assert {name: [each["revision"] for each in several] for name, several in found.items()} == {
        "cms": ["r2", "r1"], "cms_forms": ["r1"],
    }  # fmt: skip
    world.run("upgrade", "--package", "cms", "r1")
    here = json.loads(world.run("current", "--all", "--format", "json"))
    assert [[each["revision"] for each in several] for several in here.values()] == [["r1"], []]


def test_what_makes_no_sense_is_one_clear_line(world: World) -> None:
    world.use("cms")
    assert "there is no package 'nobody'" in world.run("--package", "nobody", "heads", code=2)
    world.use("cms_forms")
    assert "depends on 'cms', which is not among" in world.run("upgrade", "--all", code=2)
    Path("schemadiff.ini").write_text("[schemadiff]\nurl = sqlite://\npackages =\n")
    assert "there are no packages" in world.run("upgrade", "--all", code=2)
    world.run("stamp", code=2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tool.schemadiff]\npackages = ['a', 'b']\n[tool.schemadiff.package]\na.depends_on = ['b']\nb.depends_on = ['a']\n", "circle"),
        ("[tool.schemadiff]\npackages = ['a']\n[tool.schemadiff.package.a]\nlocation = 'x'\n", "unknown key 'location'"),
        ("[tool.schemadiff]\npackages = ['a']\n[tool.schemadiff.package]\na = 3\n", "must be a table"),
    ],
)  # fmt: skip
def test_bad_settings_are_refused(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=said):
        packages_of(Config(toml_file=file))


def test_packages_register_themselves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = tmp_path / "cms-1.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: cms\nVersion: 1.0\n")
    (installed / "entry_points.txt").write_text(
        "[schemadiff.migrations]\ncms = cms.migrations\nforms = cms_settings:forms\n"
    )
    (tmp_path / "cms_settings.py").write_text(
        "forms = {'script_location': 'cms:forms', 'version_table': 'forms_version', 'depends_on': 'cms'}\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    cms, forms = packages_of(Config())
    assert (cms.script_location, cms.version_table) == ("cms:migrations", "cms_schemadiff_versions")
    assert (forms.script_location, forms.version_table) == ("cms:forms", "forms_version")
