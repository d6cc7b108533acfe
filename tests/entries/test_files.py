"""What may be attached: real files of every kind, bad ones with a message that says what to do, and the set-up."""

import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from PIL import Image

from announcements.demo.entries import small_pdf
from awards.decisions import Invalid
from entries.files import safe_name, take_upload
from entries.invariants import check
from entries.kinds import KINDS
from entries.models import Attachment, FilePolicy
from entries.services.attaching import attach_file
from tests.entries import real_files as real

SETUP = "/2030/setup/files/"
ALL = FilePolicy(kinds=list(KINDS))


def taken(data: bytes, name: str = "자료.docx", policy: FilePolicy = ALL):
    """(kind, bytes kept) of an upload, whatever its name says."""
    kind, kept = take_upload(SimpleUploadedFile(name, data, "application/octet-stream"), policy)
    return kind, kept.read()


def refusal(data: bytes, policy: FilePolicy = ALL) -> str:
    """The reason, in English, for which an upload is not taken."""
    with translation.override("en"), pytest.raises(Invalid) as invalid:
        taken(data, policy=policy)
    assert list(invalid.value.errors) == ["file"]
    return str(invalid.value)


def test_every_kind_is_known_by_its_content_and_kept_as_it_is(tmp_path):
    good = {
        "pdf": small_pdf("x"),
        "hwpx": real.hwpx(tmp_path),
        "hwp": real.hwp(),
        "pptx": real.office("pptx"),
        "docx": real.office("docx"),
        "xlsx": real.xlsx(),
    }
    for kind, data in good.items():
        assert taken(data) == (kind, data)
    assert {*good, "png", "jpg"} == set(KINDS)


@pytest.mark.parametrize("kind", ["png", "jpg"])
def test_a_picture_is_drawn_anew_without_what_was_hidden_in_it(kind):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = "비밀 장소".encode()
    exif.get_ifd(0x8825)[2] = (37.0, 30.0, 0.0)
    data = real.picture(kind, exif=exif, icc_profile=b"secret profile") + b"<script>hidden</script>"
    told, kept = taken(data)
    assert told == kind
    for secret in (b"secret profile", b"hidden", "비밀 장소".encode(), b"Exif"):
        assert secret not in kept
    with Image.open(BytesIO(kept)) as drawn:
        assert (drawn.size, dict(drawn.getexif()), "icc_profile" in drawn.info) == ((20, 40), {}, False)
        red, green, blue = drawn.convert("RGB").getpixel((5, 5))
        assert abs(red - 200) + abs(green - 30) + abs(blue - 30) < 12


def test_a_picture_keeps_what_can_be_seen_through():
    made = BytesIO()
    Image.new("RGBA", (3, 3), (1, 2, 3, 0)).quantize().save(made, "PNG", transparency=0)
    with Image.open(BytesIO(taken(made.getvalue())[1])) as drawn:
        assert drawn.mode == "RGBA" and drawn.getpixel((1, 1))[3] == 0


@pytest.mark.parametrize("size", [(6000, 6000), (12_000, 12_000), (60_000, 60_000)])
def test_a_picture_bomb_is_refused_before_it_is_drawn(size):
    assert "30" in refusal(real.huge_png(*size))


def test_broken_pictures_are_refused():
    for data in (real.picture("png")[:60], real.picture("jpg")[:200], real.huge_png(100, 100)[:40]):
        assert "save it anew" in refusal(data)


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"GIF89a" + bytes(50),
        b"MZ" + bytes(200),
        bytes(1000),
        "그냥 글입니다".encode(),
        real.zipped({"a.txt": "any ZIP, named .docx"}),
        real.zipped({"mimetype": "application/epub+zip", "x": "y"}),
        real.zipped({"mimetype": "application/hwp+zip", "x": "says HWPX and has nothing of it"}),
        real.zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<x/>"}),
        real.office("docx", content_type="application/vnd.ms-package.xps-fixeddocument+xml"),
    ],
)
def test_what_is_no_document_is_refused_whatever_its_name(data):
    assert "none of PDF, HWPX, HWP, PPTX, DOCX, XLSX, PNG, JPEG" in refusal(data)


def test_a_main_part_that_is_only_named_is_no_document():
    data = real.office("docx")
    with zipfile.ZipFile(BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist() if name != "word/document.xml"}
    assert "none of" in refusal(real.zipped(members))


@pytest.mark.parametrize(
    "data",
    [
        real.office("docx", content_type="application/vnd.ms-word.document.macroEnabled.main+xml"),
        real.office("docx", more={"word/vbaProject.bin": b"macro"}),
        real.office("pptx", more={"ppt/VBAPROJECT.BIN": b"macro"}),
    ],
)
def test_macros_are_refused_with_the_reason(data):
    assert "macros" in refusal(data)


def test_encrypted_files_are_refused_with_the_reason(tmp_path):
    locked = real.hwpx(tmp_path)
    with zipfile.ZipFile(BytesIO(locked)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["META-INF/manifest.xml"] = "<manifest><encryption-data/></manifest>"
    flagged = bytearray(real.office("docx"))
    directory = flagged.index(b"PK\x01\x02")
    flagged[directory + 8] |= 1
    pdf = small_pdf("x").replace(b"trailer\n<< ", b"trailer\n<< /Encrypt 9 0 R ")
    for data in (
        real.encrypted_xlsx(), real.hwp(3), real.hwp(17), real.zipped(members), bytes(flagged), pdf
    ):  # fmt: skip
        assert "without protection" in refusal(data)


def test_an_encrypted_word_is_no_encryption():
    assert taken(small_pdf("about /EncryptMetadata and /Encrypt in words"))[0] == "pdf"


def test_older_formats_are_told_what_to_become():
    assert "older file format" in refusal(real.ole("Something else", b"x"))


def test_zip_bombs_are_refused_without_being_opened():
    swelling = {"word/media/bomb.bin": bytes(30 * 1024 * 1024)}
    many = {f"word/{number}": b"" for number in range(5001)}
    lying = bytearray(real.office("docx"))
    directory = lying.index(b"PK\x01\x02")
    lying[directory + 20 : directory + 24] = (len(lying) + 1).to_bytes(4, "little")
    large = bytearray(real.office("docx"))
    directory = large.index(b"PK\x01\x02")
    large[directory + 24 : directory + 28] = (500 * 1024 * 1024).to_bytes(4, "little")
    for data in (real.office("docx", more=swelling), real.office("docx", more=many), bytes(lying), bytes(large)):
        assert "too large when it is opened" in refusal(data)


def test_damaged_containers_are_refused(tmp_path):
    whole = real.office("docx")
    bad_crc = bytearray(whole)
    bad_crc[whole.index(b"PK\x01\x02") + 16] ^= 0xFF
    entity = '<!DOCTYPE x [<!ENTITY a "b">]><Types/>'
    for data in (
        whole[: len(whole) // 2],
        bytes(bad_crc),
        b"PK\x03\x04 zip",
        real.zipped({"[Content_Types].xml": "<Types>"}),
        real.zipped({"[Content_Types].xml": entity}),
        real.zipped({"[Content_Types].xml": b"\xff\xfe<\0"}),
        real.hwp()[:700],
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 3000,
    ):
        assert "damaged" in refusal(data)


def test_a_known_kind_that_the_edition_does_not_take_is_named():
    told = refusal(real.office("docx"), FilePolicy())
    assert "DOCX" in told and "PDF, HWPX, PPTX" in told


def test_size_is_the_editions_or_the_servers_whichever_is_less(settings):
    policy = FilePolicy(size_mb=1)
    assert "1 MB" in refusal(small_pdf("x") + bytes(1024 * 1024), policy)
    settings.ATTACHMENT_MAX_BYTES = 100
    refusal(small_pdf("x"), policy)


@pytest.mark.parametrize(
    ("given", "kind", "name"),
    [
        ("사진.JPEG", "jpg", "사진.jpg"),
        ("사진.jpg", "jpg", "사진.jpg"),
        ("사진.html", "png", "사진.html.png"),
        ("C:\\문서\\보고서.hwpx", "hwpx", "보고서.hwpx"),
        ("가" * 300, "pptx", "가" * 115 + ".pptx"),
    ],
)
def test_names_are_made_safe(given, kind, name):
    assert safe_name(given, kind) == name


def test_as_many_files_as_the_edition_takes(open_story, now, draft):
    actor, entry = open_story.actor("entrant1", now), draft()
    for number in range(3):
        pdf = SimpleUploadedFile(f"{number}.pdf", small_pdf(str(number)))
        attach_file(entry=entry, upload=pdf, actor=actor, now=now)
    with pytest.raises(Invalid):
        attach_file(entry=entry, upload=SimpleUploadedFile("4.pdf", small_pdf("4")), actor=actor, now=now)
    assert [line for line in check() if "live files" in line] == []
    FilePolicy.objects.create(edition=open_story.edition, most=2)
    assert [line for line in check() if "live files" in line] == [f"entry {entry.public_id}: 3 live files"]


def test_the_same_picture_again_is_not_doubled(open_story, now, draft):
    FilePolicy.objects.create(edition=open_story.edition, kinds=["png"])
    actor, entry, data = open_story.actor("entrant1", now), draft(), real.picture("png")
    first, again = (
        attach_file(entry=entry, upload=SimpleUploadedFile("가.png", data), actor=actor, now=now) for _twice in "12"
    )
    assert first == again
    with first.file.open() as kept:
        assert kept.read() == taken(data)[1]
    assert first.size == len(taken(data)[1])


def test_the_form_says_what_is_taken_and_hwp_gets_its_advice(open_story, as_user, draft):
    FilePolicy.objects.create(edition=open_story.edition, kinds=["pdf", "hwp", "jpg"], most=2, size_mb=5)
    entry, client = draft(), as_user("entrant1")
    page = client.get(reverse("entry_edit", args=["2030", entry.public_id])).content.decode()
    assert 'accept=".pdf,.hwp,.jpg,.jpeg"' in page and "PDF, HWP, JPEG" in page
    upload = reverse("entry_upload", args=["2030", entry.public_id])
    answer = client.post(upload, {"file": SimpleUploadedFile("보고서.hwp", real.hwp())}, follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["info", "success"]
    answer = client.post(upload, {"file": SimpleUploadedFile("자료.pdf", small_pdf("x"))}, follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["success"]
    assert "file" not in answer.context["form"].fields  # there is no room for a third
    kept = Attachment.objects.get(kind="hwp")
    served = client.get(reverse("entry_file", args=["2030", entry.public_id, kept.public_id]))
    assert served.headers["Content-Type"] == "application/x-hwp"
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert served.headers["Content-Disposition"].startswith("attachment;")
    assert b"".join(served.streaming_content) == real.hwp()


# The set-up


@pytest.fixture
def drafting(story, turn_clock):
    turn_clock(story.times.prepared)
    return story


GOOD = {"kinds": ["pdf", "jpg"], "most": "2", "size_mb": "5", "seen": ""}


def test_managers_choose_what_is_taken(drafting, as_user):
    page = as_user("manager").get(SETUP)
    shown = [page.context["form"][name].value() for name in ("kinds", "most", "size_mb")]
    assert shown == [["pdf", "hwpx", "pptx"], 3, 20]
    for _click in range(2):
        answer = as_user("manager").post(SETUP, GOOD | {"seen": seen(as_user)})
        assert answer.headers["Location"] == SETUP
    policy = FilePolicy.objects.get()
    assert (policy.edition, policy.kinds, policy.most, policy.size_mb) == (drafting.edition, ["pdf", "jpg"], 2, 5)


def seen(as_user) -> str:
    return as_user("manager").get(SETUP).context["form"]["seen"].value() or ""


@pytest.mark.parametrize(
    "changed",
    [
        *({"kinds": []}, {"kinds": ["exe"]}, {"most": "0"}, {"most": "21"}, {"most": "x"}),
        *({"size_mb": "0"}, {"size_mb": "21"}),
    ],
)
def test_nonsense_is_named_and_what_was_typed_stays(drafting, as_user, changed):
    page = as_user("manager").post(SETUP, GOOD | changed)
    assert page.status_code == 200 and page.context["form"].errors
    assert not FilePolicy.objects.exists()


def test_two_managers_overwrite_nothing_unseen(drafting, as_user):
    as_user("manager").post(SETUP, GOOD)
    page = as_user("manager2").post(SETUP, GOOD | {"kinds": ["hwpx"], "most": "3"})
    assert page.status_code == 200
    assert [str(value) for _label, value in page.context["others"]] == ["PDF, JPEG", "2"]
    fresh = page.context["form"].data["seen"]
    assert as_user("manager2").post(SETUP, GOOD | {"kinds": ["hwpx"], "seen": fresh}).status_code == 302
    assert FilePolicy.objects.get().kinds == ["hwpx"]


@pytest.mark.parametrize(
    ("name", "read", "write"),
    [
        *(("manager", 200, 302), ("auditor", 200, 403)),
        *(("reviewer1", 403, 403), ("operator", 403, 403), ("outsider", 404, 404)),
    ],
)
def test_who_may(drafting, as_user, name, read, write):
    assert as_user(name).get(SETUP).status_code == read
    assert as_user(name).post(SETUP, GOOD).status_code == write


def test_it_stands_once_submission_has_begun(open_story, as_user):
    assert as_user("manager").get(SETUP).status_code == 200
    assert as_user("manager").post(SETUP, GOOD).status_code == 409
