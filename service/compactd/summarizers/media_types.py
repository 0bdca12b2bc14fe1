"""What an image or a file is, whatever it is called: providers refuse other bytes than they were told of."""

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
        b"%PDF-": "application/pdf",
    }
)

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
    """Told by the first bytes, else as the part says it, else by the end of its name; empty if nothing tells."""
    found = _by_bytes(part.data) if part.data is not None else ""
    declared = (found or part.media_type).partition(";")[0].strip().lower()
    if declared:
        # A name that the web has, and no register.
        return "image/jpeg" if declared == "image/jpg" else declared
    return _by_name(part.name if isinstance(part, FilePart) else "") or _by_name(_path(part.url or ""))


def _by_bytes(data: bytes) -> str:
    for beginning, media_type in _BEGINNINGS.items():
        if data.startswith(beginning):
            return media_type
    return "image/webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else ""


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _by_name(name: str) -> str:
    return _BY_EXTENSION.get(name.rpartition(".")[2].lower(), "")
