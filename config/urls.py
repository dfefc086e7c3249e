"""Every address of the site. People's pages stand under a language; machines' addresses do not."""

from typing import Any

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.utils.translation import get_language_from_request
from django.views.generic import RedirectView
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from accounts.push import views as push_views
from config import health
from ground.views import search, suggest


def to_language(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """A bare path goes to the same path in the visitor's language."""
    language = get_language_from_request(request)
    response = redirect(f"/{language}{request.get_full_path()}")
    response["Vary"] = "Accept-Language, Cookie"
    return response


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Wagtail's own sign-in page gives way to ours, and comes back."""
    query = request.GET.urlencode() or "next=/cms/"
    return redirect(f"/{get_language_from_request(request)}/account/login/?{query}")


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}yaji/art/seal.svg")),
    path("cms/login/", to_sign_in),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("files/", include("editorial.files.urls")),
    path("billing/", include("subscriptions.billing.webhook_urls")),
    path("parcels/", include("subscriptions.parcels.hook_urls")),
    path("feeds/", include("editorial.feed_urls")),
    path("mail/hooks/", include("editorial.letters.hook_urls")),
    path("push-worker.js", push_views.worker, name="push_worker"),
    path("", include("editorial.root_urls")),
]
if not settings.ENVIRONMENT.production:
    urlpatterns += [
        path("demo/mail/", include("accounts.mailbox_urls")),
        re_path(r"^media/(?P<path>.*)$", serve, {"document_root": settings.MEDIA_ROOT}),
    ]
urlpatterns += i18n_patterns(
    path("account/letters/", include("editorial.letters.account_urls")),
    path("", include("editorial.readers.urls")),
    path("account/seats/", include("membership.seats.urls")),
    path("account/perks/", include("membership.perks.urls")),
    path("account/devices/", include("accounts.push.urls")),
    path("account/", include("accounts.urls")),
    path("account/", include("allauth.urls")),
    path("join/", include("membership.urls")),
    path("boxes/taste/", include("subscriptions.curation.urls")),
    path("shop/", include("subscriptions.shop.urls")),
    path("boxes/", include("subscriptions.boxes.urls")),
    path("billing/", include("subscriptions.billing.urls")),
    path("gifts/", include("subscriptions.gifts.urls")),
    path("groups/", include("community.hung.urls")),
    path("groups/", include("community.votes.urls")),
    path("groups/", include("community.urls")),
    path("decisions/", include("community.moderation.urls")),
    path("polls/", include("editorial.polls.urls")),
    path("letters/", include("editorial.letters.urls")),
    path("search/", search, name="search"),
    path("search/suggest/", suggest, name="search_suggest"),
    *([path("gallery/", include("ground.gallery_urls"))] if not settings.ENVIRONMENT.production else []),
    path("", include("editorial.urls")),
    path("", include(wagtail_urls)),
)
urlpatterns += [
    re_path(
        r"^(?!(?:zh-hans|en|cms|static|media|files|ws|feeds|mail|billing|parcels|documents|demo)(?:/|$)).*$",
        to_language,
    )
]

handler403 = "ground.views.forbidden"
handler404 = "ground.views.missing"
handler500 = "ground.views.broken"
