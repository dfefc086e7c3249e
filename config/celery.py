"""Celery: one worker with beat inside. Messages only hurry things; what is due is always a row that a sweep finds."""

import os

from celery import Celery
from celery.schedules import crontab

from config.environment import settings_module

os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings_module())
app = Celery("yaji")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "sweep-due-work": {"task": "ground.sweep", "schedule": 60.0},
    "billing-reconcile-nightly": {"task": "billing.reconcile", "schedule": crontab(hour=3, minute=20)},
    "billing-undelivered-hourly": {"task": "billing.fetch_undelivered", "schedule": crontab(minute=7)},
}
