"""Sends the outbox, for as long as it runs: the mail sender that script/server starts beside the worker.

Not a task of the worker: a task that was running when its worker was killed is never run again, and the mail with
it; here the outbox itself is the queue.
"""

import signal
import time

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from awards.clock import database_now
from awards.services.mail import send_next


class Command(BaseCommand):
    """Looks every `--interval` seconds for mail that is due; ends after the present one when told to."""

    help = "Send the mail that waits in the outbox."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="send what is due now and end")
        parser.add_argument("--interval", type=float, default=2, help="seconds between two looks (default: 2)")

    def handle(self, *args, once, interval, **options):
        self.ending = False
        if not once:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, self._end)
        while not self.ending:
            if not once:
                close_old_connections()
            while not self.ending and send_next(now=database_now()):
                pass  # one mail, one transaction
            if once:
                return
            time.sleep(interval)

    def _end(self, number, frame):
        self.ending = True
