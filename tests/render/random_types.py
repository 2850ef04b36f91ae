"""Types of every class that SQLAlchemy and its dialects have, with arguments drawn by lot."""

from __future__ import annotations

import inspect
import random
from collections.abc import Callable, Iterator
from types import ModuleType

import sqlalchemy as sa
from sqlalchemy.dialects import mssql, mysql, oracle, postgresql, sqlite
from sqlalchemy.types import TypeDecorator, TypeEngine

from . import own_types
from .evaluating import DIALECTS

Chance = random.Random
Anything = TypeEngine[object]

ABSTRACT = {
    *("TypeEngine", "TypeDecorator", "UserDefinedType", "ExternalType", "Variant", "TupleType"),
    *("AbstractRange", "AbstractSingleRange", "AbstractMultiRange", "MatchType", "NullType"),
    *("Concatenable", "Indexable", "SchemaType", "Emulated", "NativeForEmulated", "NamedType"),
}
COMPOSED = {"ARRAY", "DOMAIN", "ENUM", "SET", "Enum"}
MODULES = {
    "postgresql": postgresql,
    "mysql": mysql,
    "sqlite": sqlite,
    "mssql": mssql,
    "oracle": oracle,
}
NAMES = (
    *("a", "b", "Mixed Case", "per%cent", "%(here)s", "ünï", "名前", "🐍", "quo'te", 'dou"ble'),
    *("both'\"", "select", "co:lon", "a::b", "back\\slash", "new\nline", "tab\tbed", "{brace}"),
    *("x" * 40, " blank ", "$1", "#", "dot.ted", "]bracket["),
)
TEXTS = (
    *("", "it's", '"', "100%", "%(x)s", ":x", "a::int", "\\", "\n", "ünï", "$1", "12:30", "\\:x"),
    *('"""', "'''", "\r\n", "\t", "🐍", "{x}", "%%", "N'x'", "NULL", "a' || 'b", "\\n", "x" * 120),
)


def public_types(module: ModuleType) -> list[type[Anything]]:
    found = (getattr(module, name) for name in dir(module) if not name.startswith("_"))
    classes = (one for one in found if isinstance(one, type) and issubclass(one, TypeEngine))
    return [one for one in classes if one.__name__ not in ABSTRACT | COMPOSED]


def _of(*modules: ModuleType) -> tuple[type[Anything], ...]:
    found = {one for module in modules for one in public_types(module)}
    return tuple(sorted(found, key=lambda one: (one.__module__, one.__name__)))


CORE = _of(sa, sa.types)
OWN = {name: tuple(c for c in _of(module) if c not in CORE) for name, module in MODULES.items()}
_NUMBERS = frozenset(
    {
        *("length", "precision", "scale", "fsp", "display_width", "dim", "second_precision"),
        *("day_precision", "binary_precision", "decimal_return_scale"),
    }
)
_WORDS: dict[str, tuple[object, ...]] = {
    "collation": ("C", "de_DE", "utf8mb4_bin", "odd name"),
    "charset": ("utf8mb4", "latin1"),
    "fields": ("DAY", "YEAR TO MONTH"),
    "storage_format": ("%(year)04d",),
    "regexp": (r"(?P<year>\d+)",),
    "name": NAMES,
}
_ELSEWHERE = {"storage_format": {"VECTOR"}, "name": {"Boolean", "BOOLEAN"}}
"""Parameters that mean something else, or need a constraint to be seen, in these classes."""


def parameters(owner: type[Anything]) -> Iterator[inspect.Parameter]:
    """What the constructor takes, followed upwards as long as it passes ``**kwargs`` on."""
    seen: set[str] = set()
    for base in owner.__mro__:
        if base is object or base is TypeDecorator:
            return
        if "__init__" in vars(base):
            own = list(inspect.signature(base.__init__).parameters.values())[1:]  # type: ignore[misc]
            yield from (p for p in own if p.name not in seen)
            seen |= {p.name for p in own}
            if not any(p.kind is p.VAR_KEYWORD for p in own):
                return


def argument(r: Chance, owner: type[Anything], parameter: inspect.Parameter) -> object:
    """A value for a parameter; its default where nobody knows what it takes."""
    name = parameter.name
    if owner.__name__ in _ELSEWHERE.get(name, ()):
        return parameter.default
    if isinstance(parameter.default, bool) and not name.startswith("_"):
        return r.choice([True, False])
    if name in _NUMBERS:
        return r.randint(1, 30)
    return r.choice(_WORDS[name]) if name in _WORDS else parameter.default


def plain(r: Chance, classes: tuple[type[Anything], ...], dialect: str) -> Anything:
    """A type of one of the classes with some of its arguments."""
    owner = r.choice(classes)
    takes = [p for p in parameters(owner) if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]
    chosen = r.sample(takes, r.randint(0, min(3, len(takes))))
    named = {p.name: argument(r, owner, p) for p in chosen}
    given = {name: value for name, value in named.items() if value is not inspect.Parameter.empty}
    try:
        made = owner(**given)
        made.compile(dialect=DIALECTS[dialect])
    except sa.exc.UnsupportedCompilationError:
        return made
    except (TypeError, ValueError, sa.exc.SQLAlchemyError):  # no arguments for each other
        return owner()
    return made


def labels(r: Chance) -> list[str]:
    return r.sample([text for text in TEXTS if text and "," not in text], r.randint(1, 4))


def enum(r: Chance, dialect: str) -> Anything:
    named: dict[str, object] = {"name": r.choice(NAMES)}
    if r.random() < 0.5:
        named["native_enum"] = r.choice([True, False])
    if r.random() < 0.3:
        named["create_constraint"] = True
    if r.random() < 0.3:
        named["length"] = 130
    if r.random() < 0.2:
        named["schema"] = r.choice(["other", "Sche ma"])
    if r.random() < 0.2:
        return sa.Enum(own_types.Mood, **named)  # type: ignore[arg-type]
    return sa.Enum(*labels(r), **named)  # type: ignore[arg-type]


def postgresql_enum(r: Chance, dialect: str) -> Anything:
    if r.random() < 0.2:
        return postgresql.ENUM(own_types.Mood, name=r.choice(NAMES))
    return postgresql.ENUM(*labels(r), name=r.choice(NAMES), create_type=r.choice([True, False]))


def array(r: Chance, dialect: str) -> Anything:
    item = r.choice([simple, enum, postgresql_enum, domain])(r, dialect)
    made = r.choice([sa.ARRAY, postgresql.ARRAY])
    return made(
        item,
        dimensions=r.choice([None, 1, 2]),
        as_tuple=r.choice([False, True]),
        zero_indexes=r.choice([False, True]),
    )


def domain(r: Chance, dialect: str) -> Anything:
    named: dict[str, object] = {
        "check": r.choice([None, "VALUE > 1", r"VALUE <> '\:x%'", sa.text("VALUE IS NOT NULL")]),
        "default": r.choice([None, *TEXTS, sa.text("now()"), sa.text("'a::b'")]),
        "not_null": r.choice([None, True, False]),
        "collation": r.choice([None, "C", "de_DE"]),
        "constraint_name": r.choice([None, *NAMES]),
        "create_type": r.choice([True, False]),
    }
    chosen = r.sample(sorted(named), r.randint(0, len(named)))
    inner = r.choice([simple, postgresql_enum])(r, dialect)
    return postgresql.DOMAIN(r.choice(NAMES), inner, **{name: named[name] for name in chosen})  # type: ignore[arg-type]


def json(r: Chance, dialect: str) -> Anything:
    if dialect == "postgresql":
        kept = r.choice([sa.Text(), sa.String(5), sa.UnicodeText(), postgresql.CITEXT()])
        return r.choice([postgresql.JSON, postgresql.JSONB])(
            none_as_null=r.choice([True, False]), astext_type=kept
        )
    return sa.JSON(none_as_null=r.choice([True, False]))


def hstore(r: Chance, dialect: str) -> Anything:
    return postgresql.HSTORE(text_type=r.choice([sa.Text(), sa.Unicode(7)]))


def mysql_words(r: Chance, dialect: str) -> Anything:
    named = r.choice([{}, {"charset": "latin1"}, {"collation": "utf8mb4_bin"}, {"ascii": True}])
    return r.choice([mysql.ENUM, mysql.SET])(*labels(r), **named)  # type: ignore[operator,no-any-return]


def own(r: Chance, dialect: str) -> Anything:
    return r.choice(
        (
            own_types.Trimmed(r.choice([None, 20])),
            own_types.Fixed(),
            own_types.Tagged(r.choice(TEXTS), r.choice([10, 30])),
            own_types.Moods("a", "b", name=r.choice(NAMES), native_enum=False),
            own_types.Vector(r.randint(1, 9)),
            own_types.Outer.Inner(),
        )
    )


def pickled(r: Chance, dialect: str) -> Anything:
    return sa.PickleType(impl=sa.LargeBinary(r.choice([None, 20])))


def simple(r: Chance, dialect: str) -> Anything:
    """A type without others in it."""
    return plain(r, r.choice([CORE, OWN[dialect]]), dialect)


Maker = Callable[[Chance, str], Anything]
ANYWHERE: tuple[Maker, ...] = (simple, simple, simple, enum, json, own, pickled)
COMPOSERS: dict[str, tuple[Maker, ...]] = {
    "postgresql": (array, array, domain, domain, postgresql_enum, hstore),
    "mysql": (mysql_words,),
}


def type_(r: Chance, dialect: str) -> Anything:
    """Any type; some have variants for other dialects."""
    made = r.choice((*ANYWHERE, *COMPOSERS.get(dialect, ())))(r, dialect)
    # A Vector cannot be copied, as a variant has to be.
    if r.random() < 0.15 and not isinstance(made, sa.Enum | own_types.Vector):
        other = r.choice([each for each in MODULES if each != dialect])
        made = made.with_variant(simple(r, other), other)
    return made
