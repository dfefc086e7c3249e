"""The reader's survey: what must not come, and what pleases."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from subscriptions.curation.actions.answering import answer
from subscriptions.curation.enums import TraitKind
from subscriptions.curation.models import Stance, Trait


@never_cache
@login_required
def taste(request: HttpRequest) -> HttpResponse:
    """Two lists of cards; one button keeps both."""
    if request.method == "POST":
        asked, said = (_ids(request.POST.getlist(name)) for name in ("asked", "said"))
        answer(account=request.user, asked=asked, said=said)
        messages.success(request, _("Kept. It counts from the next box that is made up."))
        return redirect("curation:taste")
    mine = set(Stance.objects.filter(account=request.user).values_list("trait", flat=True))
    rows: dict[str, list[dict[str, Any]]] = {kind: [] for kind in TraitKind.values}
    for trait in Trait.objects.filter(active=True):
        rows[trait.kind].append({"trait": trait, "said": trait.pk in mine})
    context = {"exclusions": rows[TraitKind.EXCLUSION], "tastes": rows[TraitKind.TASTE]}
    return render(request, "curation/taste.html", context)


def _ids(values: list[str]) -> list[int]:
    """Numbers that could be ids; the rest was not typed on our page."""
    return [int(value) for value in values[:500] if value.isascii() and value.isdecimal() and len(value) < 10]
