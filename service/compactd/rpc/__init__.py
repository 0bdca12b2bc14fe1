"""gRPC: servicers, proto and domain values, errors, interceptors, the server."""
