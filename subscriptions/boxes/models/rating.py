"""What a subscriber says of a box."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from subscriptions.boxes.models.order import BoxOrder


class Rating(models.Model):
    """One to five, and a word for those who make boxes. One for each box; said again, it is the newer one."""

    order = models.OneToOneField(BoxOrder, models.CASCADE, related_name="rating")
    stars = models.PositiveSmallIntegerField()
    words = models.TextField(max_length=1000, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]
        constraints = [models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="one_to_five")]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.stars}"
