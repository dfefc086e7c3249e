"""Letters in Wagtail's admin."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import CreateView, EditView, SnippetViewSet

from editorial.letters import admin_views
from editorial.letters.admin_forms import CampaignForm
from editorial.letters.models import Campaign, Newsletter, Suppression

urls = [
    path("", admin_views.board, name="board"),
    path("<int:pk>/", admin_views.campaign, name="campaign"),
    path("<int:pk>/do/<slug:name>/", admin_views.act, name="act"),
    path("<int:pk>/batch/<int:batch>/", admin_views.decide, name="decide"),
    path("<int:pk>/test/", admin_views.test, name="test"),
    path("<int:pk>/preview/", admin_views.preview, name="preview"),
    path("<int:pk>/preview/body/", admin_views.preview_body, name="preview_body"),
    path("<int:pk>/readers/", admin_views.readers, name="readers"),
]


class _ToTheLetter:
    """After saving comes the letter's own page, with previews and what can be done."""

    object: Any

    def get_success_url(self) -> str:
        return reverse("letters_admin:campaign", args=[self.object.pk])


class ComposeView(_ToTheLetter, CreateView):
    """A new letter."""


class RecomposeView(_ToTheLetter, EditView):
    """A draft again."""


class CampaignViewSet(SnippetViewSet):
    """Composing."""

    model = Campaign
    icon = "mail"
    list_display = ["subject_zh", "subject_en", "newsletter", "state"]
    list_filter = ["newsletter", "state"]
    search_fields = ["subject_zh", "subject_en", "slug"]
    add_view_class, edit_view_class = ComposeView, RecomposeView
    copy_view_enabled = False
    edit_handler = ObjectList(
        [
            MultiFieldPanel([FieldPanel("newsletter"), FieldPanel("segment"), FieldPanel("slug")], _("To whom")),
            MultiFieldPanel([FieldPanel("subject_zh"), FieldPanel("subject_en")], _("Subject")),
            MultiFieldPanel([FieldPanel("intro_zh"), FieldPanel("intro_en")], _("Opening")),
            InlinePanel("stories", label=_("story"), heading=_("Stories")),
            MultiFieldPanel([FieldPanel("closing_zh"), FieldPanel("closing_en")], _("Closing")),
        ],
        base_form_class=CampaignForm,
    )


class NewsletterViewSet(SnippetViewSet):
    """The kinds of letters that people choose."""

    model = Newsletter
    icon = "mail"
    list_display = ["key", "name_zh", "name_en", "default_on", "archived"]
    edit_handler = ObjectList(
        [
            FieldPanel("key"),
            FieldRowPanel([FieldPanel("name_zh"), FieldPanel("name_en")]),
            FieldPanel("about_zh"),
            FieldPanel("about_en"),
            FieldRowPanel([FieldPanel("default_on"), FieldPanel("archived"), FieldPanel("order")]),
        ]
    )


class SuppressionViewSet(SnippetViewSet):
    """Addresses that get no letters, to look at; they are hashes."""

    model = Suppression
    icon = "warning"
    list_display = ["address_hash", "trouble", "source", "at"]
    list_filter = ["trouble"]
    edit_handler = ObjectList([FieldPanel("trouble", read_only=True), FieldPanel("note", read_only=True)])


for viewset in (CampaignViewSet, NewsletterViewSet, SuppressionViewSet):
    register_snippet(viewset)


class PermittedItem(MenuItem):
    """Shown to those with its permission."""

    def __init__(self, permission: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.permission = permission

    def is_shown(self, request: HttpRequest) -> bool:
        """Only with the permission."""
        return bool(request.user.has_perm(self.permission))


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern | URLResolver]:
    """Under /cms/letters/."""
    return [path("letters/", include((urls, "letters_admin")))]


@hooks.register("register_admin_menu_item")
def register_menu() -> SubmenuMenuItem:
    """Letters, newsletters, and addresses that are held back."""
    newsletters, held = "wagtailsnippets_letters_newsletter:list", "wagtailsnippets_letters_suppression:list"
    items = [
        PermittedItem("letters.change_campaign", _("Letters"), reverse("letters_admin:board"), name="letters", icon_name="mail", order=1),
        PermittedItem("letters.change_newsletter", _("Newsletters"), reverse(newsletters), name="newsletters", icon_name="list-ul", order=2),
        PermittedItem("letters.view_suppression", _("Held-back addresses"), reverse(held), name="suppressions", icon_name="warning", order=3),
    ]  # fmt: skip
    return SubmenuMenuItem(_("Letters"), Menu(items=items), name="letters-menu", icon_name="mail", order=650)
