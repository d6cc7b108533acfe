"""Small real files of every kind, good and bad, made on the spot."""

import struct
import zipfile
import zlib
from io import BytesIO

import msoffcrypto
import openpyxl
from hwpx import HwpxDocument
from PIL import Image

OFFICE = "application/vnd.openxmlformats-officedocument"
MAINS = {
    "docx": ("word/document.xml", f"{OFFICE}.wordprocessingml.document.main+xml"),
    "pptx": ("ppt/presentation.xml", f"{OFFICE}.presentationml.presentation.main+xml"),
}


def zipped(members: dict[str, bytes | str], *, level: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", level) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return made.getvalue()


def office(kind: str, *, content_type: str = "", more: dict | None = None) -> bytes:
    """A DOCX or PPTX with its main part and the list of content types; `more` members beside them."""
    part, usual = MAINS[kind]
    listing = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/{part}" ContentType="{content_type or usual}"/></Types>'
    )
    return zipped({"[Content_Types].xml": listing, "_rels/.rels": "<Relationships/>", part: "<x/>"} | (more or {}))


def xlsx() -> bytes:
    made, book = BytesIO(), openpyxl.Workbook()
    book.active["A1"] = "가나다"
    book.save(made)
    return made.getvalue()


def encrypted_xlsx() -> bytes:
    made = BytesIO()
    msoffcrypto.OfficeFile(BytesIO(xlsx())).encrypt("password", made)
    return made.getvalue()


def hwpx(folder, **more: str) -> bytes:
    place = folder / "made.hwpx"
    document = HwpxDocument.new()
    document.add_paragraph("가나다")
    document.save_to_path(str(place))
    if more:
        with zipfile.ZipFile(place, "a") as archive:
            for name, data in more.items():
                archive.writestr(name.replace("__", "/"), data)
    return place.read_bytes()


def ole(stream: str, data: bytes) -> bytes:
    """A compound file (MS-CFB) with one stream of at least 4,096 bytes, so that it needs no mini stream."""
    data = data.ljust(4096, b"\0")
    end, free, fat_sector = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    sectors = len(data) // 512
    fat = [fat_sector, end, *range(3, 2 + sectors), end]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0)
    header += struct.pack("<I", 0) + struct.pack("<I", free) * 108
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(512, b"\xff")

    def row(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        text = (name + "\0").encode("utf-16-le")
        where = struct.pack("<HBBIII", len(text), kind, 1, free, free, child)
        return text.ljust(64, b"\0") + where + bytes(36) + struct.pack("<IQ", start, size)

    rows = row("Root Entry", 5, 1, end, 0) + row(stream, 2, free, 2, len(data))
    return header + table + rows.ljust(512, b"\0") + data


def hwp(flags: int = 1) -> bytes:
    """A Hangul 5.0 file's header; `flags`: 1 packed, 2 password, 16 DRM."""
    return ole("FileHeader", b"HWP Document File".ljust(32, b"\0") + struct.pack("<II", 0x05000300, flags))


def picture(kind: str, *, size: tuple[int, int] = (40, 20), **save) -> bytes:
    made = BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(made, {"png": "PNG", "jpg": "JPEG"}[kind], **save)
    return made.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A few hundred bytes that say they are so many pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(bytes(10_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
