"""Whether callers speak TLS, and show certificates of their own."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings

from compactd.rpc.certificates import CertificateFiles


class TlsSettings(BaseSettings):
    """A section of Config."""

    tls_cert_file: Annotated[
        Path | None,
        Field(
            description="The server's certificate with its chain, PEM. With it gRPC and REST speak only TLS, 1.2 or "
            "above. This file and the next two are checked for each connection: a change needs no "
            "restart."
        ),
    ] = None
    tls_key_file: Annotated[
        Path | None,
        Field(description="The private key of that certificate, PEM without a password.", validate_default=True),
    ] = None
    tls_client_ca_file: Annotated[
        Path | None,
        Field(
            description="The authorities that may sign callers' certificates, PEM. With it gRPC and REST accept only "
            "connections with a certificate of one of them (mTLS).",
            validate_default=True,
        ),
    ] = None

    @field_validator("tls_key_file")
    @classmethod
    def _with_its_certificate(cls, key: Path | None, info: ValidationInfo) -> Path | None:
        if (key is None) != (info.data.get("tls_cert_file") is None):
            raise ValueError("COMPACTD_TLS_CERT_FILE and COMPACTD_TLS_KEY_FILE go together: set both, or none.")
        return key

    @field_validator("tls_client_ca_file")
    @classmethod
    def _with_a_certificate(cls, authorities: Path | None, info: ValidationInfo) -> Path | None:
        if authorities is not None and info.data.get("tls_cert_file") is None:
            raise ValueError("callers' certificates need one of the server: set COMPACTD_TLS_CERT_FILE, too.")
        return authorities

    def certificate_files(self) -> CertificateFiles | None:
        """None where callers speak no TLS."""
        if self.tls_cert_file is None or self.tls_key_file is None:
            return None
        return CertificateFiles(self.tls_cert_file, self.tls_key_file, self.tls_client_ca_file)
