"""`./run bench`: one table, each row with its ratio to a limit measured in the same run."""

import importlib
import subprocess
import sys
from collections.abc import Callable
from typing import Any

ROWS: list[tuple[str, Callable[[Any], list[dict[str, Any]]]]] = [
    ("renewals", lambda module: module.run()),  # first: it copies the database while that is empty
    ("pages", lambda module: module.run()),
    ("search", lambda module: [module.run()]),
    ("chat", lambda module: module.run()),
    ("chat_storm", lambda module: module.run()),
    ("webhooks", lambda module: [module.run()]),
    ("members", lambda module: [module.run()]),
    ("editions", lambda module: module.run()),
    ("allocation", lambda module: [module.run()]),
    ("board", lambda module: [module.run()]),
]


def main(wanted: list[str]) -> int:
    """Prepare the database once, measure every part (or those named), print the table; 1 when a target is missed."""
    subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], check=True)
    rows: list[dict[str, Any]] = []
    for name, measure in ROWS:
        if not wanted or name in wanted:
            print(f"measuring {name} …", flush=True)
            rows += measure(importlib.import_module(f"benchmarks.{name}"))
    table(rows)
    return 0 if all(row["ok"] for row in rows) else 1


def table(rows: list[dict[str, Any]]) -> None:
    """Print what was measured."""
    print()
    print(f"{'what':<30}{'measured':>12} {'unit':<18}{'limit':>10}  {'ratio':>6}  {'goal':<14}limit is")
    for row in rows:
        mark = "" if row["ok"] else "  MISSED"
        print(f"{row['name']:<30}{row['value']:>12} {row['unit']:<18}{row['limit']:>10}  {row['ratio']:>6}  "
              f"{row['target']!s:<14}{row['limit_name']}{mark}")  # fmt: skip
        for said in row.get("lines", ()):
            print(f"    {said}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
