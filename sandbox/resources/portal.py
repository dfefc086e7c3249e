"""The billing portal: its settings and its sessions."""

from sandbox import listing, shapes
from sandbox.api import Call, complete, required
from sandbox.router import api
from sandbox.store import Object
from sandbox.world import DEFAULT_CLOCK, World


def configuration(w: World) -> Object:
    """The default configuration, made when first asked for."""
    for found in w.store.find("billing_portal.configuration"):
        if found["is_default"]:
            return found
    made = w.make(
        "billing_portal.Configuration", "bpc", DEFAULT_CLOCK, active=True, is_default=True, metadata={}, updated=w.now()
    )
    return w.save(made, DEFAULT_CLOCK)


@api("POST", "/billing_portal/configurations", "billing_portal.ConfigurationCreateParams")
def create_configuration(call: Call) -> Object:
    """Settings of the portal."""
    given = call.data
    made = call.make("billing_portal.Configuration", "bpc", active=True, metadata={}, updated=call.now())
    for name in ("business_profile", "features", "login_page"):
        if name in given:
            made[name] = complete("billing_portal.configuration", name, given[name])
    call.lay(made, {k: v for k, v in given.items() if k in ("default_return_url", "metadata", "name")})
    return call.w.save(made, DEFAULT_CLOCK)


@api("POST", "/billing_portal/configurations/{key}", "billing_portal.ConfigurationUpdateParams")
def change_configuration(call: Call, key: str) -> Object:
    """Change settings of the portal."""
    found = call.w.need(key, "billing_portal.configuration")
    call.lay(found, call.data)
    found["updated"] = call.now()
    return call.w.save(found)


@api("GET", "/billing_portal/configurations", "billing_portal.ConfigurationListParams")
def list_configurations(call: Call) -> Object:
    """Settings, newest first."""
    return listing.answer(call, "billing_portal.configuration", {k: call.data.get(k) for k in ("active", "is_default")})


@api("GET", "/billing_portal/configurations/{key}", "billing_portal.ConfigurationRetrieveParams")
def retrieve_configuration(call: Call, key: str) -> Object:
    """One set of settings."""
    return call.w.need(key, "billing_portal.configuration")


@api("POST", "/billing_portal/sessions", "billing_portal.SessionCreateParams")
def create_session(call: Call) -> Object:
    """A page for one customer."""
    given = call.data
    required(given, "customer")
    customer = call.w.need(given["customer"], "customer", "customer")
    settings = (
        call.w.need(given["configuration"], "billing_portal.configuration", "configuration")
        if given.get("configuration") else configuration(call.w)
    )  # fmt: skip
    session = call.make(
        "billing_portal.Session", "bps", call.w.clock_of(customer), customer=customer["id"], configuration=settings["id"],
        return_url=given.get("return_url") or settings["default_return_url"], locale=given.get("locale"),
    )  # fmt: skip
    if flow := given.get("flow_data"):
        session["flow"] = {
            **shapes.new("billing_portal.Session.Flow"),
            **(complete("billing_portal.session", "flow", flow)),
        }
        if session["flow"]["after_completion"]["type"] == "":
            session["flow"]["after_completion"]["type"] = "portal_homepage"
    session["url"] = f"{call.w.config.public_url}/p/session/{session['id']}"
    return call.w.save(session, call.w.clock_of(customer))
