"""Products and prices."""

from typing import Any

from sandbox import listing
from sandbox.api import Call
from sandbox.errors import invalid
from sandbox.events import emit, update
from sandbox.router import api
from sandbox.store import Object
from sandbox.world import DEFAULT_CLOCK, World, copy

MOST = {"day": 1095, "week": 156, "month": 36, "year": 3}  # of each interval between two bills


@api("POST", "/products", "ProductCreateParams")
def create_product(call: Call) -> Object:
    """A product, with an own id when given, and its default price when default_price_data is given."""
    given = dict(call.data)
    price_data = given.pop("default_price_data", None)
    if "name" not in given:
        raise invalid("Missing required param: name.", "name", "parameter_missing")
    if given.get("id") and call.w.store.get(given["id"]):
        raise invalid(f"Product already exists: {given['id']}", "id", "resource_already_exists")
    product = call.make("Product", "prod", active=True, type="service", updated=call.now())
    call.lay(product, given)
    call.w.save(product, DEFAULT_CLOCK)
    if price_data:
        price = make_price(call, {**price_data, "product": product["id"]})
        product["default_price"] = price["id"]
        call.w.save(product)
    emit(call.w, "product.created", product)
    return product


@api("GET", "/products/{key}", "ProductRetrieveParams")
def retrieve_product(call: Call, key: str) -> Object:
    """One product."""
    return call.w.need(key, "product")


@api("POST", "/products/{key}", "ProductUpdateParams")
def update_product(call: Call, key: str) -> Object:
    """Change a product."""
    product = call.w.need(key, "product")
    before = copy(product)
    call.lay(product, call.data)
    product["updated"] = call.now()
    return update(call.w, before, product, "product.updated")


@api("GET", "/products", "ProductListParams")
def list_products(call: Call) -> Object:
    """Products, newest first."""
    return listing.answer(call, "product", {"active": call.data.get("active"), "ids": call.data.get("ids")})


def make_price(call: Call, given: dict[str, Any]) -> Object:
    """Store a price from create parameters and tell of it."""
    given = dict(given)
    product_data = given.pop("product_data", None)
    transfer = given.pop("transfer_lookup_key", False)
    for name in ("custom_unit_amount", "currency_options"):
        given.pop(name, None)
    if product_data:
        inner = Call(call.w, product_data)
        given["product"] = create_product(inner)["id"]
    call.w.need(given.get("product"), "product", "product")
    _take_lookup_key(call.w, given.get("lookup_key"), transfer)
    amount = _amount(given)
    recurring = given.pop("recurring", None)
    price = call.make(
        "Price", "price", active=True, billing_scheme="per_unit", type="recurring" if recurring else "one_time",
        recurring=_recurring(recurring), unit_amount=amount, unit_amount_decimal=str(amount),
        tax_behavior=given.pop("tax_behavior", "unspecified"),
    )  # fmt: skip
    call.lay(price, {k: v for k, v in given.items() if k not in ("unit_amount", "unit_amount_decimal")})
    price["currency"] = price["currency"].lower()
    call.w.save(price, DEFAULT_CLOCK)
    emit(call.w, "price.created", price)
    return price


def _amount(given: dict[str, Any]) -> int:
    if not given.get("currency"):
        raise invalid("Missing required param: currency.", "currency", "parameter_missing")
    if "unit_amount" in given:
        return given["unit_amount"]
    if "unit_amount_decimal" in given:
        return round(float(given["unit_amount_decimal"]))
    raise invalid("You must specify either `unit_amount` or `unit_amount_decimal`.", "unit_amount", "parameter_missing")


def _recurring(given: dict[str, Any] | None) -> Object | None:
    if not given:
        return None
    count = given.get("interval_count", 1)
    if not 1 <= count <= MOST[given["interval"]]:
        raise invalid("Invalid interval_count: a price recurs at least every three years.", "recurring[interval_count]")
    return {
        "interval": given["interval"], "interval_count": count, "meter": None,
        "trial_period_days": given.get("trial_period_days"), "usage_type": "licensed",
    }  # fmt: skip


def by_lookup_key(w: World, key: str) -> Object | None:
    """The price that holds this lookup key."""
    found = w.store.find("price", "json_extract(data,'$.lookup_key')=?", key)
    return found[0] if found else None


def _take_lookup_key(w: World, key: str | None, transfer: bool) -> None:
    holder = by_lookup_key(w, key) if key else None
    if holder is None:
        return
    if not transfer:
        raise invalid(
            f"A price (`{holder['id']}`) already uses that lookup key.", "lookup_key", "resource_already_exists"
        )
    before = copy(holder)
    holder["lookup_key"] = None
    update(w, before, holder, "price.updated")


@api("POST", "/prices", "PriceCreateParams")
def create_price(call: Call) -> Object:
    """A price; `transfer_lookup_key` takes the key from the price that has it."""
    return make_price(call, call.data)


@api("GET", "/prices/{key}", "PriceRetrieveParams")
def retrieve_price(call: Call, key: str) -> Object:
    """One price."""
    return call.w.need(key, "price")


@api("POST", "/prices/{key}", "PriceUpdateParams")
def update_price(call: Call, key: str) -> Object:
    """Change what may be changed: active, lookup key, nickname, metadata."""
    price = call.w.need(key, "price")
    given = {k: v for k, v in call.data.items() if k not in ("currency_options", "transfer_lookup_key")}
    if given.get("lookup_key") and given["lookup_key"] != price["lookup_key"]:
        _take_lookup_key(call.w, given["lookup_key"], call.data.get("transfer_lookup_key", False))
    before = copy(price)
    call.lay(price, given)
    return update(call.w, before, price, "price.updated")


@api("GET", "/prices", "PriceListParams")
def list_prices(call: Call) -> Object:
    """Prices, newest first."""
    given = call.data
    fields = {k: given.get(k) for k in ("active", "currency", "product", "type")}
    keys = given.get("lookup_keys")
    recurring = given.get("recurring") or {}

    def wanted(price: Object) -> bool:
        if keys is not None and price["lookup_key"] not in keys:
            return False
        return all((price["recurring"] or {}).get(k) == v for k, v in recurring.items())

    return listing.answer(call, "price", fields, wanted)
