"""The record of what people have begins: with what boxes brought them."""

from django.db import migrations

REMEMBER = """
INSERT INTO curation_had (account_id, item_id, at, source)
SELECT s.account_id, i.item_id, MIN(o.changed_at), 'box' FROM boxes_boxorder o
JOIN boxes_boxsubscription s ON s.id = o.subscription_id JOIN boxes_orderitem i ON i.order_id = o.id
WHERE o.state IN ('shipped', 'delivered', 'closed', 'returned', 'lost', 'damaged', 'reship', 'refunded')
AND NOT EXISTS (SELECT 1 FROM curation_had h WHERE h.account_id = s.account_id AND h.item_id = i.item_id)
GROUP BY s.account_id, i.item_id"""


class Migration(migrations.Migration):
    dependencies = [("curation", "0001_initial")]

    operations = [migrations.RunSQL(REMEMBER, migrations.RunSQL.noop)]
