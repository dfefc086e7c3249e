"""The limit for pages: a bare Django view that answers bytes from a file. No middleware, no database."""

import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import re_path

BODY = Path(os.environ["BARE_BODY"]).read_bytes() if os.environ.get("BARE_BODY") else b"ok"


def view(request: HttpRequest) -> HttpResponse:
    """The bytes."""
    return HttpResponse(BODY, headers={"Content-Length": str(len(BODY))})  # else it goes out in chunks


urlpatterns = [re_path("", view)]
settings.configure(ROOT_URLCONF=__name__, SECRET_KEY="bare", ALLOWED_HOSTS=["*"], MIDDLEWARE=[], DEBUG=False)
application = get_wsgi_application()
