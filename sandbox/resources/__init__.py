"""The API's endpoints, one resource a module. Importing this package registers all of them."""

from sandbox.resources import (
    accounts,
    checkout_sessions,
    clocks,
    credit_notes,
    customers,
    discounts,
    disputes,
    events,
    invoices,
    payment_methods,
    payments,
    portal,
    products,
    refunds,
    schedules,
    subscriptions,
    webhook_endpoints,
)

__all__ = [
    "accounts", "checkout_sessions", "clocks", "credit_notes", "customers", "discounts", "disputes", "events", "invoices",
    "payment_methods", "payments", "portal", "products", "refunds", "schedules", "subscriptions", "webhook_endpoints",
]  # fmt: skip
