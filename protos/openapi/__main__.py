"""`python -m protos.openapi < descriptors.binpb > openapi.json`, in the root of the repository."""

import sys

from protos.openapi.document import openapi_json

sys.stdout.buffer.write(openapi_json(sys.stdin.buffer.read()))
