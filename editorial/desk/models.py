"""Rows of the desk: who agreed to what, what was refused, the task of the second editor, and days made up for the demo."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, Page, Revision, TaskState

from editorial.desk.enums import Need


class Agreement(models.Model):
    """A second editor has agreed to one version of a page. `digest` is of what it says: another text needs another."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="+")
    revision = models.ForeignKey(Revision, models.SET_NULL, null=True, related_name="+")
    digest = models.CharField(max_length=64)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["page", "digest", "editor"], name="agreement_once"),
            models.CheckConstraint(condition=~Q(author=F("editor")), name="agreement_of_a_second"),
        ]

    def __str__(self) -> str:
        return f"{self.editor_id} to {self.page_id}, {self.at:%Y-%m-%d %H:%M}"


class Refusal(models.Model):
    """A publication that was due and that the rules did not let out. Closed when the page is published after all."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="+")
    revision = models.OneToOneField(Revision, models.CASCADE, related_name="+")
    needs = models.JSONField(default=list)
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("refused publication")
        verbose_name_plural = _("refused publications")
        indexes = [models.Index(fields=["closed_at", "-at"], name="refusal_open")]

    def __str__(self) -> str:
        return f"{self.page_id}: {', '.join(self.needs)}"

    @property
    def reasons(self) -> list[Any]:
        """What was lacking, as sentences."""
        return [Need(need).label for need in self.needs if need in Need.values]


class MadeUpDay(models.Model):
    """A day whose reads the demo made up: the figures say so, and it is not made up twice."""

    day = models.DateField(unique=True)

    def __str__(self) -> str:
        return str(self.day)


class SecondEditorTask(AbstractGroupApprovalTask):
    """Somebody of these groups agrees who has neither made the last change nor submitted the page."""

    class Meta:
        verbose_name = _("Second editor")
        verbose_name_plural = _("Second editors")

    @classmethod
    def get_description(cls) -> str:
        """Stands where staff choose a kind of task."""
        return str(
            _("A member of the chosen groups agrees who has neither made the last change nor submitted the page")
        )

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, Any, bool]]:
        """What this person may do: nothing to one’s own work."""
        from editorial.desk import agreeing

        if not (user.is_superuser or self._user_in_groups(user)) or not agreeing.may_be_second(obj, user):
            return []
        return [
            ("reject", _("Ask for changes"), True),
            ("approve", _("Agree"), False),
            ("approve", _("Agree, with a comment"), True),
        ]

    def on_action(self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any) -> Any:
        """Agreeing is recorded for the very text that was submitted, then Wagtail goes on (and publishes)."""
        from django.db import transaction

        from editorial.desk import agreeing

        with transaction.atomic():
            if action_name == "approve":
                agreeing.agree_to_submitted(task_state=task_state, editor=user)
            return super().on_action(task_state, user, action_name, **kwargs)
