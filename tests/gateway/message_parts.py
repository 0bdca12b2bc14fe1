"""Parts of messages that are more than text."""

import base64

PNG = b"\x89PNG\xff\xfe\x00"
DATA_URL = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
URL = "https://example.com/a.png?x=1&y=2"
PDF = b"%PDF-1.4 tiny"
PDF_URL = f"data:application/pdf;base64,{base64.b64encode(PDF).decode()}"
WAV = b"RIFF"
WAV_DATA = base64.b64encode(WAV).decode()
OPAQUE = {"provider": "openai", "model": "gpt-5.2", "type": "reasoning", "data": base64.b64encode(b"\x00\x01").decode()}
