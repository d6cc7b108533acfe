"""What the worker makes for announcements. Document libraries are imported inside: web processes never have them."""

from django_tasks import task

from announcements.documents.catalogue import BUNDLE
from announcements.documents.facts import basis_of
from announcements.models import DocumentFile
from announcements.services.documents import begin_document, end_document, keep_document
from awards.clock import database_now
from awards.decisions import Invalid


@task()
def make_documents(documents: list[str]) -> None:
    """Makes the documents with these public ids, one after the other, so that the page can show how far it is."""
    make_asked(documents)


def make_asked(documents: list[str]) -> None:
    """Makes what is still asked for; what remains when something unforeseen happens is marked as failed."""
    rows = DocumentFile.objects.filter(public_id__in=documents, state="asked").select_related("edition").order_by("pk")
    waiting = list(rows)
    try:
        _make(waiting)
    finally:
        DocumentFile.objects.filter(public_id__in=documents, state__in=["asked", "making"]).update(
            state="failed", ended_at=database_now()
        )


def _make(rows: list[DocumentFile]) -> None:
    from announcements.documents.fonts import MissingCharacters
    from announcements.documents.making import Maker, zipped
    from announcements.documents.pdf import NotMade

    if not rows:
        return
    basis, done = basis_of(rows[0].edition), {}
    maker = Maker(rows[0].edition, rows[0].quotation)
    for row in rows:
        if not begin_document(document=row, basis=basis):
            continue
        try:
            if row.name == BUNDLE.name:
                keep_document(document=row, content=zipped(done), now=database_now())
                continue
            made = maker.make(row.name)
        except (Invalid, MissingCharacters, NotMade) as error:
            end_document(document=row, state="failed", message=str(error), now=database_now())
            continue
        if made.faults:
            end_document(document=row, state="wrong", message="\n".join(made.faults), now=database_now())
        else:
            done[row.name] = made.content
            keep_document(document=row, content=made.content, now=database_now())
