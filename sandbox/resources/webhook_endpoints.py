"""Webhook endpoints."""

import secrets

from sandbox import listing, shapes
from sandbox.api import Call, required
from sandbox.errors import invalid
from sandbox.router import api
from sandbox.store import Object
from sandbox.world import DEFAULT_CLOCK


@api("POST", "/webhook_endpoints", "WebhookEndpointCreateParams")
def create(call: Call) -> Object:
    """An endpoint; its secret is shown this once."""
    given = call.data
    required(given, "url", "enabled_events")
    version = given.get("api_version") or shapes.API_VERSION
    if version != shapes.API_VERSION:
        raise invalid(f"The sandbox speaks {shapes.API_VERSION} only.", "api_version")
    if not given["url"].startswith(("http://", "https://")):
        raise invalid("Invalid URL: An explicit scheme (such as https) must be provided.", "url", "url_invalid")
    endpoint = call.make("WebhookEndpoint", "we", status="enabled", api_version=version, metadata={})
    call.lay(endpoint, {k: v for k, v in given.items() if k in ("url", "enabled_events", "description", "metadata")})
    secret = "whsec_" + secrets.token_urlsafe(24).replace("-", "x").replace("_", "y")
    call.w.save(endpoint, DEFAULT_CLOCK, {"secret": secret})
    return {**endpoint, "secret": secret}


@api("GET", "/webhook_endpoints", "WebhookEndpointListParams")
def list_all(call: Call) -> Object:
    """Endpoints, newest first."""
    return listing.answer(call, "webhook_endpoint", {})


@api("GET", "/webhook_endpoints/{key}", "WebhookEndpointRetrieveParams")
def retrieve(call: Call, key: str) -> Object:
    """One endpoint."""
    return call.w.need(key, "webhook_endpoint")


@api("POST", "/webhook_endpoints/{key}", "WebhookEndpointUpdateParams")
def change(call: Call, key: str) -> Object:
    """Change or switch off an endpoint."""
    endpoint = call.w.need(key, "webhook_endpoint")
    given = dict(call.data)
    if "disabled" in given:
        endpoint["status"] = "disabled" if given.pop("disabled") else "enabled"
    call.lay(endpoint, given)
    return call.w.save(endpoint)


@api("DELETE", "/webhook_endpoints/{key}", "WebhookEndpointDeleteParams")
def delete(call: Call, key: str) -> Object:
    """Remove an endpoint."""
    endpoint = call.w.need(key, "webhook_endpoint")
    call.w.store.run("DELETE FROM objects WHERE id=?", key)
    call.w.store.run("UPDATE deliveries SET state='dropped' WHERE endpoint=? AND state IN ('pending','held')", key)
    return {**endpoint, "deleted": True}
