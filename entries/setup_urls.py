"""Addresses of the set-up of questions and files, below /<edition>/setup/."""

from django.urls import path

from entries.views import files, questions

urlpatterns = [
    path("files/", files.files, name="setup_files"),
    path("questions/", questions.questions, name="setup_questions"),
    path("questions/new/", questions.question_new, name="setup_question_new"),
    path("questions/<slug:question>/", questions.question, name="setup_question"),
    path("questions/<slug:question>/move/<slug:way>/", questions.question_move, name="setup_question_move"),
    path("questions/<slug:question>/delete/", questions.question_delete, name="setup_question_delete"),
]
