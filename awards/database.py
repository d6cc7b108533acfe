"""The embedded PostgreSQL: starts it, joins it, stops it. In trouble: `python -m awards.database`.

Used where no DATABASE_URL is given. Everything of it lives in JANGWON_HOME (default: var/ in the project). It
never listens on the network, and never deletes data. It knows nothing of Django.
"""

import contextlib
import fcntl
import os
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import psycopg2

from awards.postgres import (
    DatabaseRefusal,
    Programs,
    account_for,
    account_name,
    give,
    is_listed,
    is_postgres,
    last_line,
    memory_in_use,
    socket_folder,
    utf8_locale,
)

NAME = "jangwon"
SUPERUSER, OWNER, WEB = "jangwon_super", "jangwon_owner", "jangwon_web"
PATIENCE = 30  # seconds; a killed server leaves processes behind that must end before the next one can start

ACCESS = f"local all {SUPERUSER},{OWNER},{WEB} peer map=jangwon\n"
OPTIONS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "log_checkpoints": "off",
    # A statement or a detail in a log could hold a mark or a name.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
PASSING = re.compile(r"lock file|shared memory block|starting up|shutting down|recovery|No such file|refused")


def home_folder() -> Path:
    """JANGWON_HOME: where all lives that Jangwon keeps outside a database of its own."""
    given = os.environ.get("JANGWON_HOME", "").strip()
    return Path(given or Path(__file__).parent.parent / "var").resolve()


@contextlib.contextmanager
def embedded():
    """Run a block with a database: the one that DATABASE_URL names, else the embedded one, started or joined.

    Gives the block the Server, or None where DATABASE_URL is set. Sets DATABASE_URL (web role) and
    DATABASE_OWNER_URL (owner's role) for this process and its children. The last user to leave stops the
    server. Raises DatabaseRefusal.
    """
    if os.environ.get("DATABASE_URL", "").strip():
        yield None
        return
    server = Server(home_folder())
    names = ("DATABASE_URL", "DATABASE_OWNER_URL")
    before = {name: os.environ[name] for name in names if name in os.environ}
    with _unwound_by_signals(), server.in_use():
        os.environ |= {"DATABASE_URL": server.url(WEB), "DATABASE_OWNER_URL": server.url(OWNER)}
        try:
            yield server
        finally:
            for name in names:
                os.environ.pop(name, None)
            os.environ |= before


def is_embedded() -> bool:
    """Whether DATABASE_URL names the embedded database of this JANGWON_HOME."""
    server = Server(home_folder())
    return server.pid() is not None and os.environ.get("DATABASE_URL") == server.url(WEB)


@contextlib.contextmanager
def _unwound_by_signals():
    """Let TERM and HUP unwind the stack, so that the database is stopped with the command."""

    def leave(number, _frame):
        for other in ours:
            signal.signal(other, signal.SIG_IGN)
        raise SystemExit(128 + number)

    numbers = (signal.SIGTERM, signal.SIGHUP) if threading.current_thread() is threading.main_thread() else ()
    ours = [number for number in numbers if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, leave)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


class Server:
    """The PostgreSQL server of one JANGWON_HOME."""

    def __init__(self, home: Path):
        self.home = home
        self.data = home / "postgres"  # as root possibly a link: see `programs`
        self.log = self.data / "server.log"
        self.socket_record = home / "database-socket"

    @contextlib.contextmanager
    def in_use(self):
        """Start or join the server; stop it at the end if nobody else uses it."""
        with self._open_lock("database-users.lock") as users:
            try:
                with self.alone():
                    fcntl.flock(users, fcntl.LOCK_SH)
                    self.start()
                yield
            except DatabaseRefusal:
                raise  # what runs there, if anything, is not ours to stop
            except BaseException:
                self._leave(users)
                raise
            self._leave(users)

    def _leave(self, users):
        with self.alone():
            fcntl.flock(users, fcntl.LOCK_UN)
            # Refused while somebody else is at work: then the last one out stops the server.
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self.stop()

    def ensure_running(self):
        """Start the server again, at the same address, if it died. For a process inside in_use()."""
        if self.pid() is None:
            with self.alone():
                self.start()

    @contextlib.contextmanager
    def alone(self, about: str = "database"):
        """Hold a lock of this JANGWON_HOME: only one process at a time starts or stops the database."""
        with self._open_lock(f"{about}.lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def pid(self) -> int | None:
        """The live server's process id."""
        lines = self._pid_file()
        if not lines or not is_postgres(int(lines[0])):
            return None
        # The number may have passed to another server: this one's memory must be in use.
        return None if len(lines) > 6 and memory_in_use(lines[6].split()[-1]) is False else int(lines[0])

    def url(self, role: str, database: str = NAME) -> str:
        """The running server's address for a role."""
        lines = self._pid_file()
        port, folder = (lines[3], lines[4]) if len(lines) > 4 else ("", "")
        return f"postgresql://{role}@{quote(folder, safe='')}:{port}/{database}"

    def start(self):
        """Start the server, or join it if it runs. The caller is alone(). Raises DatabaseRefusal."""
        self._refuse_foreign_data()
        if not self.data.exists():
            self._make_data()
        deadline = time.monotonic() + PATIENCE
        fresh = False
        while True:
            if self.pid() is None:
                self._start_now(deadline)
                fresh = True
            try:
                connection = psycopg2.connect(self.url(SUPERUSER, "postgres"), connect_timeout=5)
                break
            except psycopg2.OperationalError as error:
                if time.monotonic() > deadline or not PASSING.search(str(error)):
                    raise DatabaseRefusal(
                        f"PostgreSQL on {self.data} does not answer: {last_line(str(error))}"
                    ) from error
                time.sleep(0.2)
        with contextlib.closing(connection):
            self._make_roles(connection)
        if fresh:
            self._refuse_without_hangul()

    def stop(self):
        """Stop the server if it runs. The caller is alone()."""
        if self.pid() is None:
            return
        done = self.programs.postgres("pg_ctl", "stop", "-D", self.data.resolve(), "-m", "fast", "-w", "-t", "60")
        if done.returncode and self.pid() is not None:
            raise DatabaseRefusal(f"PostgreSQL on {self.data} did not stop: {last_line(done.stdout)}")
        with contextlib.suppress(OSError):  # something in it is not ours
            Path(self.socket_record.read_text()).rmdir()
            self.socket_record.unlink()

    def _start_now(self, deadline: float):
        self._refuse_other_version()
        self._refuse_unwritable()
        self._write_access()
        socket = socket_folder(self.socket_record, self.programs.account)
        self._give_to_home_owner(self.socket_record)
        if self.log.exists() and self.log.stat().st_size > 1_000_000:
            os.replace(self.log, f"{self.log}.1")
        settings = OPTIONS | {"unix_socket_directories": str(socket)}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        where = ("-D", self.data.resolve(), "-l", self.data.resolve() / self.log.name)
        while True:
            self._forget_dead_server(deadline, socket)
            before = self.log.stat().st_size if self.log.exists() else 0
            done = self.programs.postgres("pg_ctl", "start", *where, "-w", "-t", "60", "-o", options)
            if done.returncode == 0:
                return
            said = self.log.read_bytes()[before:].decode(errors="replace") if self.log.exists() else ""
            if time.monotonic() > deadline or not PASSING.search(said):
                raise DatabaseRefusal(f"PostgreSQL on {self.data} did not start: {last_line(said or done.stdout)}")
            time.sleep(0.3)

    def _forget_dead_server(self, deadline: float, socket: Path):
        """Clear away a killed server's files where its number is a zombie's, or now another program's.

        PostgreSQL only asks whether the number is in use, and would refuse for ever. Its other test, that no
        process is left on the old server's memory, would go with the file: so it is made here.
        """
        for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
            (socket / name).unlink(missing_ok=True)
        lines = self._pid_file()
        if not lines or not is_listed(int(lines[0])):
            return
        while len(lines) > 6 and memory_in_use(lines[6].split()[-1]):
            if time.monotonic() > deadline:
                raise DatabaseRefusal(f"Processes of a killed PostgreSQL are still at work on {self.data}; try again.")
            time.sleep(0.2)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _refuse_foreign_data(self):
        if not self.data.exists():
            return
        owner = self.data.stat().st_uid
        if os.geteuid() not in (0, owner):
            raise DatabaseRefusal(
                f"{self.data} belongs to the account {account_name(owner)}: "
                "start as that account or as root, or name another folder in JANGWON_HOME."
            )
        if owner == 0:
            raise DatabaseRefusal(f"{self.data} belongs to root, but PostgreSQL does not run as root: move it away.")

    def _refuse_other_version(self):
        file = self.data / "PG_VERSION"
        if not file.exists():
            raise DatabaseRefusal(f"{self.data} is not a PostgreSQL data folder: move it away and start again.")
        found, ours = file.read_text().strip(), self.programs.major
        if found != str(ours):
            raise DatabaseRefusal(
                f"{self.data} was made by PostgreSQL {found}, the programs here are of {ours}: "
                "see docs/operations.md, Upgrading."
            )

    def _refuse_unwritable(self):
        real = self.data.resolve()
        if not self.programs.may("-w", real):
            name = self.programs.account.pw_name
            raise DatabaseRefusal(f"{real} can't be reached or written to by the account {name}.")

    def _refuse_without_hangul(self):
        """Under some locales pg_trgm sees no Hangul at all, and every search would silently find nothing."""
        with contextlib.closing(psycopg2.connect(self.url(SUPERUSER))) as connection:
            cursor = connection.cursor()
            # Not committed: a migration makes it for good.
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            cursor.execute("SELECT show_trgm('가나다')")
            seen = cursor.fetchone()[0]
        if not seen:
            self.stop()
            raise DatabaseRefusal(
                f"The database in {self.data} can't search Hangul (its LC_CTYPE must be UTF-8): "
                "move it away and start again."
            )

    def _make_data(self):
        """initdb under another name, so that a half-made folder is never taken for a database."""
        place = self.programs.place
        for left in place.glob("postgres.new-*"):
            shutil.rmtree(left)
        fresh = Path(tempfile.mkdtemp(prefix="postgres.new-", dir=place))
        give(fresh, self.programs.account.pw_uid, self.programs.account.pw_gid)
        arguments = ["--lc-collate=C", f"--lc-ctype={utf8_locale()}", "--data-checksums", "--auth=reject"]
        if self.programs.major >= 17:
            arguments += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        done = self.programs.postgres("initdb", "-D", fresh, "-U", SUPERUSER, "-E", "UTF8", *arguments)
        if done.returncode:
            shutil.rmtree(fresh)
            raise DatabaseRefusal(f"PostgreSQL could not make its data folder: {last_line(done.stdout)}")
        fresh.rename(place / "postgres")

    def _write_access(self):
        """Who may connect: the operating system's accounts of this process, root and JANGWON_HOME's owner."""
        names = sorted({account_name(uid) for uid in (os.geteuid(), 0, self.home.stat().st_uid)})
        mapping = "".join(f'jangwon "{name}" {role}\n' for name in names for role in (SUPERUSER, OWNER, WEB))
        for file, text in (("pg_hba.conf", ACCESS), ("pg_ident.conf", mapping)):
            # Written by the server's account: for root a link in its folder could lead anywhere.
            if self.programs.run("tee", self.data.resolve() / file, given=text).returncode:
                raise DatabaseRefusal(f"{self.data / file} can't be written.")

    def _make_roles(self, connection):
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute("SELECT rolname FROM pg_roles UNION ALL SELECT datname FROM pg_database")
        found = {row[0] for row in cursor.fetchall()}
        if WEB not in found:
            cursor.execute(f"CREATE ROLE {WEB} LOGIN")
        if OWNER not in found:
            # Member of the web role: may look through its eyes (SET ROLE) and end its connections.
            cursor.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB IN ROLE {WEB}")
        if NAME not in found:
            cursor.execute(f"CREATE DATABASE {NAME} OWNER {OWNER}")

    @cached_property
    def programs(self) -> Programs:
        """The programs and a place for the data, which the server's account can reach.

        Where root keeps JANGWON_HOME out of its reach, the place is a folder made for it; a link tells where.
        """
        programs = Programs(account_for(self.data, self.home), self.home)
        if self.data.is_symlink():
            programs.place = self.data.readlink().parent
        elif not self.data.exists() and not programs.may("-x", self.home):
            parent = next(folder for folder in ("/var/lib", "/var/db", "/tmp") if os.path.isdir(folder))
            programs.place = Path(tempfile.mkdtemp(prefix="jangwon-", dir=parent))
            programs.place.chmod(0o711)
            (programs.place / "belongs-to").write_text(f"{self.home}\n")
            self.data.symlink_to(programs.place / "postgres")
        return programs

    def _open_lock(self, name: str):
        try:
            if not self.home.is_dir():
                self.home.parent.mkdir(parents=True, exist_ok=True)
                self.home.mkdir(exist_ok=True)
                self.home.chmod(0o711 if os.geteuid() == 0 else 0o700)  # root's: another account passes through
            lock = open(self.home / name, "a")
            self._give_to_home_owner(lock.fileno())
        except OSError as error:
            raise DatabaseRefusal(f"JANGWON_HOME {self.home} can't be written to: {error.strerror}.") from error
        return lock

    def _give_to_home_owner(self, file: Path | int):
        owner = self.home.stat()
        give(file, owner.st_uid, owner.st_gid)

    def _pid_file(self) -> list[str]:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except (FileNotFoundError, PermissionError):
            return []
        return lines if lines and lines[0].strip().isdigit() else []


def main(words: list[str]) -> int:
    """status, stop, url or url owner: for a person in trouble. Returns the exit code."""
    server = Server(home_folder())
    pid = server.pid()
    match words:
        case ["status"]:
            print(f"PostgreSQL runs on {server.data} (process {pid})." if pid else f"Nothing runs on {server.data}.")
            return 0 if pid else 3
        case ["stop"]:
            if pid:
                with server.alone():
                    server.stop()
            return 0
        case ["url", *rest] if rest in ([], ["owner"]):
            if pid:
                print(server.url(OWNER if rest else WEB))
            return 0 if pid else 3
    print("Usage: python -m awards.database status | stop | url [owner]", file=sys.stderr)
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except DatabaseRefusal as refusal:
        sys.exit(str(refusal))
