"""Addresses as hashes: a list of addresses that get no mail must not be a list of addresses."""

import hashlib
from typing import Any

from django.db import models
from django.db.models import Func, Value
from django.db.models.functions import Concat, Lower

# Not a secret: it only keeps these hashes from being looked up in tables made for bare addresses.
SALT = "yaji letters:"


def hashed(address: str) -> str:
    """The hash of an address, 64 hex digits; whatever its case."""
    return hashlib.sha256(f"{SALT}{address.strip().lower()}".encode()).hexdigest()


class _Sha256(Func):
    """SHA-256 as hex. PostgreSQL has it built in since 11 (Django's own function wants an extension)."""

    function = "SHA256"
    arity = 1
    output_field = models.CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return super().as_sql(
            compiler, connection, template="ENCODE(SHA256(CONVERT_TO(%(expressions)s, 'UTF8')), 'hex')", **context
        )


def hash_of(column: str) -> Func:
    """The same hash in a query, of a column with addresses."""
    return _Sha256(Concat(Value(SALT), Lower(column), output_field=models.CharField()))
