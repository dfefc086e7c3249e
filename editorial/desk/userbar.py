"""Wagtail's accessibility checker, with what the house asks beside."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.userbar import ContentCheckerItem


class HouseChecker(ContentCheckerItem):
    """Checks the story as it is read: pictures told in words, headings in order, colours that can be seen."""

    axe_run_only: ClassVar = [
        *ContentCheckerItem.axe_run_only,
        "image-alt", "svg-img-alt", "video-caption", "color-contrast", "list", "listitem", "label", "image-redundant-alt",
        "empty-table-header", "valid-lang", "duplicate-id-aria",
    ]  # fmt: skip
    # A file's name, or a word that says only that there is a picture, in either language.
    axe_custom_checks: ClassVar = [
        {
            "id": "check-image-alt-text",
            "options": {
                "pattern": r"\.(avif|gif|jpg|jpeg|png|svg|webp)$|_|^(img|dsc|image|picture|photo|图片|照片|图)[\s_-]*\d*$"
            },
        },
        *(check for check in ContentCheckerItem.axe_custom_checks if check["id"] != "check-image-alt-text"),
    ]
    axe_messages: ClassVar = {
        **ContentCheckerItem.axe_messages,
        "image-alt": {
            "error_name": _("A picture does not say what is seen in it"),
            "help_text": _("Say what is seen, for those who listen"),
        },
        "video-caption": {
            "error_name": _("A film has no captions"),
            "help_text": _("Add captions, for those who do not hear"),
        },
        "color-contrast": {
            "error_name": _("Words that are hard to see"),
            "help_text": _("Choose colours that stand apart"),
        },
    }
