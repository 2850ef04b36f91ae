"""Import blocks as isort and ruff leave them."""

from __future__ import annotations

from schemadiff.render.imports import block


def test_the_standard_library_stands_first_and_names_of_a_module_together() -> None:
    found = block(
        [
            "from sqlalchemy.dialects import postgresql",
            "import sqlalchemy as sa",
            "from decimal import Decimal",
            "from sqlalchemy.dialects import mysql",
            "import datetime",
            "import sqlalchemy as sa",
            "import shop.types",
        ]
    )
    assert found == (
        "import datetime\n"
        "from decimal import Decimal\n"
        "\n"
        "import shop.types\n"
        "import sqlalchemy as sa\n"
        "from sqlalchemy.dialects import mysql, postgresql"
    )


def test_nothing_is_nothing() -> None:
    assert block([]) == ""
