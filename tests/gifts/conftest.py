"""Gifts on top of a real sandbox; boxes have a plan with three editions."""

from tests.billing.conftest import reader, sandbox, till
from tests.boxes.conftest import plan

__all__ = ["plan", "reader", "sandbox", "till"]
