"""The OpenAPI document of the REST shape, written from the descriptors and their comments when code is generated."""
