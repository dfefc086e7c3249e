#!/usr/bin/env python
"""Django's command line, with the settings that `YAJI_ENV` names."""

import os
import sys

from config.environment import settings_module


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings_module())
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
