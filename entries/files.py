"""Files of entries: what may come in, under which name, and how one leaves. Never decides who may have it."""

import os
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from awards.decisions import Invalid
from entries.kinds import ENDINGS, KINDS, PICTURES, kind_of
from entries.models import Attachment, FilePolicy
from entries.pictures import redrawn
from entries.words import clean_line

NAME_LIMIT = 120  # characters, ending included


def safe_name(given: str, kind: str) -> str:
    """A file's name without folders and without characters that can't be seen, in NFC, with its kind's ending."""
    base = clean_line(unicodedata.normalize("NFC", given)).replace("\\", "/").rsplit("/", 1)[-1]
    ends = base.lower().endswith(tuple(f".{ending}" for ending in ENDINGS.get(kind, (kind,))))
    stem = PurePosixPath(base).stem if ends else base
    stem = "".join("_" if sign in '<>:"|?*' else sign for sign in stem).strip(" .")
    return f"{stem[: NAME_LIMIT - len(kind) - 1].rstrip(' .') or 'attachment'}.{kind}"


def take_upload(upload: UploadedFile, policy: FilePolicy) -> tuple[str, File]:
    """The kind of an uploaded file, judged by its content, and what is kept of it: a picture is drawn anew.

    Raises Invalid with what to do instead.
    """
    if upload.size == 0:
        raise Invalid({"file": _("This file is empty: choose another one.")})
    if upload.size > policy.most_bytes:
        most = policy.most_bytes // (1024 * 1024)
        raise Invalid({"file": _("This file is too large: at most %(most)d MB.") % {"most": most}})
    kind = kind_of(upload, upload.size)
    if not kind:
        words = _("This is none of %(kinds)s, whatever its name: save it as one of these and choose that.")
        raise Invalid({"file": words % {"kinds": policy.kind_labels}})
    if kind not in policy.kinds:
        words = _("%(kind)s is not taken here: save it as one of %(kinds)s and choose that.")
        raise Invalid({"file": words % {"kind": KINDS[kind].label, "kinds": policy.kind_labels}})
    kept = File(redrawn(upload, kind)) if kind in PICTURES else upload
    kept.seek(0)
    return kind, kept


def endings(kinds: Iterable[str]) -> str:
    """What a browser's file dialog is asked to show: .pdf,.jpg,.jpeg"""
    return ",".join(f".{ending}" for kind in kinds for ending in ENDINGS.get(kind, (kind,)))


def file_response(attachment: Attachment) -> FileResponse:
    """A file whose reader has been authorised by the caller, as a download that no browser will ever run."""
    try:
        opened = attachment.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        opened, as_attachment=True, filename=attachment.name, content_type=KINDS[attachment.kind].media_type
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def stored_name(folder: str) -> str:
    """A place in the storage that can't be guessed."""
    return f"{folder}/{os.urandom(16).hex()}"
