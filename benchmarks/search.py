"""The search page over five thousand stories in two languages: time on the server for a whole page, beside the bare
full-text query of the database alone.

    python -m benchmarks search     (DATABASE_URL says on which database; `./run bench` brings PostgreSQL)

The texts are made of the demo's own sentences, shuffled by a fixed seed, so that words are as common as they really are.
"""

import os
import random
import statistics
import time
import uuid
from typing import Any

STORIES, BATCH = 5000, 500
ROUNDS = 60
GOAL = 100.0  # milliseconds of server time for a page
QUESTIONS = {
    "zh-hans": ["青花瓷", "窑", "雨过天青", "靛蓝", "漆", "刻版", "茶", "还原", "纸 水", "影"],
    "en": [
        "glaze",
        "kiln fire",
        "indigo",
        "lacquer",
        "block",
        "tea",
        "reduction",
        "paper",
        "cobalt blue",
        "figure",
    ],
}


def prepare() -> None:
    """The demo's stories, and five thousand more in the index."""
    from benchmarks import pages

    pages.prepare()
    from wagtail.search.backends import get_search_backend

    from editorial.passages import database
    from editorial.passages.models import Kind, Passage

    model = list(Passage.objects.filter(kind=Kind.STORY, audience="", requires=""))
    if Passage.objects.count() >= STORIES * 2:
        return
    sentences = {code: _sentences([p for p in model if p.language == code]) for code in QUESTIONS}
    chance, index = random.Random(5000), get_search_backend().get_index_for_model(Passage)
    for start in range(0, STORIES, BATCH):
        rows = [
            _passage(model[0].page_id, number, code, sentences[code], chance)
            for number in range(start, start + BATCH)
            for code in QUESTIONS
        ]
        stored = Passage.objects.bulk_create(rows)
        index.add_items(Passage, stored)
        for row in stored:
            database.note(row)


def _sentences(passages: list[Any]) -> list[str]:
    ends = "。" if passages[0].language.startswith("zh") else ". "
    return [s.strip() + ends.strip() for p in passages for s in p.text.split(ends) if s.strip()]


def _passage(page: int, number: int, code: str, sentences: list[str], chance: random.Random) -> Any:
    from editorial.passages.models import Kind, Passage

    words = chance.sample(sentences, 24)
    return Passage(
        page_id=page, number=100 + number * 2 + (code == "en"), kind=Kind.STORY, same=uuid.uuid5(uuid.NAMESPACE_OID, str(number)),
        language=code, title=words[0][:60], path=f"/{code}/stories/{number}/", text=" ".join(words), craft=chance.choice(["celadon", "indigo", "tea"]),
    )  # fmt: skip


def run() -> dict[str, Any]:
    """The row of the table."""
    prepare()
    from django.db import connection
    from django.test import Client

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client(SERVER_NAME="localhost")
    asked = [(code, text) for code, texts in QUESTIONS.items() for text in texts]
    for code, text in asked:
        answer = client.get(f"/{code}/search/", {"q": text})
        assert answer.status_code == 200, text
        assert 'class="hit"' in answer.content.decode(), f"nothing found for {text}"
    pages = [
        _timed(lambda c=code, t=text: client.get(f"/{c}/search/", {"q": t}))
        for code, text in asked * (ROUNDS // len(asked))
    ]
    bare = [_timed(lambda c=code, t=text: _bare(t)) for code, text in asked * (ROUNDS // len(asked))]
    page, alone = statistics.median(pages), statistics.median(bare)
    return {
        "name": "search page, 5,000 stories", "unit": "ms, median", "value": round(page, 1), "limit": round(alone, 1),
        "limit_name": f"the full-text query alone; slowest tenth of pages {statistics.quantiles(pages, n=10)[-1]:.0f} ms",
        "ratio": round(alone / page, 3), "target": f"under {GOAL:.0f} ms", "ok": statistics.quantiles(pages, n=10)[-1] < GOAL,
    }  # fmt: skip


def _bare(text: str) -> None:
    """The best rows of the index, by the database alone."""
    from editorial.passages import database
    from editorial.passages.queries import MOST_FOUND
    from ground.search import query_terms

    database.search([""], query_terms(text), "and", MOST_FOUND)


def _timed(work: Any) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
    print(run())
