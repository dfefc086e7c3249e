"""Composition: settings, addresses, servers, jobs and the checks that run at start."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
