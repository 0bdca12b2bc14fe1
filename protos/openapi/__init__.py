"""The OpenAPI document of the REST adapter, written from the descriptors, their comments and the domain's limits.

A build tool: `protos/generate.py` runs it, and the server has only what it wrote.
"""
