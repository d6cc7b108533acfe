#!/usr/bin/env python
"""The administrator's tool: Django's commands and Jangwon's own, with the embedded database if need be."""

import os
import sys

from awards.database import embedded
from awards.postgres import DatabaseRefusal


def main():
    """Run one command as the owner of the tables. Only the command writes to standard output."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "awards.settings")
    os.environ.setdefault("JANGWON_ROLE", "owner")
    from django.core.management import execute_from_command_line

    try:
        with embedded():
            execute_from_command_line(sys.argv)
    except DatabaseRefusal as refusal:
        sys.exit(str(refusal))


if __name__ == "__main__":
    main()
