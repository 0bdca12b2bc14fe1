"""What an image or a file is, whatever it is called: providers refuse other bytes than they were told of."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from compactd.domain.messages import FilePart, ImagePart

_BEGINNINGS: Mapping[bytes, str] = MappingProxyType(
    {
        b"\x89PNG\r\n\x1a\n": "image/png",
        b"\xff\xd8\xff": "image/jpeg",
        b"GIF87a": "image/gif",
        b"GIF89a": "image/gif",
        b"II*\x00": "image/tiff",
        b"MM\x00*": "image/tiff",
    }
)

_BRANDS: Mapping[bytes, str] = MappingProxyType(
    {
        **dict.fromkeys((b"avif", b"avis"), "image/avif"),
        **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"), "image/heic"),
        **dict.fromkeys((b"mif1", b"msf1"), "image/heif"),
    }
)
"""Of the box `ftyp` that files of the family of MPEG-4 begin with: iPhones upload photos so under any name. The brands
of a codec tell more than those of the container, which stand beside them."""

_PDF_WITHIN = 1_024
"""Readers of PDF look for its beginning in so many bytes."""

_SVG = re.compile(
    rb"(?:\xef\xbb\xbf)?+(?:\s++|<\?xml[^>]*+>|<!--(?:[^-]|-(?!->))*+-->|<!DOCTYPE svg[^>]*+>)*+<svg[\s/>]",
    re.IGNORECASE,
)
_SVG_WITHIN = 4_096

_TOLD_BY_BYTES = frozenset(
    {*_BEGINNINGS.values(), *_BRANDS.values(), "image/webp", "image/bmp", "application/pdf", "image/svg+xml"}
)
"""Bytes that do not begin as one of these are not of it, whatever they are called."""

_BY_EXTENSION: Mapping[str, str] = MappingProxyType(
    {
        "png": "image/png",
        "jpg": "image/jpeg",
        "jpeg": "image/jpeg",
        "gif": "image/gif",
        "webp": "image/webp",
        "heic": "image/heic",
        "heif": "image/heif",
        "avif": "image/avif",
        "bmp": "image/bmp",
        "ico": "image/x-icon",
        "svg": "image/svg+xml",
        "tif": "image/tiff",
        "tiff": "image/tiff",
        "pdf": "application/pdf",
        "csv": "text/csv",
        "html": "text/html",
        "md": "text/markdown",
        "txt": "text/plain",
        "doc": "application/msword",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xls": "application/vnd.ms-excel",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)


def media_type_of(part: ImagePart | FilePart) -> str:
    """Told by the first bytes, else as the part says it, else by the end of its name; empty if nothing tells, or if the
    bytes are not of the type that is said."""
    found = _by_bytes(part.data) if part.data is not None else ""
    if found:
        return found
    said = part.media_type.partition(";")[0].strip().lower()
    if not said:
        said = _by_name(part.name if isinstance(part, FilePart) else "") or _by_name(_path(part.url or ""))
    # A name that the web has, and no register.
    said = "image/jpeg" if said == "image/jpg" else said
    return "" if part.data is not None and said in _TOLD_BY_BYTES else said


def _by_bytes(data: bytes) -> str:
    for beginning, media_type in _BEGINNINGS.items():
        if data.startswith(beginning):
            return media_type
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        return _by_brands(data)
    # Four bytes behind the size are zero: two letters alone begin many a text.
    if data[:2] == b"BM" and data[6:10] == bytes(4):
        return "image/bmp"
    if b"%PDF-" in data[:_PDF_WITHIN]:
        return "application/pdf"
    return "image/svg+xml" if _SVG.match(data, 0, _SVG_WITHIN) else ""


def _by_brands(data: bytes) -> str:
    end = min(int.from_bytes(data[:4]), 128)
    brands = [data[at : at + 4] for at in range(8, end, 4) if at != 12]
    found = [_BRANDS[brand] for brand in brands if brand in _BRANDS]
    return min(found, key=lambda media_type: media_type == "image/heif", default="")


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _by_name(name: str) -> str:
    return _BY_EXTENSION.get(name.rpartition(".")[2].lower(), "")
