"""The set-up of the edition's questions, for managers; the auditor reads."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from awards import clock
from awards.decisions import ensure
from awards.permissions import can_set_up
from awards.views.setup import crumbs, form_page, may_see, save
from entries.forms import QuestionForm
from entries.models import Question
from entries.queries import questions_of
from entries.services import questions as services

COLUMNS = ["text", "kind", "limit", "required", "data_class"]


def _may(request):
    may_see(request)
    return can_set_up(request.actor, request.edition, clock.now(request))


def _the_question(request, public_id: str) -> Question:
    question = get_object_or_404(Question, edition=request.edition, public_id=public_id)
    question.edition = request.edition
    return question


@require_safe
def questions(request, edition):
    """The questions in their order."""
    may = _may(request)
    title = _("Questions for entrants")
    context = {
        "crumbs": crumbs(request, (title, "")),
        "title": title,
        "may": may,
        "add": _("Add a question"),
        "add_url": reverse("setup_question_new", args=[edition]),
        "headings": [QuestionForm(row=Question())[name].label for name in COLUMNS],
        "rows": [_row(edition, question) for question in questions_of(request.edition)],
    }
    return render(request, "awards/setup/items.html", context)


def _row(edition: str, question: Question) -> dict:
    """A question as the list shows it: its cells and the addresses of its acts."""
    here = [edition, question.public_id]
    cells = [
        question.text,
        question.get_kind_display(),
        question.limit,
        _("yes") if question.required else _("no"),
        question.get_data_class_display(),
    ]
    form = QuestionForm(row=question)
    return {
        "name": question.text,
        "cells": [(form[name].label, value) for name, value in zip(COLUMNS, cells, strict=True)],
        "edit": reverse("setup_question", args=here),
        "up": reverse("setup_question_move", args=[*here, "up"]),
        "down": reverse("setup_question_move", args=[*here, "down"]),
        "delete": reverse("setup_question_delete", args=here),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def question_new(request, edition):
    """Adds a question."""
    may = _may(request)
    form = QuestionForm(request.POST or None, row=Question())
    if request.method == "POST":
        ensure(may)
        if form.is_valid() and save(
            request, form, services.add_question, edition=request.edition, values=form.values()
        ):
            return redirect("setup_questions", edition)
    return _question_page(request, form, _("Add a question"), may)


@require_http_methods(["GET", "HEAD", "POST"])
def question(request, edition, question):
    """Changes a question."""
    may, row = _may(request), _the_question(request, question)
    form = QuestionForm(request.POST or None, row=row)
    if request.method == "POST":
        ensure(may)
        if form.is_valid() and save(
            request, form, services.change_question, question=row, values=form.values(), seen=form.seen_by_author()
        ):
            return redirect("setup_questions", edition)
    return _question_page(request, form, row.text, may)


def _question_page(request, form, title, may):
    back = reverse("setup_questions", args=[request.edition.slug])
    trail = crumbs(request, (_("Questions for entrants"), back), (title, ""))
    return form_page(request, form, title, may, back, crumbs=trail)


@require_POST
def question_move(request, edition, question, way):
    """Moves a question one place up or down."""
    may_see(request)
    if way not in ("up", "down"):
        raise Http404
    row = _the_question(request, question)
    services.move_question(question=row, up=way == "up", actor=request.actor, now=clock.now(request))
    return redirect("setup_questions", edition)


@require_POST
def question_delete(request, edition, question):
    """Takes a question off; one that is gone already is no error."""
    may_see(request)
    services.delete_question(edition=request.edition, public_id=question, actor=request.actor, now=clock.now(request))
    return redirect("setup_questions", edition)
