"""Addresses of the set-up of questions, below /<edition>/setup/questions/."""

from django.urls import path

from entries.views import questions

urlpatterns = [
    path("", questions.questions, name="setup_questions"),
    path("new/", questions.question_new, name="setup_question_new"),
    path("<slug:question>/", questions.question, name="setup_question"),
    path("<slug:question>/move/<slug:way>/", questions.question_move, name="setup_question_move"),
    path("<slug:question>/delete/", questions.question_delete, name="setup_question_delete"),
]
