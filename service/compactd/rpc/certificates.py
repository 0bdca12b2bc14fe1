"""The server's certificate, its key, and the authorities of callers' certificates; read again when they change."""

import ssl
import threading
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from compactd.domain.startup import WrongSetting

READS = 3
"""How often files are read that are replaced meanwhile."""


class BadCertificates(WrongSetting):
    """What is wrong with the file that a setting names, in a sentence."""


@dataclass(frozen=True, slots=True)
class CertificateFiles:
    """Where they lie, all PEM. Without `client_ca` callers are not asked for certificates."""

    certificate: Path
    key: Path
    client_ca: Path | None = None

    def read(self) -> "Certificates":
        """BadCertificates for what cannot be read or does not belong together."""
        certificate, key, context = self._chain()
        authorities = None
        if self.client_ca is not None:
            authorities = _content("tls_client_ca_file", self.client_ca)
            _check_certificates("tls_client_ca_file", self.client_ca, authorities)
            context.load_verify_locations(cadata=_as_text(authorities))
            context.verify_mode = ssl.CERT_REQUIRED
        return Certificates(certificate, key, authorities, context)

    def _chain(self) -> tuple[bytes, bytes, ssl.SSLContext]:
        """The certificate, its key, and a context that has loaded them. OpenSSL takes a key from a file only, which may
        have been replaced since it was read: gRPC is to get what was checked, and nothing else."""
        certificate, key = self._pair()
        for _ in range(READS):
            _check_certificates("tls_cert_file", self.certificate, certificate)
            context = self._loaded()
            before, (certificate, key) = (certificate, key), self._pair()
            if before == (certificate, key):
                return certificate, key, context
        raise BadCertificates("tls_cert_file", f"{self.certificate} changes while it is read.")

    def _pair(self) -> tuple[bytes, bytes]:
        return _content("tls_cert_file", self.certificate), _content("tls_key_file", self.key)

    def _loaded(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.options |= ssl.OP_NO_RENEGOTIATION
        context.set_alpn_protocols(["http/1.1"])
        try:
            # Without a password OpenSSL would ask for one at the terminal, and wait.
            context.load_cert_chain(self.certificate, self.key, password=lambda: "")
        except OSError as error:
            why = getattr(error, "reason", None) or "no PEM"
            sentence = (
                f"{self.key} has to hold the private key of {self.certificate}, as PEM without a password ({why})."
            )
            raise BadCertificates("tls_key_file", sentence) from None
        return context

    def state(self) -> tuple[tuple[int, ...], ...]:
        """Other than before once one of the files has been written, replaced (also by a link that leads elsewhere, as
        Kubernetes does it), removed, or opened to this process."""
        return tuple(_state(path) for path in (self.certificate, self.key, self.client_ca) if path is not None)


@dataclass(frozen=True, slots=True)
class Certificates:
    """What the files held, as PEM for gRPC and as a context for everything else."""

    certificate: bytes
    key: bytes = field(repr=False)
    client_ca: bytes | None
    context: ssl.SSLContext


class CurrentCertificates:
    """Asked for each new connection, by any thread: gRPC has threads of its own for that.

    What cannot be used is told once, and changes nothing: the certificates before it stay in use.
    """

    def __init__(self, files: CertificateFiles) -> None:
        """BadCertificates, if those that lie there now cannot be used."""
        self._files = files
        self._lock = threading.Lock()
        # Before they are read: what changes meanwhile is seen the next time.
        self._state = files.state()
        self._current = files.read()

    @property
    def ask_callers(self) -> bool:
        """Whether callers have to show a certificate."""
        return self._files.client_ca is not None

    def current(self) -> Certificates:
        """Takes three looks at the file system, some microseconds."""
        with self._lock:
            state = self._files.state()
            if state != self._state:
                self._state = state
                self._read()
            return self._current

    def _read(self) -> None:
        log = structlog.get_logger()
        try:
            self._current = self._files.read()
        except BadCertificates as error:
            log.error("certificates not read", why=str(error))
        else:
            log.info("certificates read")


class CurrentContext(ssl.SSLContext):
    """Stands for the context of the current certificates, connection by connection.

    Each connection is given a whole context of its own time. To swap contexts while it is greeted (`sni_callback`)
    would leave sessions to the first one, which a caller could resume whose authority has been removed since.
    """

    _certificates: CurrentCertificates

    def __new__(cls, certificates: CurrentCertificates) -> "CurrentContext":
        context = super().__new__(cls, ssl.PROTOCOL_TLS_SERVER)
        context._certificates = certificates
        return context

    def wrap_bio(  # what asyncio and uvloop do for a connection
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = True,
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLObject:
        context = self._certificates.current().context
        return context.wrap_bio(incoming, outgoing, server_side, server_hostname, session)


def _content(setting: str, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadCertificates(setting, f"{path} cannot be read: {error.strerror}.") from None


def _check_certificates(setting: str, path: Path, content: bytes) -> None:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_verify_locations(cadata=_as_text(content))
    except (ssl.SSLError, ValueError):
        raise BadCertificates(setting, f"{path} holds no certificate as PEM.") from None


def _as_text(content: bytes) -> str:
    """Without the letters of remarks between the certificates, which OpenSSL refuses to see here."""
    return content.decode("ascii", "ignore")


def _state(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except OSError as error:
        return (error.errno or 0,)
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
