"""What every call goes through, over gRPC and REST alike: an interceptor a file, and `chain`, their order."""
