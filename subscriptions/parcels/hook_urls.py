"""The machines' address: /parcels/hooks/<carrier>/, without a language."""

from django.urls import path

from subscriptions.parcels.webhook import webhook

urlpatterns = [path("hooks/<slug:carrier>/", webhook, name="parcels-webhook")]
