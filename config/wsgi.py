"""Pages for a WSGI server: `granian --interface wsgi config.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

from config.environment import settings_module

os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings_module())
_pages = get_wsgi_application()

from config.static import with_static  # noqa: E402 - settings are there only now
from ground.pagecache import front  # noqa: E402

application = front(with_static(_pages))
