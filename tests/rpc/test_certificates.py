"""The files of certificates: what may lie there, and what is noticed of them."""

import ssl
from pathlib import Path
from typing import Any

import pytest

from compactd.rpc.certificates import BadCertificates, CertificateFiles, CurrentCertificates
from tests.builders.certificates import Authority, CertificateFolder, Identity

OURS, OTHERS = Authority("ours"), Authority("others")


@pytest.fixture
def folder(tmp_path: Path) -> CertificateFolder:
    files = CertificateFolder(tmp_path)
    files.put(OURS.server(), OURS)
    return files


def test_links_that_lead_elsewhere_are_followed(tmp_path: Path) -> None:
    """As Kubernetes swaps a mounted secret: all files at once, by the link of their folder."""
    for name, authority in (("first", OURS), ("second", OTHERS)):
        (tmp_path / name).mkdir()
        CertificateFolder(tmp_path / name).put(authority.server(), authority)
    (tmp_path / "now").symlink_to("first")
    certificates = CurrentCertificates(CertificateFolder(tmp_path / "now").files)
    assert certificates.current().client_ca == OURS.certificate
    (tmp_path / "next").symlink_to("second")
    (tmp_path / "next").replace(tmp_path / "now")
    assert certificates.current().client_ca == OTHERS.certificate


@pytest.mark.parametrize("times", [1, 9])
def test_what_is_handed_out_is_what_was_checked(
    folder: CertificateFolder, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    load = ssl.SSLContext.load_cert_chain
    replaced: list[Identity] = []

    def replace_first(context: ssl.SSLContext, *args: Any, **options: Any) -> None:
        """As a renewal does it between the look at the files and OpenSSL's own."""
        if len(replaced) < times:
            replaced.append(OURS.server())
            folder.put(replaced[-1], OURS)
        load(context, *args, **options)

    monkeypatch.setattr(ssl.SSLContext, "load_cert_chain", replace_first)
    if times == 1:
        current = CurrentCertificates(folder.files).current()
        assert (current.certificate, current.key) == (replaced[0].certificate, replaced[0].key)
    else:
        with pytest.raises(BadCertificates, match="changes while it is read"):
            CurrentCertificates(folder.files)


@pytest.mark.parametrize(
    ("name", "content", "setting"),
    [
        ("tls.crt", b"", "tls_cert_file"),
        ("tls.crt", None, "tls_cert_file"),
        ("tls.key", b"no key", "tls_key_file"),
        ("tls.key", OURS.server().key, "tls_key_file"),
        ("tls.key", OURS.server(password=b"canary").key, "tls_key_file"),
        ("tls.key", None, "tls_key_file"),
        ("ca.crt", b"\xff", "tls_client_ca_file"),
        ("ca.crt", None, "tls_client_ca_file"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(
    folder: CertificateFolder, name: str, content: bytes | None, setting: str
) -> None:
    (folder.folder / name).unlink()
    if content is not None:
        folder.write(name, content)
    with pytest.raises(BadCertificates, match=f"{folder.folder / name} ") as raised:
        CurrentCertificates(folder.files)
    assert raised.value.setting == setting


def test_remarks_between_certificates_may_be_in_any_language(folder: CertificateFolder) -> None:
    remark = "# Autorité de nos agents\n".encode()
    folder.write("ca.crt", remark + OURS.certificate + remark + OTHERS.certificate)
    context = CurrentCertificates(folder.files).current().context
    assert context.cert_store_stats()["x509_ca"] == 2


def test_without_authorities_callers_are_not_asked(folder: CertificateFolder) -> None:
    files = CertificateFiles(folder.files.certificate, folder.files.key)
    certificates = CurrentCertificates(files)
    assert not certificates.ask_callers
    assert certificates.current().context.verify_mode is ssl.CERT_NONE
    assert OURS.server().key.decode() not in repr(certificates.current())
