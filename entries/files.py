"""Files of entries: what may come in, under which name, and how one leaves. Never decides who may have it."""

import os
import unicodedata
from pathlib import PurePosixPath

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from awards.decisions import Invalid
from entries.models import Attachment
from entries.words import clean_line

MOST = 1  # live files of an entry
NAME_LIMIT = 120  # characters, ending included
KINDS = {"pdf": (b"%PDF-", "application/pdf")}  # ending -> first bytes, media type


def kind_of(start: bytes) -> str:
    """The kind that a file's first bytes show, or ""."""
    return next((kind for kind, (signature, _type) in KINDS.items() if start.startswith(signature)), "")


def safe_name(given: str, kind: str) -> str:
    """A file's name without folders and without characters that can't be seen, in NFC, with its kind's ending."""
    base = clean_line(unicodedata.normalize("NFC", given)).replace("\\", "/").rsplit("/", 1)[-1]
    stem = PurePosixPath(base).stem if base.lower().endswith(f".{kind}") else base
    stem = "".join("_" if sign in '<>:"|?*' else sign for sign in stem).strip(" .")
    return f"{stem[: NAME_LIMIT - len(kind) - 1].rstrip(' .') or 'attachment'}.{kind}"


def check_upload(upload: UploadedFile) -> str:
    """The kind of an uploaded file, judged by its content; raises Invalid with what to do instead."""
    if upload.size == 0:
        raise Invalid({"file": _("This file is empty: choose another one.")})
    if upload.size > settings.ATTACHMENT_MAX_BYTES:
        most = settings.ATTACHMENT_MAX_BYTES // (1024 * 1024)
        raise Invalid({"file": _("This file is too large: at most %(most)d MB.") % {"most": most}})
    upload.seek(0)
    kind = kind_of(upload.read(16))
    upload.seek(0)
    if not kind:
        raise Invalid({"file": _("This is not a PDF, whatever its name: save the document as PDF and choose that.")})
    return kind


def file_response(attachment: Attachment) -> FileResponse:
    """A file whose reader has been authorised by the caller, as a download that no browser will ever run."""
    try:
        opened = attachment.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        opened, as_attachment=True, filename=attachment.name, content_type=KINDS[attachment.kind][1]
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def stored_name(folder: str) -> str:
    """A place in the storage that can't be guessed."""
    return f"{folder}/{os.urandom(16).hex()}"
