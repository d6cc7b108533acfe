"""script/server and script/manage as a person uses them, from an empty JANGWON_HOME."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest

from awards.database import Server

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def surroundings():
    """An environment with an empty JANGWON_HOME and a free port."""
    around = Path(tempfile.mkdtemp(prefix="jangwon-test-"))
    around.chmod(0o711)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    ours = {"DATABASE_URL", "DATABASE_OWNER_URL", "JANGWON_ROLE"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    yield kept | {"JANGWON_HOME": str(around / "home"), "PORT": str(port)}
    with contextlib.suppress(FileNotFoundError):
        Server(around / "home").stop()
    shutil.rmtree(around)


class Running:
    """A script/server that was started, and what it said until it answered."""

    def __init__(self, surroundings: dict):
        self.surroundings = surroundings
        self.database = Server(Path(surroundings["JANGWON_HOME"]))
        self.process = subprocess.Popen(
            [PROJECT / "script" / "server"], env=surroundings, stdout=subprocess.PIPE, text=True
        )
        self.lines = []
        for line in self.process.stdout:
            self.lines.append(line)
            if line.startswith("Jangwon answers at"):
                return
        pytest.fail(f"script/server ended with {self.end(signal.SIGTERM)}.")

    def answer(self) -> int:
        """The status of the first page; 0 where nothing answers."""
        try:
            return urllib.request.urlopen(f"http://localhost:{self.surroundings['PORT']}/", timeout=20).status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def web(self) -> int | None:
        """The number of gunicorn's first process."""
        for child in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                if "gunicorn" in child.cmdline():
                    return child.pid
        return None

    def end(self, number: int) -> int:
        """Send a signal; the exit code."""
        self.process.send_signal(number)
        self.process.stdout.close()
        return self.process.wait(timeout=30)


@pytest.fixture(scope="module")
def server(surroundings):
    running = Running(surroundings)
    yield running
    if running.process.poll() is None:
        running.end(signal.SIGTERM)


def until(what, seconds: float = 20):
    """Wait until `what()` is true."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def manage(surroundings: dict, *words: str) -> str:
    command = [PROJECT / "script" / "manage", *words]
    return subprocess.run(command, env=surroundings, cwd="/", capture_output=True, text=True, check=True).stdout


def test_it_answers_and_says_where_and_who_can_log_in(server, surroundings):
    assert f"http://localhost:{surroundings['PORT']}/ after " in server.lines[-1]
    logins = Path(surroundings["JANGWON_HOME"], "demo-logins.txt")
    assert server.process.stdout.readline() == f"Who can log in: {logins}\n"
    assert logins.stat().st_mode & 0o777 == 0o600
    assert server.answer() == 200


def test_the_web_role_cannot_change_what_only_grows(server, surroundings):
    code = "from django.db import connection as c; c.cursor().execute('DELETE FROM awards_accesslog')"
    with pytest.raises(subprocess.CalledProcessError) as caught:
        manage(surroundings | {"JANGWON_ROLE": "web"}, "shell", "-c", code)
    assert "permission denied" in caught.value.stderr


def test_a_taken_port_is_one_line(server, surroundings):
    done = subprocess.run([PROJECT / "script" / "server"], env=surroundings, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"Port {surroundings['PORT']} can't be had")
    assert done.stderr.count("\n") == 1


def test_a_command_beside_it_leaves_its_database_running(server, surroundings):
    pid = server.database.pid()
    assert manage(surroundings, "version").startswith("5.2")
    assert server.database.pid() == pid
    assert server.answer() == 200


def test_a_killed_web_process_is_started_again(server):
    before = server.web()
    os.kill(before, signal.SIGKILL)
    until(lambda: server.web() not in (None, before))
    until(lambda: server.answer() == 200)


def test_a_killed_database_is_started_again(server):
    before = server.database.pid()
    os.kill(before, signal.SIGKILL)
    until(lambda: server.database.pid() not in (None, before))
    until(lambda: server.answer() == 200)


def test_it_stops_with_all_that_it_started(server):
    started = psutil.Process(server.process.pid).children(recursive=True)
    assert server.end(signal.SIGINT) == 0
    _gone, alive = psutil.wait_procs(started, timeout=0.1)
    assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []
    assert server.database.pid() is None
    assert server.answer() == 0


def test_a_killed_server_leaves_a_database_to_join(server, surroundings):
    again = Running(surroundings)
    assert again.answer() == 200
    assert again.lines == ["\n", again.lines[-1]]  # no demonstration was made again
    again.end(signal.SIGKILL)
    until(lambda: again.answer() == 0)
    assert again.database.pid()
    assert manage(surroundings, "version").startswith("5.2")
    assert again.database.pid() is None


def test_no_python_is_one_line(tmp_path, surroundings):
    for name in ("bash", "dirname", "date"):
        (tmp_path / name).symlink_to(shutil.which(name))
    done = subprocess.run(
        [tmp_path / "bash", PROJECT / "script" / "manage", "version"],
        env=surroundings | {"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Python 3.11 or newer was not found")
    assert done.stderr.count("\n") == 1
