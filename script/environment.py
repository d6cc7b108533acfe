"""Makes .venv and keeps it in step with requirements.txt; with `dev`, with what the tests need too.

Run by script/environment.sh with any Python of 3.11 or newer. Does nothing, quickly, where nothing has
changed. Installs system packages only as root on a machine with apt; elsewhere one line names the command.
Writes on standard error, except (with `dev`) the path of a Chromium.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
BROWSERS = (
    os.environ.get("JANGWON_CHROMIUM"),
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
ASK_PLAYWRIGHT = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


def main(dev: bool):
    """Set up what is missing, one process at a time."""
    with open(__file__) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (VENV / "pyvenv.cfg").exists() or not answer(PYTHON, "--version"):
            make_venv()
        install("requirements.txt")
        if dev:
            install("requirements-dev.txt")
            if not shutil.which("msgfmt"):  # awards/messages.py looks for texts without a translation
                install_system_package("gettext", "GNU gettext")
            print(chromium() or install_chromium())


def make_venv():
    """A virtual environment of this Python."""
    if not answer(sys.executable, "-c", "import ensurepip, venv; print('there')"):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        install_system_package(f"python{version}-venv", "Python's venv module")
    say("Making .venv …")
    if subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], stdout=sys.stderr).returncode:
        sys.exit(f"The virtual environment could not be made: {sys.executable} -m venv --clear {VENV}")


def install(name: str):
    """Install a list of requirements, unless the very same list was installed before."""
    wanted = "".join((PROJECT / file).read_text() for file in sorted({"requirements.txt", name}))
    stamp = VENV / f"installed-{name}"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say(f"Installing {name} …")
    # Compiling everything would take longer than the first start; Python compiles what it imports.
    how = ["-qq", "--no-compile", "--disable-pip-version-check", "--no-input"]
    command = [PYTHON, "-m", "pip", "install", *how, "-r", name]
    if subprocess.run(command, cwd=PROJECT, stdout=sys.stderr).returncode:
        sys.exit(f"{name} could not be installed; what pip said stands above.")
    stamp.write_text(wanted)


def chromium() -> str:
    """The path of a Chromium that can tell its version (some packages are an empty shell), or nothing."""
    for name in filter(None, BROWSERS):
        path = shutil.which(name)
        if path and answer(path, "--version"):
            return path
    path = answer(PYTHON, "-c", ASK_PLAYWRIGHT)
    return path if path and answer(path, "--version") else ""


def install_chromium() -> str:
    """The system's package; where that is an empty shell, Playwright's own."""
    install_system_package("chromium", "Chromium")
    if not chromium():
        say("Installing Playwright's Chromium …")
        subprocess.run([PYTHON, "-m", "playwright", "install", "--with-deps", "chromium"], stdout=sys.stderr)
    return chromium() or sys.exit("Chromium could not be installed: name one in JANGWON_CHROMIUM.")


def install_system_package(name: str, what: str):
    """Install a package with apt as root; else end with the line that a person must type."""
    if not shutil.which("apt-get"):
        sys.exit(f"{what} is missing: install it with this system's package manager.")
    if os.geteuid():
        sys.exit(f"{what} is missing: sudo apt-get install -y {name}")
    say(f"Installing {name} …")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-qq"], ["install", "-y", "-qq", name]):
        done = subprocess.run(["apt-get", *words], env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{done.stderr}{what} is missing, and apt-get install -y {name} failed.")


def answer(*command) -> str:
    """What a command says where it ends well."""
    try:
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def say(line: str):
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        main(dev="dev" in sys.argv[1:])
    except OSError as error:
        sys.exit(f"{error.filename or PROJECT}: {error.strerror}.")
