"""Members in Wagtail's admin."""

from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from membership.people import member_views, views

urls = [
    path("", views.members, name="list"),
    path("members.csv", views.members_csv, name="csv"),
    path("keep/", views.keep, name="keep"),
    path("keep/<int:pk>/forget/", views.forget, name="forget"),
    path("bulk/", views.bulk, name="bulk"),
    path("import/", views.bring_in, name="import"),
    path("work/<int:pk>/", views.job, name="job"),
    path("work/<int:pk>/decide/", views.decide, name="decide"),
    path("<int:pk>/", member_views.member, name="member"),
    path("<int:pk>/tag/", member_views.tag, name="tag"),
    path("<int:pk>/note/", member_views.note, name="note"),
    path("<int:pk>/comp/", member_views.comp, name="comp"),
    path("<int:pk>/comp/<int:comp_pk>/end/", member_views.comp_end, name="comp_end"),
    path("<int:pk>/sign-out/", member_views.sign_out, name="sign_out"),
    path("<int:pk>/visit/", member_views.visit, name="visit"),
]


class MembersItem(MenuItem):
    """Shown to those who may see members."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Only with the permission."""
        return bool(request.user.has_perm("people.see_members"))


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern | URLResolver]:
    """Under /cms/members/."""
    return [path("members/", include((urls, "members_admin")))]


@hooks.register("register_admin_menu_item")
def register_menu() -> MenuItem:
    """The list."""
    return MembersItem(_("Our members"), reverse("members_admin:list"), name="members", icon_name="group", order=230)


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    """What groups can be given, beside what Wagtail shows by itself."""
    return Permission.objects.filter(
        Q(content_type__app_label="people", codename__in=["see_members", "change_members"])
        | Q(content_type__app_label="accounts", codename="visit_members")
        | Q(content_type__app_label="membership", codename="change_comp")
    )
