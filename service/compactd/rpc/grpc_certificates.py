"""gRPC's way to the server's certificates."""

from typing import Any

import grpc

from compactd.rpc.certificates import Certificates, CurrentCertificates


class _Source:
    """What one port was told last."""

    def __init__(self, certificates: CurrentCertificates) -> None:
        self._certificates = certificates
        self._told: Certificates | None = None

    def changed(self) -> grpc.ServerCertificateConfiguration | None:
        """The certificates for the next connection; None if they are those of the one before."""
        current = self._certificates.current()
        if current is self._told:
            return None
        self._told = current
        return _configuration(current)


def server_credentials(certificates: CurrentCertificates) -> grpc.ServerCredentials:
    """For one port. gRPC knows callers who must show a certificate and callers who are not asked, and nothing between
    the two."""
    # The stubs do not know that there may be nothing new.
    changed: Any = _Source(certificates).changed
    return grpc.dynamic_ssl_server_credentials(
        _configuration(certificates.current()), changed, certificates.ask_callers
    )


def _configuration(certificates: Certificates) -> grpc.ServerCertificateConfiguration:
    return grpc.ssl_server_certificate_configuration(
        [(certificates.key, certificates.certificate)], certificates.client_ca
    )
