"""The limit for webhooks: a bare Django view that inserts what it was posted as one row and commits. No middleware, no ORM.

Connections stay open as the product's do. The table is made by `benchmarks.webhooks`.
"""

import os
from itertools import count

import dj_database_url
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import re_path

INSERT = "INSERT INTO bare_event (id, payload) VALUES (%s, %s)"
_numbers = count(1)


def view(request: HttpRequest) -> HttpResponse:
    """One INSERT, which commits by itself; a GET (is the server up?) inserts nothing."""
    if request.method == "POST":
        with connection.cursor() as cursor:
            cursor.execute(INSERT, [f"evt_{next(_numbers)}", request.body.decode()])
    return HttpResponse(b"ok", headers={"Content-Length": "2"})  # else it goes out in chunks


urlpatterns = [re_path("", view)]
settings.configure(
    ROOT_URLCONF=__name__,
    SECRET_KEY="bare",
    ALLOWED_HOSTS=["*"],
    MIDDLEWARE=[],
    DEBUG=False,
    DATABASES={"default": dj_database_url.parse(os.environ["DATABASE_URL"], conn_max_age=60)},
)
application = get_wsgi_application()
