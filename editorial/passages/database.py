"""How each database finds passages. PostgreSQL has vectors of our own; elsewhere Wagtail's backend stands in.

Wagtail's PostgreSQL backend joins title and body before it compares, which no index can serve: 250 ms for ten thousand
passages where this takes a few. Here the index finds (`passages_near`, made by a migration), title hits come first, and only what is shown at most is ranked.
"""

from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, F, Q, Value
from django.db.models.expressions import RawSQL
from wagtail.search.backends import get_search_backend

from editorial.passages.models import Passage

CONFIG = "english"  # stems Latin words; Han pairs pass through it as they are


def note(passage: Passage) -> None:
    """Write the vectors of a passage that was just stored; nothing to do where the database has none."""
    if connection.vendor != "postgresql":
        return
    title, text = f"{passage.title} {passage.title_terms}", f"{passage.text} {passage.text_terms}"
    head = SearchVector(Value(title), config=CONFIG, weight="A")
    Passage.objects.filter(pk=passage.pk).update(
        title_vector=SearchVector(Value(title), config=CONFIG),
        vector=head + SearchVector(Value(text), config=CONFIG, weight="C"),
    )


def search(keys: list[str], terms: str, operator: str, most: int) -> list[Passage]:
    """Of the passages that these keys open those with all terms (`and`) or any (`or`), best first, at most `most`, without
    their text. One query."""
    if connection.vendor != "postgresql":
        rows = Passage.objects.filter(audience__in=keys, requires__in=keys).light()
        return list(get_search_backend().search(terms, rows, operator=operator)[:most])
    asked = _asked(terms, operator)
    in_title = ExpressionWrapper(Q(title_vector=asked), output_field=BooleanField())
    near = RawSQL(
        "SELECT passages_near(to_tsquery(%s::regconfig, %s), %s, %s)", [CONFIG, _written(terms, operator), keys, most]
    )
    ranked = Passage.objects.filter(pk__in=near).annotate(in_title=in_title, rank=SearchRank(F("vector"), asked))
    return list(ranked.order_by("-in_title", "-rank", "-pk").light())


def _asked(terms: str, operator: str) -> Any:
    return SearchQuery(_written(terms, operator), search_type="raw", config=CONFIG)


def _written(terms: str, operator: str) -> str:
    """Terms are letters and figures alone (see `ground.search.query_terms`); quoted, none of them is an operator."""
    return (" & " if operator == "and" else " | ").join(f"'{term}'" for term in terms.split())
