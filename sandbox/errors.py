"""Errors in Stripe's own shape."""

from typing import Any


class ApiError(Exception):
    """An answer other than 200. `kind` is Stripe's error type, `status` the HTTP status."""

    def __init__(self, status: int, kind: str, message: str, **fields: Any) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.fields = {k: v for k, v in fields.items() if v is not None}

    def body(self) -> dict[str, Any]:
        """The JSON body that Stripe sends for this error."""
        fields = dict(self.fields)
        code = fields.get("code")
        if code and "doc_url" not in fields:
            fields["doc_url"] = f"https://stripe.com/docs/error-codes/{str(code).replace('_', '-')}"
        return {"error": {"message": str(self), "type": self.kind, **fields}}


def invalid(message: str, param: str | None = None, code: str | None = None, **fields: Any) -> ApiError:
    """A 400 for a request that Stripe does not accept."""
    return ApiError(400, "invalid_request_error", message, param=param, code=code, **fields)


def missing(kind: str, key: str, param: str = "id") -> ApiError:
    """The 404 for an object that does not exist."""
    return ApiError(404, "invalid_request_error", f"No such {kind}: '{key}'", param=param, code="resource_missing")


def unknown_parameter(name: str) -> ApiError:
    """The 400 for a parameter that this endpoint does not have."""
    return invalid(f"Received unknown parameter: {name}", name, "parameter_unknown")


def card_error(code: str, decline: str | None = None, **fields: Any) -> ApiError:
    """The 402 for a card that was refused. `code` is Stripe's error code, `decline` its decline code."""
    from sandbox.billing.cards import MESSAGES

    message = MESSAGES.get(decline or code, MESSAGES["generic_decline"])
    return ApiError(402, "card_error", message, code=code, decline_code=decline, **fields)


class Undone(Exception):
    """A change that must leave no trace; carries the error to answer with."""

    def __init__(self, error: ApiError) -> None:
        super().__init__(str(error))
        self.error = error
