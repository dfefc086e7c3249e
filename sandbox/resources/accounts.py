"""The account behind the key."""

from sandbox import shapes
from sandbox.api import Call
from sandbox.router import api
from sandbox.store import Object


@api("GET", "/account", "AccountRetrieveCurrentParams")
def retrieve_current(call: Call) -> Object:
    """The one account of this sandbox."""
    return shapes.new(
        "Account", id="acct_sandbox", country="CN", default_currency="cny", charges_enabled=True,
        created=call.w.store.setting("born"), details_submitted=True, payouts_enabled=True,
    )  # fmt: skip
