"""What editors are told beside Wagtail's own words."""

from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin import messages

from editorial import alts


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def tell_of_silent_pictures(request: HttpRequest, page: Any) -> None:
    """A warning for each picture that lacks a description; the page is saved all the same."""
    for sentence in alts.without_words(page.specific):
        messages.warning(request, sentence)
