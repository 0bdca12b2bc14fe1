"""What can be wrong with a request before it is a message: failures that only HTTP knows."""

from compactd.domain.error_shape import MAX_SENTENCE, Code, CompactdError
from compactd.domain.errors import MalformedRequest, NotSupported


class RouteNotFound(CompactdError):
    code = Code.NOT_FOUND
    reason = "ROUTE_NOT_FOUND"
    sentence = "There is nothing at {path}: /openapi.json lists what there is."


class MethodNotAllowed(CompactdError):
    """`allowed` also goes into the header Allow."""

    code = Code.UNIMPLEMENTED
    reason = "METHOD_NOT_ALLOWED"
    sentence = "{method} is not possible here: use {allowed}."


class UnsupportedMediaType(CompactdError):
    code = Code.INVALID_ARGUMENT
    reason = "UNSUPPORTED_MEDIA_TYPE"
    sentence = "A body of {content_type} cannot be read: send JSON in UTF-8, as application/json."


class HostNotAllowed(CompactdError):
    code = Code.PERMISSION_DENIED
    reason = "HOST_NOT_ALLOWED"
    sentence = (
        "This server is not called {host}: use localhost or its address, or have its operator add the name to "
        "COMPACTD_HTTP_HOSTS."
    )


class OriginNotAllowed(CompactdError):
    """`origin` is what the browser says of the page: its origin, or how far that is from here."""

    code = Code.PERMISSION_DENIED
    reason = "ORIGIN_NOT_ALLOWED"
    sentence = (
        "A web page of {origin} may not call this server: have its operator add the page's origin to "
        "COMPACTD_HTTP_ORIGINS."
    )


class OtherSiteNotAllowed(OriginNotAllowed):
    """Of a page that sends no origin: `origin` is how far the browser says that it is from here."""

    sentence = (
        "A web page of another site or origin may not call this server by a link, an image or a script "
        "(Sec-Fetch-Site: {origin}): open the address by itself, or have the page ask by fetch, which sends its Origin."
    )


class MalformedBody(MalformedRequest):
    """`message` is what the body should have been, in the proto's name."""

    sentence = "The body cannot be read as the JSON of {message}: {why}"
    max_value = MAX_SENTENCE


class NotOffered(NotSupported):
    """Known to Letta's API. `method` is what was asked for, `why` what to do instead."""

    sentence = "{method} is not available here: {why}"
    max_value = MAX_SENTENCE
