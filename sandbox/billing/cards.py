"""Test cards: what each of them does when it is saved and when it is charged."""

from dataclasses import dataclass

MESSAGES = {
    "generic_decline": "Your card was declined.",
    "card_declined": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "lost_card": "Your card has been declined.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
    "authentication_required": "Your card was declined. This transaction requires authentication.",
    "incorrect_number": "Your card number is incorrect.",
}


@dataclass(frozen=True, slots=True)
class Card:
    """A test card. `behaviour`: ok, a decline code, fails_later (charges off session fail), authenticate
    (once, when it is set up), authenticate_always, fails_charged (saving works, every charge fails), disputed (what is
    paid is disputed a second later), refund_fails (refunds succeed and fail a second later)."""

    token: str
    number: str
    brand: str
    behaviour: str = "ok"


CARDS = (
    Card("pm_card_visa", "4242424242424242", "visa"),
    Card("pm_card_visa_debit", "4000056655665556", "visa"),
    Card("pm_card_mastercard", "5555555555554444", "mastercard"),
    Card("pm_card_amex", "378282246310005", "amex"),
    Card("pm_card_unionpay", "6200000000000005", "unionpay"),
    Card("pm_card_jcb", "3566002020360505", "jcb"),
    Card("pm_card_visa_chargeDeclined", "4000000000000002", "visa", "generic_decline"),
    Card("pm_card_chargeDeclined", "4000000000000002", "visa", "generic_decline"),
    Card("pm_card_chargeDeclinedInsufficientFunds", "4000000000009995", "visa", "insufficient_funds"),
    Card("pm_card_chargeDeclinedExpiredCard", "4000000000000069", "visa", "expired_card"),
    Card("pm_card_chargeDeclinedIncorrectCvc", "4000000000000127", "visa", "incorrect_cvc"),
    Card("pm_card_chargeDeclinedProcessingError", "4000000000000119", "visa", "processing_error"),
    Card("pm_card_chargeCustomerFail", "4000000000000341", "visa", "fails_charged"),
    Card("pm_card_authenticationRequiredOnSetup", "4000002500003155", "visa", "authenticate"),
    Card("pm_card_authenticationRequired", "4000002760003184", "visa", "authenticate_always"),
    Card("pm_card_createDispute", "4000000000000259", "visa", "disputed"),
    Card("pm_card_refundFail", "4000000000005126", "visa", "refund_fails"),
    Card("pm_card_threeDSecure2Required", "4000000000003220", "visa", "authenticate_always"),
)
BY_TOKEN = {card.token: card for card in CARDS}
BY_NUMBER = {card.number: card for card in CARDS}
# On the page the first payment with this card works, so that a newcomer sees a failed renewal.
ON_PAGE = {"fails_charged": "fails_later"}


def error_code(decline: str) -> str:
    """Stripe's error code for a decline code."""
    own = {"expired_card", "incorrect_cvc", "processing_error", "authentication_required", "incorrect_number"}
    return decline if decline in own else "card_declined"
