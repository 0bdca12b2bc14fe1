"""The client of compactd: connections over which writes are safe to repeat, and errors that a program can decide by.

`compaction.v1` beside it is the contract's generated code.
"""

from compactd_client.connection import AsyncClient, Client, connect, connect_async
from compactd_client.errors import CallFailed

__all__ = ["AsyncClient", "CallFailed", "Client", "connect", "connect_async"]
