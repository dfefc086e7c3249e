"""What the house keeps of a person's taste goes along with them, and goes when they go."""

import pytest

from ground import registry
from subscriptions.curation.actions.keeping import remember
from subscriptions.curation.models import Had, Stance
from tests.factories.accounts import person
from tests.factories.curation import item, says, trait

pytestmark = pytest.mark.django_db


def test_taste_and_things_are_exported_and_erased_for_one_person_alone() -> None:
    reader, other, cup = person(), person(), item("cup")
    for each in (reader, other):
        remember(each.pk, [cup.pk], "box")
    says(reader, trait("wool"))
    section = registry.export_sections.get("curation")
    step = registry.erasure_steps.get("curation")
    assert section and step
    rows = section.collect(reader)
    assert [sorted(row) for row in rows] == [["answer", "at", "trait"], ["at", "from", "item"]]
    step.erase(reader)
    assert not Stance.objects.exists() and list(Had.objects.values_list("account", flat=True)) == [other.pk]
