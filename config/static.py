"""Static files in front of the pages' WSGI application.

Not as Django middleware: the library's middleware is asynchronous, and one asynchronous middleware makes Django hop between
threads for every page (measured: about two milliseconds each).
"""

from wsgiref.types import WSGIApplication

from django.conf import settings
from django.contrib.staticfiles import finders
from servestatic import ServeStatic

from ground.packing import packed_files

HASHED = r"^.+\.[0-9a-f]{12}\..+$"  # what the manifest storage names files: these may be kept for ever


def with_static(application: WSGIApplication) -> WSGIApplication:
    """The application with `STATIC_URL` answered before it: collected files (compressed when they were collected) in
    production, apps' own in development."""
    prefix = settings.STATIC_URL
    if settings.ENVIRONMENT.production:
        return ServeStatic(application, root=settings.STATIC_ROOT, prefix=prefix, immutable_file_test=HASHED)
    served = ServeStatic(application, max_age=0)
    for finder in reversed(list(finders.get_finders())):  # the first finder wins, so its files are added last
        for storage in reversed(list(finder.storages.values())):
            served.add_files(storage.location, prefix=prefix)
    return packed_files(served, prefix)
