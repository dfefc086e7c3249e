"""A story."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    PageChooserPanel,
    TitleFieldPanel,
)
from wagtail.fields import StreamField

from editorial import kept, previewing, reading, showing
from editorial.blocks import NOTE_BLOCKS, STORY_BLOCKS
from editorial.models.base import AudiencePage
from editorial.models.facet import Craft, Period, Region
from editorial.models.series import SeriesPage
from editorial.models.topic import Topic
from editorial.querysets import StoryManager
from editorial.reading_time import minutes

ROOM_HELP = _("Such as story:… whose room is meant. Empty: the room that was opened for this story.")


class StoryPage(AudiencePage):
    """Words and pictures about where a thing comes from. Both languages of a story share one subject key."""

    title_lines = models.CharField(
        _("title with breaks"), max_length=255, blank=True,
        help_text=_("The title again, with | at the ends of phrases: a Chinese line may break there and nowhere else."),
    )  # fmt: skip
    kicker = models.CharField(
        _("line above the title"), max_length=40, blank=True, help_text=_("The series or column.")
    )
    seq = models.CharField(_("place in the series"), max_length=40, blank=True)
    standfirst = models.TextField(
        _("standfirst"), blank=True, help_text=_("One or two sentences; everybody reads them.")
    )
    lead_image = models.ForeignKey(
        "wagtailimages.Image", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("picture")
    )
    lead_alt = models.CharField(_("what is seen in it"), max_length=240, blank=True)
    author = models.CharField(_("author"), max_length=80, blank=True)
    date = models.DateField(_("date"), null=True, blank=True, help_text=_("As it stands under the title."))
    topics = ParentalManyToManyField(Topic, blank=True, related_name="stories", verbose_name=_("topics"))
    series = models.ForeignKey(
        SeriesPage, models.SET_NULL, null=True, blank=True, related_name="stories", verbose_name=_("series")
    )
    part = models.PositiveSmallIntegerField(_("part"), null=True, blank=True)
    craft = models.ForeignKey(
        Craft, models.SET_NULL, null=True, blank=True, related_name="stories", verbose_name=_("craft")
    )
    period = models.ForeignKey(
        Period, models.SET_NULL, null=True, blank=True, related_name="stories", verbose_name=_("period")
    )
    region = models.ForeignKey(
        Region, models.SET_NULL, null=True, blank=True, related_name="stories", verbose_name=_("region")
    )
    people = ParentalManyToManyField(
        "editorial.PersonPage", blank=True, related_name="stories", verbose_name=_("people")
    )
    places = ParentalManyToManyField(
        "editorial.PlacePage", blank=True, related_name="stories", verbose_name=_("places")
    )
    body = StreamField(STORY_BLOCKS, blank=True, verbose_name=_("story"))
    notes = StreamField(NOTE_BLOCKS, blank=True, verbose_name=_("notes and sources"),
                        help_text=_("^1 in the text is the mark of the first note."))  # fmt: skip
    closing = models.CharField(_("last line"), max_length=200, blank=True, help_text=_("What comes next, who drew it."))
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=1, editable=False)
    room_subject = models.CharField(_("room of"), max_length=80, blank=True, help_text=ROOM_HELP)
    edition_subject = models.CharField(
        _("box edition"), max_length=40, blank=True, help_text=_("Such as edition:4. Empty: the one that is open.")
    )

    objects = StoryManager()

    template = "editorial/story.html"
    parent_page_types: ClassVar = ["editorial.ChannelPage"]
    subpage_types: ClassVar = []
    page_description = _("A story, with pictures, and with a members’ section where one is meant")
    content_panels: ClassVar = [
        TitleFieldPanel("title"),
        FieldPanel("title_lines"),
        FieldRowPanel([FieldPanel("kicker"), FieldPanel("seq")]),
        FieldPanel("standfirst"),
        MultiFieldPanel([FieldPanel("lead_image"), FieldPanel("lead_alt")], _("Picture")),
        FieldRowPanel([FieldPanel("author"), FieldPanel("date")]),
        InlinePanel("credits", heading=_("Credits"), label=_("credit")),
        FieldPanel("body"),
        FieldPanel("notes"),
        FieldPanel("closing"),
        MultiFieldPanel([PageChooserPanel("series", "editorial.SeriesPage"), FieldPanel("part")], _("Series")),
        MultiFieldPanel(
            [
                FieldPanel("topics"),
                FieldRowPanel([FieldPanel("craft"), FieldPanel("period"), FieldPanel("region")]),
                FieldPanel("people"),
                FieldPanel("places"),
            ],
            _("What it is about"),
        ),
        MultiFieldPanel([FieldPanel("room_subject"), FieldPanel("edition_subject")], _("Room and box")),
    ]

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")

    @property
    def subject_key(self) -> str:
        """Names the story in every language, for rooms, orders and joins."""
        return f"story:{self.translation_key}"

    @property
    def broken_title(self) -> SafeString:
        """The title with the places where a line may end."""
        parts = (self.title_lines or self.title).split("|")
        return format_html_join(mark_safe("<wbr>"), "{}", ((part,) for part in parts))

    @property
    def free_text(self) -> str:
        """Standfirst and the words before the wall: only these are searched, so no excerpt can tell more."""
        return f"{self.standfirst}\n{self.kicker} {self.author}\n{reading.words_of(self.body, self.audience)}"

    @property
    def description(self) -> str:
        """For search engines and link cards."""
        return self.search_description or self.standfirst

    @property
    def gates(self) -> frozenset[str]:
        """Every right that some part of it asks for."""
        sections = {block["value"]["requires"] for block in self.body.raw_data if block["type"] == "members"}
        return frozenset({self.audience, *sections} - {""})

    @property
    def gated(self) -> bool:
        """True where some of it needs a right."""
        return bool(self.gates)

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """Counts the minutes again."""
        self.minutes = minutes(f"{self.standfirst} {reading.all_words(self.body)}")
        super().full_clean(*args, **kwargs)

    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> None:
        """As Wagtail does, when the rules of publishing let this version out. Raises `PublishingRefused`; a version that
        was due by its date is refused quietly, and the editors are told."""
        from editorial.desk import gate

        if gate.lets_out(revision, scheduled=kwargs.get("log_action") == "wagtail.publish.scheduled"):
            super().publish(revision, *args, **kwargs)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Whatever makes a version live comes through here. Raises `PublishingRefused`."""
        from editorial.desk import gate

        gate.guard(self, kwargs.get("update_fields"))
        super().save(*args, **kwargs)

    def ready(self) -> reading.Ready:
        """The story, rendered for everybody and kept; a draft is rendered anew."""
        context = {"page": self, "subject_key": self.subject_key}
        language = self.locale.language_code
        if not self.live or getattr(self, "previewed", False):
            return reading.make_ready(self.body, self.notes, language, context)
        key = ("story", self.pk, get_language())
        return kept.get(key, lambda: reading.make_ready(self.body, self.notes, language, context))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """What this reader may see, and what stands round it."""
        return super().get_context(request, *args, **kwargs) | showing.story(self, request)

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """As a visitor sees it, with a free account, at each tier, and to the end."""
        return previewing.modes()

    def is_previewable(self) -> bool:
        """Always; asked for each line of a list, so without counting the modes."""
        return True

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """A draft through the same wall; what the mode may not see is not in the preview either."""
        self.previewed = mode_name
        return super().serve_preview(request, mode_name)
