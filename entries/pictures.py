"""Pictures are drawn anew: what was not the picture itself (place, camera, remarks) does not come along."""

from io import BytesIO
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from awards.decisions import Invalid

PIXELS = 30_000_000  # 90 to 120 MB while it is drawn
FORMATS = {"png": "PNG", "jpg": "JPEG"}
PLAIN = {"png": ("1", "L", "LA", "RGB", "RGBA", "I;16"), "jpg": ("L", "RGB")}


def redrawn(file: BinaryIO, kind: str) -> BytesIO:
    """The picture of a PNG or JPEG file as a new file of the same kind, upright; its first frame.

    Raises Invalid for more than PIXELS, judged before anything is drawn, and for what can't be drawn.
    """
    file.seek(0)
    try:
        with Image.open(file, formats=[FORMATS[kind]]) as picture:
            if picture.width * picture.height > PIXELS:
                raise Image.DecompressionBombError
            plain = _plain(_upright(picture), kind)
            drawn = BytesIO()
            plain.save(drawn, FORMATS[kind], **({"quality": 92} if kind == "jpg" else {}))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        words = _("This picture has too many pixels: at most %(most)d million. Make it smaller and choose that.")
        raise Invalid({"file": words % {"most": PIXELS // 1_000_000}}) from error
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, OverflowError) as error:
        raise Invalid({"file": _("This picture can't be opened: save it anew and choose that one.")}) from error
    drawn.seek(0)
    return drawn


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as its camera says, in place: a copy would take the same memory again."""
    ImageOps.exif_transpose(picture, in_place=True)
    return picture


def _plain(picture: Image.Image, kind: str) -> Image.Image:
    """The pixels alone, in a mode that the format knows."""
    if picture.mode not in PLAIN[kind] or "transparency" in picture.info:
        see_through = kind == "png" and picture.has_transparency_data
        picture = picture.convert("RGBA" if see_through else "RGB")
    picture.load()
    picture.info = {}
    return picture
