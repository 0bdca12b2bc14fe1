"""Authorities, and what they sign: real certificates, as files in a folder."""

import ipaddress
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from compactd.rpc.certificates import CertificateFiles

DAY = timedelta(days=1)

LOOPBACK = (x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1")))


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate and its key, as PEM."""

    certificate: bytes
    key: bytes


class Authority:
    """Signs certificates, its own first. Names need not differ: keys do."""

    def __init__(self, name: str) -> None:
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._key = ec.generate_private_key(ec.SECP256R1())
        own = _builder(self._name, self._name, self._key, 1).add_extension(x509.BasicConstraints(True, None), True)
        self.certificate = own.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM)

    def server(self, password: bytes = b"") -> Identity:
        """For this machine's loopback address; its key behind a password, if one is given."""
        return self._signed("server", LOOPBACK, password=password)

    def caller(self, *uris: str, days: int = 1) -> Identity:
        """One that names these URIs, and is good for so many days from now on: before yesterday if negative."""
        return self._signed("caller", [x509.UniformResourceIdentifier(uri) for uri in uris], days)

    def _signed(self, name: str, names: Sequence[x509.GeneralName], days: int = 1, password: bytes = b"") -> Identity:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = _builder(subject, self._name, key, days)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), False)
        signed = builder.sign(self._key, hashes.SHA256())
        return Identity(signed.public_bytes(Encoding.PEM), _pem_of(key, password))


def _pem_of(key: ec.EllipticCurvePrivateKey, password: bytes) -> bytes:
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 9 * DAY)
        .not_valid_after(now + days * DAY)
    )


@dataclass(frozen=True, slots=True)
class CertificateFolder:
    """Files of a server that are replaced as tools do it: written beside, then moved."""

    folder: Path

    @property
    def files(self) -> CertificateFiles:
        return CertificateFiles(self.folder / "tls.crt", self.folder / "tls.key", self.folder / "ca.crt")

    def put(self, identity: Identity, *authorities: Authority) -> None:
        """The server's own, and whose callers it is to let in."""
        self.write("tls.crt", identity.certificate)
        self.write("tls.key", identity.key)
        self.write("ca.crt", b"".join(authority.certificate for authority in authorities))

    def write(self, name: str, content: bytes) -> None:
        beside = self.folder / f"{name}.new"
        beside.write_bytes(content)
        beside.replace(self.folder / name)

    def context(self, authority: Authority, caller: Identity | None) -> ssl.SSLContext:
        """A caller's, who trusts one authority; HTTP clients read certificates of their own from files alone."""
        context = ssl.create_default_context(cadata=authority.certificate.decode())
        if caller is not None:
            path = self.folder / "caller.pem"
            path.write_bytes(caller.certificate + caller.key)
            context.load_cert_chain(path)
        return context
