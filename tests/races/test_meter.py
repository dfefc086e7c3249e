"""Two tabs at once, one read left."""

from functools import partial

import pytest

from membership import meter
from membership.models import EntitlementGrant
from tests.factories import accounts
from tests.factories import editorial as pages
from tests.races.threads import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def _try(account_pk: int, key: str) -> str:
    from accounts.models import User

    try:
        meter.spend(account=User.objects.get(pk=account_pk), key=key)
    except meter.MeterSpent:
        return "spent"
    return "opened"


def test_the_last_read_of_a_month_is_spent_once() -> None:
    account = accounts.person()
    meter.spend(account=account, key=pages.story().subject_key)
    keys = [pages.story().subject_key for _ in range(6)]
    answers = at_once([partial(_try, account.pk, key) for key in keys])
    assert sorted(answers) == ["opened", *["spent"] * 5]
    assert EntitlementGrant.objects.filter(account=account, source_kind=meter.KIND).count() == 2
