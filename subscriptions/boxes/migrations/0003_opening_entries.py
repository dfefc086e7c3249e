"""The stock book begins: what lies on the shelf today is its first line."""

from django.db import migrations
from django.utils import timezone


def open_the_book(apps, schema_editor):
    Item, StockEntry = apps.get_model("boxes", "Item"), apps.get_model("boxes", "StockEntry")
    now = timezone.now()
    rows = Item.objects.filter(on_hand__gt=0, entries=None).values_list("pk", "on_hand")
    StockEntry.objects.bulk_create(
        (StockEntry(item_id=pk, delta=n, reason="opening", actor="migration", at=now) for pk, n in rows), batch_size=1000
    )


class Migration(migrations.Migration):
    dependencies = [("boxes", "0002_plans_variants_credits_and_the_book")]

    operations = [migrations.RunPython(open_the_book, migrations.RunPython.noop)]
