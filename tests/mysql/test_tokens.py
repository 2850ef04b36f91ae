"""Laws of the tokens, for any text at all."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from schemadiff.dialects.mysql.showcreate import shown
from schemadiff.dialects.mysql.tokens import Lexis, plain, string_value, tokens
from schemadiff.dialects.mysql.types import split_type

lexes = st.builds(Lexis, st.booleans(), st.booleans())
texts = st.text(alphabet="aB1 _.'\"`\\()#-/*!,>=\nx0ä", max_size=40)
sql = st.lists(
    st.sampled_from(
        [
            "a",
            "`a`",
            "`B c`",
            "'x'",
            "'it''s'",
            "(",
            ")",
            ",",
            " ",
            "+",
            "12",
            "1.5",
            "NULL",
            "lower",
        ]
    ),
    max_size=20,
).map("".join)
RESERVED = frozenset({"null", "select"})


@given(texts, lexes)
def test_tokens_stand_in_the_text_in_their_order(text: str, lexis: Lexis) -> None:
    found = tokens(text, lexis)
    assert all(text[token.start : token.end] == token.text for token in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@given(st.one_of(texts, sql), lexes)
def test_a_plain_text_is_plain_already(text: str, lexis: Lexis) -> None:
    once = plain(text, lexis, RESERVED)
    assert plain(once, lexis, RESERVED) == once


@given(sql, lexes)
def test_blanks_around_a_text_do_not_matter(text: str, lexis: Lexis) -> None:
    assert plain(f" {text}\n", lexis, RESERVED) == plain(text, lexis, RESERVED)


@given(st.text(), lexes)
def test_a_string_says_what_was_put_into_it(value: str, lexis: Lexis) -> None:
    escaped = value.replace("'", "''")
    if lexis.backslash_escapes:
        escaped = escaped.replace("\\", "\\\\")
    (token,) = tokens(f"'{escaped}'", lexis)
    assert string_value(token.text, lexis) == value


@given(st.text(min_size=1))
def test_a_name_is_what_stands_between_its_quotes(name: str) -> None:
    (token,) = tokens("`" + name.replace("`", "``") + "`")
    assert (token.kind, token.value) == ("name", name)


@given(st.one_of(texts, sql))
def test_nothing_breaks_whatever_the_text(text: str) -> None:
    shown(text)
    shown(f"CREATE TABLE t ({text})")
    split_type(text)


@given(st.lists(st.sampled_from(["'", "''", "'a", "\\", "`", '"', "(", "/*"]), max_size=4000))
def test_hostile_text_takes_no_longer_than_other_text(pieces: list[str]) -> None:
    tokens("".join(pieces) * 5)
