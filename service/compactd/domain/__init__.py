"""Values and rules: messages, contexts, settings, errors. Nothing here knows of gRPC, SQL or HTTP."""
