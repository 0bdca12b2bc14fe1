"""Whether callers speak TLS, and show certificates of their own."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings

from compactd.rpc.certificates import CertificateFiles


class TlsSettings(BaseSettings):
    """A section of Config."""

    tls_cert_file: Annotated[
        str,
        Field(
            description="The server's certificate with its chain, PEM. With it gRPC and REST speak TLS alone, 1.2 or "
            "above. This file and the next two are looked at for each connection: what has changed needs no restart."
        ),
    ] = ""
    tls_key_file: Annotated[
        str, Field(description="The private key of that certificate, PEM without a password.", validate_default=True)
    ] = ""
    tls_client_ca_file: Annotated[
        str,
        Field(
            description="The authorities that may sign callers' certificates, PEM. With it nobody gets a connection "
            "to gRPC or REST who has no certificate of one of them (mTLS).",
            validate_default=True,
        ),
    ] = ""

    @field_validator("tls_key_file")
    @classmethod
    def _with_its_certificate(cls, key: str, info: ValidationInfo) -> str:
        if bool(key) != bool(info.data.get("tls_cert_file")):
            raise ValueError("COMPACTD_TLS_CERT_FILE and COMPACTD_TLS_KEY_FILE go together: set both, or none.")
        return key

    @field_validator("tls_client_ca_file")
    @classmethod
    def _with_a_certificate(cls, authorities: str, info: ValidationInfo) -> str:
        if authorities and not info.data.get("tls_cert_file"):
            raise ValueError("callers' certificates need one of the server: set COMPACTD_TLS_CERT_FILE, too.")
        return authorities

    def certificate_files(self) -> CertificateFiles | None:
        """None where callers speak no TLS."""
        if not self.tls_cert_file:
            return None
        client_ca = Path(self.tls_client_ca_file) if self.tls_client_ca_file else None
        return CertificateFiles(Path(self.tls_cert_file), Path(self.tls_key_file), client_ca)
