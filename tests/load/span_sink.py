"""`python span_sink.py`: a collector of spans on a free port of 127.0.0.1, which it prints; it keeps none of them."""

import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc

EXPORT = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"

ACCEPTED = b""
"""An ExportTraceServiceResponse that rejects nothing."""


class Sink(grpc.GenericRpcHandler):
    """Takes whatever is exported, as bytes."""

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:
        if handler_call_details.method != EXPORT:
            return None
        return grpc.unary_unary_rpc_method_handler(lambda request, context: ACCEPTED)


def main() -> None:
    server = grpc.server(ThreadPoolExecutor(1), handlers=[Sink()])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    server.wait_for_termination()


if __name__ == "__main__":
    main()
