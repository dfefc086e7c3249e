"""The worker of `benchmarks.renewals`: one drain in a process of its own, so that the memory is the drain's alone."""

import json
import os
import re
import resource
import time
from pathlib import Path
from typing import Any


def main() -> None:
    """Drain what is due; print what it cost as JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
    import django

    django.setup()
    from django.db import connection

    from subscriptions.billing import inbox

    counted = {"queries": 0}

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        counted["queries"] += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        began, busy = time.perf_counter(), time.process_time()
        objects = inbox.drain_due()
        seconds, cpu = time.perf_counter() - began, time.process_time() - busy
    print(json.dumps({"objects": objects, "seconds": seconds, "cpu": cpu, "peak": peak(), **counted}))


def peak() -> int:
    """The most memory that this process held, in MB; `getrusage` would count its parent's where Linux can be asked."""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+)", status.read_text()) if status.exists() else None
    return int(found[1] if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) // 1024


if __name__ == "__main__":
    main()
