"""What a file is, by its content: never by its name, never by what the browser says.

The first bytes are judged by `filetype`; containers are looked into, but nothing is ever unpacked to a disk, and no
more than a few small members are read. Every refusal says what to do instead. It keeps nothing and decides nothing
about who may have a file.
"""

import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import BinaryIO
from xml.etree import ElementTree

import filetype
import msoffcrypto
import olefile
from django.utils.translation import gettext as _
from msoffcrypto.exceptions import FileFormatError

from awards.decisions import Invalid


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its name for people, its ending is its code, its media type."""

    code: str
    label: str
    media_type: str


_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    kind.code: kind
    for kind in (
        Kind("pdf", "PDF", "application/pdf"),
        Kind("hwpx", "HWPX", "application/hwp+zip"),
        Kind("hwp", "HWP", "application/x-hwp"),
        Kind("pptx", "PPTX", f"{_OFFICE}.presentationml.presentation"),
        Kind("docx", "DOCX", f"{_OFFICE}.wordprocessingml.document"),
        Kind("xlsx", "XLSX", f"{_OFFICE}.spreadsheetml.sheet"),
        Kind("png", "PNG", "image/png"),
        Kind("jpg", "JPEG", "image/jpeg"),
    )
}
ENDINGS = {"jpg": ("jpg", "jpeg")}  # other names of the same kind
PICTURES = ("png", "jpg")

MEMBERS = 5000  # in a container
UNPACKED = 400 * 1024 * 1024  # bytes that its members would take together
RATIO = 150  # times a member may be smaller than unpacked, from SMALL bytes on; deflate's own limit is about 1,030
SMALL = 10 * 1024 * 1024
LOOK = 1024 * 1024  # bytes that are read of one member at most

_MAIN_PARTS = {f"{kind.media_type}.main+xml": kind.code for kind in KINDS.values() if _OFFICE in kind.media_type}
_ENCRYPTED_PDF = re.compile(rb"/Encrypt(?:\s+\d+\s+\d+\s+R|\s*<<)")
_HWP_LOCKED = 0x02 | 0x10 | 0x100 | 0x400  # password, DRM, certificate, certificate DRM (HWP 5.0 format, FileHeader)


def labels(codes: list[str]) -> str:
    """PDF, HWPX, PPTX: in the order of the table."""
    return ", ".join(kind.label for kind in KINDS.values() if kind.code in codes)


def _refuse(message: str) -> Invalid:
    return Invalid({"file": message})


def _damaged() -> Invalid:
    return _refuse(_("This file is damaged: open it, save it anew and choose that one."))


def _encrypted() -> Invalid:
    return _refuse(_("This file is encrypted or protected by a password: save it without protection and choose that."))


def kind_of(file: BinaryIO, size: int) -> str:
    """The code of the kind that a file's content shows, or "" where it is none of KINDS.

    Raises Invalid for one that can't be taken whatever the edition allows: encrypted, with macros, a bomb, damaged.
    """
    file.seek(0)
    start = file.read(8192)
    file.seek(0)
    found = filetype.guess_extension(start)
    if start.startswith(b"PK\x03\x04"):
        return _in_zip(file, size)
    if start.startswith(olefile.MAGIC):
        return _in_ole(file)
    if found == "pdf":
        if _has(file, _ENCRYPTED_PDF):
            raise _encrypted()
        return "pdf"
    return found if found in PICTURES else ""


def _has(file: BinaryIO, pattern: re.Pattern) -> bool:
    """Whether the pattern stands anywhere in the file, which is read piece by piece."""
    file.seek(0)
    tail = b""
    while piece := file.read(LOOK):
        if pattern.search(tail + piece):
            return True
        tail = piece[-64:]
    return False


def _in_zip(file: BinaryIO, size: int) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _bounded(members, size)
            names = {member.filename for member in members}
            if any(member.flag_bits & 0x1 for member in members):
                raise _encrypted()
            if "mimetype" in names:
                return _hwpx(archive, names)
            return _office(archive, names) if "[Content_Types].xml" in names else ""
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError, struct.error) as error:
        raise _damaged() from error


def _bounded(members: list[zipfile.ZipInfo], size: int) -> None:
    """Raises Invalid for what would swell when it is unpacked: judged by the directory alone.

    Packed sizes that add up to more than the file has are members that overlap, the trick of the worst bombs.
    """
    bomb = (
        len(members) > MEMBERS
        or sum(member.file_size for member in members) > UNPACKED
        or sum(member.compress_size for member in members) > size
        or any(m.file_size > SMALL and m.file_size > RATIO * max(m.compress_size, 1) for m in members)
    )
    if bomb:
        raise _refuse(
            _("This file would become far too large when it is opened: make its pictures smaller and save it anew.")
        )


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as member:
        return member.read(LOOK)


def _hwpx(archive: zipfile.ZipFile, names: set[str]) -> str:
    """OWPML (KS X 6101): the member `mimetype` says so, and the text stands in Contents/."""
    if _read(archive, "mimetype").strip() != KINDS["hwpx"].media_type.encode() or "Contents/content.hpf" not in names:
        return ""
    if "META-INF/manifest.xml" in names and b"encryption-data" in _read(archive, "META-INF/manifest.xml"):
        raise _encrypted()
    return "hwpx"


def _office(archive: zipfile.ZipFile, names: set[str]) -> str:
    """Office Open XML (ECMA-376): the content type of the main part, which must be there."""
    listing = _read(archive, "[Content_Types].xml").decode("utf-8-sig")
    if "<!DOCTYPE" in listing or "<!ENTITY" in listing:
        raise _damaged()
    try:
        parts = list(ElementTree.fromstring(listing))
    except ElementTree.ParseError as error:
        raise _damaged() from error
    types = [(part.get("PartName", ""), part.get("ContentType", "")) for part in parts]
    if any("macro" in type_.lower() for _part, type_ in types) or any(
        name.lower().endswith("vbaproject.bin") for name in names
    ):
        raise _refuse(_("This file has macros: save it without macros (e.g. as DOCX, XLSX or PPTX) and choose that."))
    main = [_MAIN_PARTS[type_] for part, type_ in types if type_ in _MAIN_PARTS and part.lstrip("/") in names]
    return main[0] if len(main) == 1 else ""


def _in_ole(file: BinaryIO) -> str:
    try:
        with olefile.OleFileIO(file) as ole:
            header = ole.openstream("FileHeader").read(40) if ole.exists("FileHeader") else b""
        file.seek(0)
        if header.startswith(b"HWP Document File"):
            if struct.unpack_from("<I", header, 36)[0] & _HWP_LOCKED:
                raise _encrypted()
            return "hwp"
        if _is_encrypted_office(file):
            raise _encrypted()
    except Invalid:
        raise
    except Exception as error:  # these parsers promise no particular error for what somebody has forged
        raise _damaged() from error
    raise _refuse(_("This is an older file format: save it as PDF, HWPX, PPTX, DOCX or XLSX and choose that."))


def _is_encrypted_office(file: BinaryIO) -> bool:
    try:
        return msoffcrypto.OfficeFile(file).is_encrypted()
    except FileFormatError:  # none of Office's own
        return False
    finally:
        file.seek(0)
