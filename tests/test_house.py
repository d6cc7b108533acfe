"""The house keeps its own rules: every text is translated, every file has its size, every layer its place."""

import re
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
ROOMS = ("awards", "entries", "judging", "announcements", "templates", "static/js", "static/css")


def test_every_text_is_translated_and_compiled():
    done = subprocess.run(
        [sys.executable, "-m", "awards.messages", "--check"], cwd=PROJECT, capture_output=True, text=True
    )
    assert done.stderr == ""
    assert done.returncode == 0


def test_imports_follow_the_law():
    done = subprocess.run([Path(sys.executable).parent / "lint-imports"], cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_no_inline_script_or_style_in_a_template():
    wrong = [
        f"{path.name}: {word}"
        for path in (PROJECT / "templates").rglob("*.html")
        for word in (" style=", " onclick=", " onchange=", " onsubmit=", "<style", "<script>")
        if word in re.sub(r"{%.*?%}", "", path.read_text())
    ]
    assert wrong == []


def test_only_the_help_texts_of_forms_are_taken_as_markup():
    """Django's own contract: a field's help text is the programmer's markup, never a user's words."""
    trusting = {path.name for path in (PROJECT / "templates").rglob("*.html") if "|safe" in path.read_text()}
    assert trusting == {"help_text.html"}


def test_web_processes_never_import_numpy():
    code = (
        "import sys, django; from django.urls import get_resolver; django.setup();"
        "import awards.wsgi; get_resolver().url_patterns;"
        "print([name for name in ('numpy', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
