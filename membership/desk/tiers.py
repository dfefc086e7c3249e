"""Tiers, and the rows that compare them, as their owner edits them."""

from typing import Any

from django import forms
from django.db.models import Max
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views.generic import ReorderView
from wagtail.admin.viewsets.model import ModelViewSet

from membership import keys
from membership.actions import STEP, order_tiers
from membership.models import ComparisonRow, Tier


class KeySelect(forms.Select):
    """Entitlements to choose from: what asks for a key, what gives one, and what stands there already."""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        """Read when the form is shown, so that a room made a minute ago can be chosen."""
        known = keys.choices()
        missing = [(one, one) for one in value if one and one not in dict(known)]
        self.choices = [("", "—"), *missing, *known]
        return super().optgroups(name, value, attrs)  # type: ignore[no-any-return]


class TierForm(WagtailAdminModelForm):
    """A tier's key is what its grants name: it is chosen once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "key" in self.fields:
            self.fields["key"].disabled = True

    def save(self, commit: bool = True) -> Tier:
        """A new tier comes last."""
        if self.instance.rank is None:
            self.instance.rank = (Tier.objects.aggregate(last=Max("rank"))["last"] or 0) + STEP
        return super().save(commit)  # type: ignore[no-any-return]


def both(name: str) -> FieldRowPanel:
    """A text in both languages, side by side."""
    return FieldRowPanel([FieldPanel(f"{name}_zh"), FieldPanel(f"{name}_en")])


class TierReorderView(ReorderView):
    """Dragging: ranks are unique, so the whole order is written anew."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        """`?position=` is the place in the list, counted from nought; anything else is the last one."""
        moved = get_object_or_404(Tier, pk=kwargs["pk"])
        order = [pk for pk in Tier.objects.order_by("rank").values_list("pk", flat=True) if pk != moved.pk]
        asked = request.GET.get("position", "")
        order.insert(int(asked) if asked.isdigit() else len(order), moved.pk)
        order_tiers(order=order)
        return JsonResponse({"success": True})


class TierViewSet(ModelViewSet):
    """Seats at the table, lowest first."""

    model = Tier
    name = url_namespace = "tiers"
    icon = "group"
    menu_label = _("Tiers")
    ordering = "rank"
    sort_order_field = "rank"
    reorder_view_class = TierReorderView
    copy_view_enabled = False
    list_display = [
        "name_zh", "name_en", Column("key", label=_("key")), Column("metered_reads", label=_("metered reads a month")),
        BooleanColumn("recommended", label=_("recommended")), BooleanColumn("visible", label=_("shown")),
        BooleanColumn("archived", label=_("archived")),
    ]  # fmt: skip
    edit_handler = ObjectList(
        [
            MultiFieldPanel([FieldPanel("key"), both("name"), both("tagline"), both("summary")], _("Names and lines")),
            MultiFieldPanel([FieldPanel("recommended"), FieldPanel("visible"), FieldPanel("archived")], _("Where it is shown")),
            InlinePanel(
                "rights", heading=_("What it opens"), label=_("right"), panels=[FieldPanel("key", widget=KeySelect)],
                help_text=_("A higher tier does not take over what a lower one opens by itself: list everything."),
            ),
            FieldPanel("metered_reads"),
            InlinePanel("benefits", heading=_("What it gives, in plain words"), label=_("line"), panels=[both("text")]),
            MultiFieldPanel(
                [
                    FieldPanel("welcome_zh"), FieldPanel("welcome_en"),
                    InlinePanel("steps", heading=_("First things to do"), label=_("thing to do"), max_num=3,
                                panels=[both("text"), FieldPanel("path")]),
                ],
                _("Welcome page"),
            ),
        ],
        base_form_class=TierForm,
    )  # fmt: skip


class ComparisonViewSet(ModelViewSet):
    """Rows under the tiers on the join page: one subject over all of them."""

    model = ComparisonRow
    name = url_namespace = "tier_comparison"
    icon = "table"
    menu_label = _("Comparison")
    ordering = "order"
    sort_order_field = "order"
    copy_view_enabled = False
    list_display = ["label_zh", "label_en"]
    edit_handler = ObjectList(
        [
            both("label"),
            InlinePanel("cells", heading=_("What each tier has"), label=_("tier"),
                        panels=[FieldPanel("tier"), both("text")],
                        help_text=_("A tier without a line here does not have it.")),
        ]
    )  # fmt: skip
