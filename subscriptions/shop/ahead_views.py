"""Ordering ahead: where it goes, then a page that saves the card."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from subscriptions.billing import joining
from subscriptions.boxes.models import BoxSubscription
from subscriptions.shop import queries, views
from subscriptions.shop.actions import ahead
from subscriptions.shop.forms import AheadForm


@never_cache
def order(request: HttpRequest, slug: str) -> HttpResponse:
    """The address first: it is charged and sent at the release. What was typed is kept."""
    article = views.found_article(slug)
    if not request.user.is_authenticated:
        return views.to_sign_up(request, slug)
    known = BoxSubscription.objects.filter(account=request.user).exclude(line1="").order_by("-pk").first()
    form = AheadForm(request.POST or None, initial=known.address if known else {"recipient": request.user.name})
    if request.method == "POST" and form.is_valid():
        quantity = form.cleaned_data.pop("quantity")
        try:
            _sale, page = ahead.order(account=request.user, article=article, quantity=quantity,
                                      address=form.cleaned_data, language=get_language() or "en")  # fmt: skip
            return redirect(joining.open_page(page).session_url)
        except views.REFUSALS as refused:
            form.add_error(None, views.said(refused))
    status = 422 if form.is_bound else 200
    shown = queries.article_of(slug, request.user)
    return render(request, "shop/ahead.html", {"form": form, "it": shown}, status=status)
