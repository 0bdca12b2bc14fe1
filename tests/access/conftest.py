"""One server that knows callers by tokens, signed tokens and a mesh's header, through both doors.

Tests run in the loop of the session, which is the server's: `pytestmark = pytest.mark.asyncio(loop_scope="session")`.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from compactd.access.token_table import hash_of
from tests.access.credentials import AUDIENCE, ISSUER, SIGNER, TOKENS
from tests.server import LocalServer, local_server

IDENTITIES = """\
# who the mesh says it is
spiffe://mesh.local/ns/team-a/* team-a read,write
spiffe://mesh.local/ns/team-a/sa/audit team-a read
"""


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the server's files."""
    folder = tmp_path_factory.mktemp("access")
    lines = [f"{hash_of(token)} {namespace} {scopes}" for token, namespace, scopes in TOKENS]
    (folder / "tokens").write_text("\n".join(["# tokens", "", *lines]))
    (folder / "identities").write_text(IDENTITIES)
    (folder / "keys.json").write_bytes(SIGNER.jwks())
    return folder


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server(files: Path) -> AsyncIterator[LocalServer]:
    async with local_server(
        http=True,
        auth="tokens,jwt,header",
        auth_tokens_file=files / "tokens",
        auth_jwt_keys=str(files / "keys.json"),
        auth_jwt_issuer=ISSUER,
        auth_jwt_audience=AUDIENCE,
        auth_jwt_namespace_claim="tenant",
        auth_header="x-forwarded-client-cert",
        auth_header_peers="unix,127.0.0.1",
        identities_file=files / "identities",
    ) as running:
        yield running
