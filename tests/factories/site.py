"""Wagtail's root page, locales and site, as migrations leave them."""

from django.conf import settings


def restore() -> None:
    """Make locales, root, home and site when they are missing."""
    from django.contrib.contenttypes.models import ContentType
    from wagtail.models import Collection, Locale, Page, Site

    for code, _ in settings.LANGUAGES:
        Locale.objects.get_or_create(language_code=code)
    if not Collection.objects.exists():
        Collection.add_root(name="Root")
    if not Page.objects.filter(depth=1).exists():
        Page.add_root(
            title="Root",
            slug="root",
            locale=Locale.objects.get(language_code=settings.LANGUAGE_CODE),
            content_type=ContentType.objects.get_for_model(Page),
        )
    if not Site.objects.exists():
        root = Page.objects.get(depth=1)
        home = root.get_children().first() or root.add_child(
            instance=Page(title="Home", slug="home", locale=Locale.objects.get(language_code=settings.LANGUAGE_CODE))
        )
        Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
