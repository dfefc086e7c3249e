"""Addresses under /account/perks/."""

from typing import Any

app_name = "perks"
urlpatterns: list[Any] = []
