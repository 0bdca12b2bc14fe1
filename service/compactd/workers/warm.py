"""What every worker needs and none changes: loaded once, before they are forked, so that they share its memory."""

import gc
import threading


def load_what_workers_share() -> None:
    """Imports the service and litellm, and reads the tables of tokens and models: 2 to 5 s. What is loaded so takes
    180 MB once, and a worker about 40 MB beside it (resident memory of one server: 240; `tests.load.worker_rates` shows
    both).

    No thread may run when a process is forked, and nothing of gRPC may have been made: importing does neither.
    """
    import compactd.gateway.embedded_uvicorn
    import compactd.server
    import compactd.wiring  # noqa: F401
    from compactd.summarizers.litellm_requests.loading import load_writer
    from compactd.summarizers.model_table import ModelTable
    from compactd.tokenizers.encodings import O200K, load_encoding

    # The writers of other dialects take little beside litellm, which any of them imports.
    load_writer("chat")
    load_encoding(O200K)
    ModelTable.load()
    # The collector of a worker would write into each object that it looks at, and so into a page of its own. It does
    # not look at them here either: there is next to nothing to be found (`service.Service.warm`).
    gc.freeze()
    if threading.active_count() != 1:
        raise RuntimeError("a thread has been started before the workers were")
