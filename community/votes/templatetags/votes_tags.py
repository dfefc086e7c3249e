"""Tags for other pages: `{% load votes_tags %}{% group_elections group %}`."""

from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from community import access
from community.models import Group
from community.votes.elections import showing
from community.votes.enums import Step
from community.votes.models import Entry

register = template.Library()
MOST = 20


@register.inclusion_tag("votes/parts/of_group.html", takes_context=True)
def group_elections(context: dict[str, Any], group: Group) -> dict[str, Any]:
    """The election that runs in the group, the last ones, and the way to call one. Three queries at most."""
    request = context.get("request")
    return showing.of_group(group, access.signed_in(getattr(request, "user", None)) if request else None)


@register.inclusion_tag("votes/parts/log.html")
def elections_log(group: Group) -> dict[str, Any]:
    """What was chosen in the group, for the public log: numbers only. One query."""
    rows = Entry.objects.filter(election__group=group).select_related("election").order_by("-pk")
    return {"log": list(rows[:MOST]), "whole": True}


@register.filter
def step_label(value: str) -> str:
    """What happened, in words."""
    return str(Step(value).label) if value in Step.values else ""


@register.filter
def voters(choice: dict[str, Any]) -> str:
    """Who chose an answer, by name; those beyond the first as a number."""
    names = ", ".join(person["name"] for person in choice["by"])
    more = choice["n"] - len(choice["by"])
    return _("%(names)s and %(n)s more") % {"names": names, "n": more} if more > 0 else names


@register.filter
def poll_time(at: Any) -> str:
    """A day and an hour, as the browser's script writes them too."""
    local = timezone.localtime(at)
    return f"{date_format(local, 'MONTH_DAY_FORMAT')} {local:%H:%M}"
