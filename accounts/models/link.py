"""Links that sign somebody in, as they lie in a letter."""

from django.conf import settings
from django.db import models


class SignInLink(models.Model):
    """One link of one letter. Only its digest is kept; it opens once, until `ends`, and falls with any other sign-in."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sign_in_links")
    email = models.EmailField()
    digest = models.CharField(max_length=64, unique=True)
    onward = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    ends = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["ends"], name="sign_in_link_ends")]

    def __str__(self) -> str:
        return f"link for {self.account_id}"
