"""`manage.py reconcile_billing`: compare every subscription with Stripe and mend what differs."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from subscriptions.billing import reconciliation


class Command(BaseCommand):
    """Prints the findings; `--report-only` mends nothing."""

    help = "Compare every subscription with Stripe; write a drift report; mend what differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The one option."""
        parser.add_argument("--report-only", action="store_true", help="find, but mend nothing")

    def handle(self, *args: Any, report_only: bool = False, **options: Any) -> None:
        """Run and print."""
        report = reconciliation.run(mend=not report_only)
        for finding in report.findings:
            self.stdout.write(f"{finding['subscription']}: {finding['what']}")
        self.stdout.write(f"{report.looked_at} looked at, {len(report.findings)} differ, {report.mended} mended")
