"""Comparing versions: Wagtail shows the items of a list inside a block that is new or gone as nothing at all."""

from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from wagtail.admin.compare import ListBlockComparison, get_comparison_class_for_block


def items(self: ListBlockComparison, value: Any) -> SafeString:
    """Each item as its own kind of block is shown: pictures of a gallery, moments of a timeline."""
    child = self.block.child_block
    shown = get_comparison_class_for_block(child)
    return format_html_join(
        "\n", "<div>{}</div>", ((shown(child, True, True, one, one).htmlvalue(one),) for one in value)
    )


def mend() -> None:
    """Called once, with the admin's hooks. Harmless where Wagtail has learned it."""
    if "htmlvalue" not in vars(ListBlockComparison):
        ListBlockComparison.htmlvalue = items
