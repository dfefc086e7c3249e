"""People for tests."""

import itertools
from typing import Any

from accounts.models import User

_numbers = itertools.count(1)


def person(name: str = "", **fields: Any) -> User:
    """A signed-up account with a verified e-mail; no tier."""
    from allauth.account.models import EmailAddress

    number = next(_numbers)
    email = fields.pop("email", f"person-{number}@example.com")
    user = User.objects.create_user(
        email, fields.pop("password", "yaji-demo"), name=name or f"Person {number}", **fields
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user
