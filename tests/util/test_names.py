"""What projects that were written for Alembic import from `util` and `script.base`."""

from __future__ import annotations

import warnings

import pytest

from schemadiff import util
from schemadiff.operations import ops
from schemadiff.script import ScriptDirectory, base
from schemadiff.util import Dispatcher


def test_the_nearest_class_decides() -> None:
    dispatcher = Dispatcher()

    @dispatcher.dispatch_for(ops.MigrateOperation)
    def any_(op: object) -> str:
        return "any"

    @dispatcher.dispatch_for(ops.DropTableOp)
    @dispatcher.dispatch_for(ops.DropIndexOp)
    def gone(op: object) -> str:
        return "gone"

    index = ops.DropIndexOp("ix", "t")
    assert dispatcher.dispatch(index)(index) == "gone"
    assert dispatcher.dispatch(ops.DropTableOp)(None) == "gone"
    assert dispatcher.dispatch(ops.ExecuteSQLOp("SELECT 1"))(None) == "any"
    with pytest.raises(ValueError, match="no function for str"):
        dispatcher.dispatch("text")


def test_a_function_is_replaced_only_on_purpose() -> None:
    dispatcher = Dispatcher()
    dispatcher.dispatch_for(int)(lambda _: "first")
    with pytest.raises(ValueError, match="already"):
        dispatcher.dispatch_for(int)(lambda _: "second")
    branch = dispatcher.branch()
    branch.dispatch_for(int, replace=True)(lambda _: "third")
    branch.dispatch_for(int, "postgresql")(lambda _: "fourth")
    assert dispatcher.dispatch(1)(1) == "first"
    assert branch.dispatch(1)(1) == "third"
    assert branch.dispatch(1, "postgresql")(1) == "fourth"
    assert branch.dispatch(1, "sqlite")(1) == "third"


def test_messages_of_a_project_s_own_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    util.msg("going on")
    util.msg("not said", quiet=True)
    with pytest.raises(SystemExit) as left:
        util.err("cannot go on")
    out, err = capsys.readouterr()
    assert (out, err, left.value.code) == ("going on\n", "error: cannot go on\n", 4)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        util.warn("careful")
    assert [(str(each.message), each.filename) for each in caught] == [("careful", __file__)]


def test_identifiers_and_scripts_have_their_documented_places() -> None:
    assert len(util.rev_id()) == 12
    assert base.ScriptDirectory is ScriptDirectory
