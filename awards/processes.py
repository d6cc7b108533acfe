"""What the scripts run: the server with all its parts, the administrator's commands, a database for tests.

    python -m awards.processes serve               everything that script/server is
    python -m awards.processes manage ARGS…        manage.py on a database that has its tables
    python -m awards.processes temporary COMMAND…  a command with a database that is thrown away afterwards

It starts, watches and stops processes. It decides nothing about awards.
"""

import contextlib
import ctypes
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path

from awards.database import Server, embedded, home_folder, is_embedded
from awards.postgres import DatabaseRefusal

PROJECT = Path(__file__).resolve().parent.parent
GRACE = 10  # seconds that a process has to end by itself
WARM_UP = 60  # seconds in which the web server must answer for the first time


def serve() -> int:
    """Run the database, the web server, worker and mail sender until INT, TERM or HUP. Returns the exit code."""
    port = _port()
    with embedded() as database:
        with Server(home_folder()).alone("prepare"):
            _run([sys.executable, "-m", "awards.processes", "prepare"], JANGWON_ROLE="owner")
        web = Child("The web server", _gunicorn(port))
        worker = Child("The worker", [sys.executable, "manage.py", "db_worker", *WORKER])
        mail = Child("The mail sender", [sys.executable, "manage.py", "send_mail_queue"])
        try:
            web.start()
            worker.start()
            mail.start()
            _wait_for_answer(web, port)
            _tell(port)
            while True:
                time.sleep(0.5)
                if database:
                    database.ensure_running()
                web.keep_alive()
                worker.keep_alive()
                mail.keep_alive()
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            Child.stop_all(web, worker, mail)


WORKER = ["--no-startup-delay", "--interval", "0.3", "--verbosity", "0"]


def _gunicorn(port: int) -> list[str]:
    options = "--preload --no-control-socket --log-level warning --graceful-timeout 8"
    return [
        *(sys.executable, "-m", "gunicorn", "awards.wsgi:application", *options.split()),
        *("--worker-class", "gthread", "--workers", "2", "--threads", "8", "--bind", f"127.0.0.1:{port}"),
    ]


def prepare():
    """Bring tables and static files up to date; fill an empty embedded database with the demonstration."""
    import django
    from django.core.management import call_command

    django.setup()
    _migrate()
    _collect_static()
    from awards.models import Edition

    if is_embedded() and not Edition.objects.exists():
        call_command("demo")


def manage(words: list[str]):
    """manage.py, on an embedded database whose tables are up to date. Only the command writes to stdout."""
    import django
    from django.core.management import execute_from_command_line

    os.environ.setdefault("JANGWON_ROLE", "owner")
    with embedded() as database:
        about_migrations = {"makemigrations", "migrate", "showmigrations", "sqlmigrate", "squashmigrations"}
        if database and not about_migrations & set(words[:1]):
            django.setup()
            with database.alone("prepare"):
                _migrate()
        execute_from_command_line(["manage.py", *words])


def temporary(command: list[str]) -> int:
    """Run a command with a home and a database that are thrown away afterwards. Returns its exit code."""
    home = Path(tempfile.mkdtemp(prefix="jangwon-home-"))
    home.chmod(0o711)  # root's server runs under another account
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        os.environ.pop(name, None)
    os.environ["JANGWON_HOME"] = str(home)
    try:
        with embedded():
            return _run(command, check=False, JANGWON_ROLE="owner")
    finally:
        data = home / "postgres"
        if data.is_symlink():
            shutil.rmtree(data.readlink().parent)
        shutil.rmtree(home)


class Child:
    """A process of the web role that is started again when it dies."""

    def __init__(self, name: str, command: list[str]):
        self.name, self.command, self.pause = name, command, 0

    def start(self):
        """Start it in a process group of its own, so that Ctrl-C reaches nobody but us."""
        self.started = time.monotonic()
        self.process = _start(self.command, own_group=True, JANGWON_ROLE="web", DATABASE_OWNER_URL="")

    def keep_alive(self):
        """Start it again if it died: at once, but ever more slowly if it never lives long."""
        if self.process.poll() is None or time.monotonic() - self.started < self.pause:
            return
        self.pause = min(2 * self.pause + 1, 60) if time.monotonic() - self.started < self.pause + 10 else 0
        print(f"{self.name} died ({self.process.returncode}) and is started again.", file=sys.stderr)
        # A killed gunicorn leaves its workers on the port.
        self.signal_group(signal.SIGKILL)
        self.start()

    def signal_group(self, number: int):
        """Send a signal to the process and all that it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    @staticmethod
    def stop_all(*children: "Child"):
        """Ask all to end, then make them."""
        started = [child for child in children if hasattr(child, "process")]
        for child in started:
            child.process.terminate()
        deadline = time.monotonic() + GRACE
        for child in started:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0, deadline - time.monotonic()))
            child.signal_group(signal.SIGKILL)
            child.process.wait()


def _port() -> int:
    """PORT, if it is free."""
    given = os.environ.get("PORT", "").strip() or "8000"
    if not given.isdigit() or not 0 < int(given) < 65536:
        sys.exit(f"PORT={given!r}: use a number from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(given)))
        except OSError as error:
            sys.exit(
                f"Port {given} can't be had ({error.strerror}): choose another, as in PORT=8010 script/server"
            )
    return int(given)


def _wait_for_answer(web: Child, port: int):
    deadline = time.monotonic() + WARM_UP
    while True:
        connection = http.client.HTTPConnection("localhost", port, timeout=WARM_UP)
        try:
            connection.request("GET", "/")
            connection.getresponse()
            return
        except OSError:
            if web.process.poll() is not None or time.monotonic() > deadline:
                sys.exit("The web server did not start; what it said stands above.")
            time.sleep(0.05)
        finally:
            connection.close()


def _tell(port: int):
    logins = home_folder() / "demo-logins.txt"
    took = time.time() - float(os.environ.get("JANGWON_STARTED", "").replace(",", ".") or time.time())
    print(f"\nJangwon answers at http://localhost:{port}/ after {took:.1f} s. Ctrl-C stops it.", flush=True)
    if logins.exists():
        print(f"Who can log in: {logins}", flush=True)


def _migrate():
    """Apply the migrations that are not applied, and give the web role its rights; talks on standard error."""
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("Preparing the database …", file=sys.stderr)
        call_command("migrate", verbosity=0, stdout=sys.stderr)
    with transaction.atomic():  # it gives, then takes away: nobody may see the state between
        call_command("grant_rights", stdout=sys.stderr)


def _collect_static():
    """collectstatic, if a file has changed since the last time."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    digest = sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = os.stat(storage.path(name))
            digest.update(f"{storage.path(name)} {found.st_size} {found.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT).with_name("static-collected")
    if not stamp.exists() or stamp.read_text() != digest.hexdigest():
        print("Collecting static files …", file=sys.stderr)
        call_command("collectstatic", interactive=False, clear=True, verbosity=0, stdout=sys.stderr)
        stamp.write_text(digest.hexdigest())


def _start(command: list[str], own_group: bool = False, **environment: str) -> subprocess.Popen:
    return subprocess.Popen(
        command,
        cwd=PROJECT if own_group else None,
        env={k: v for k, v in (os.environ | environment).items() if v},
        start_new_session=own_group,
        preexec_fn=_end_with_parent,
    )


def _end_with_parent():
    """On Linux a child ends when we are killed; elsewhere it stays, and the port tells."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def _run(command: list[str], check: bool = True, **environment: str) -> int:
    """Run a command to its end; if we are interrupted it may end by itself first."""
    child = _start(command, **environment)
    try:
        code = child.wait()
    except BaseException as reason:
        if not isinstance(reason, KeyboardInterrupt):  # which the terminal sent to both
            child.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(GRACE)
        child.kill()
        raise
    if check and code:
        sys.exit(code)
    return code if code >= 0 else 128 - code


def main(words: list[str]) -> int:
    """Returns the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "awards.settings")
    try:
        match words:
            case ["serve"]:
                return serve()
            case ["prepare"]:
                prepare()
            case ["manage", *arguments]:
                manage(arguments)
            case ["temporary", *command] if command:
                return temporary(command)
            case _:
                print(__doc__, file=sys.stderr)
                return 2
    except DatabaseRefusal as refusal:
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        return 0 if words == ["serve"] else 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
