"""The machine's address: /billing/webhook/, without a language."""

from django.urls import path

from subscriptions.billing.webhook import webhook

urlpatterns = [path("webhook/", webhook, name="billing-webhook")]
