"""The demonstration's command refuses what could hurt a real award."""

import pytest
from django.core.management import CommandError, call_command

from awards.models import Edition


def test_it_refuses_another_database_than_the_embedded_one(db, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody@db.example.go.kr/award")
    with pytest.raises(CommandError, match="--i-know"):
        call_command("demo")
    assert Edition.objects.count() == 0


def test_it_never_resets_a_database_with_a_real_edition(story):
    assert story.edition.kind == "real"
    with pytest.raises(CommandError, match="real edition"):
        call_command("demo", "--reset", "--i-know")
    assert Edition.objects.count() == 1
