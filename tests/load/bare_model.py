"""The model call by itself, made as the service makes it but in a process that does nothing else.

    python -m tests.load.bare_model --messages 50 --calls 100

prints a Timing. The model is where OPENAI_BASE_URL points.
"""

import argparse
import gc

import uvloop

from compactd.domain.handles import ModelHandle
from compactd.domain.settings import CompactionMode
from compactd.ports.model import ModelRequest
from compactd.rpc.messages import messages_from_proto
from compactd.strategies.modes import MODES
from compactd.strategies.request_forms import transcript_request
from compactd.strategies.transcript import render
from compactd.summarizers.catalog import LitellmCatalog
from compactd.summarizers.litellm_model import LitellmModel
from compactd.summarizers.model_table import ModelTable
from tests.load import workload
from tests.load.prepare import INSTANT
from tests.load.timing import Stopwatch, Timing

WARM_UP_CALLS = 5


def request(count: int) -> ModelRequest:
    """What a Compact of so many messages asks for in mode all."""
    keys = workload.batches(count, 0)
    messages = [message for variant, size in keys for message in messages_from_proto(workload.batch(variant, size))]
    texts = [render(message) for message in messages]
    provider, _, name = INSTANT.partition("/")
    asked = transcript_request(MODES[CompactionMode.ALL].default_prompt, texts, opens_with_user=False)
    return ModelRequest(ModelHandle(provider, name), None, asked, max_output_tokens=16_384)


async def measure(count: int, calls: int) -> Timing:
    model = LitellmModel(LitellmCatalog(ModelTable.load()), {})
    await model.warm()
    asked = request(count)
    for _ in range(WARM_UP_CALLS):
        await model.ask(asked)
    # As the server does once it is warm.
    gc.collect()
    gc.freeze()
    stopwatch = Stopwatch()
    for _ in range(calls):
        with stopwatch.lap():
            await model.ask(asked)
    await model.close()
    return stopwatch.timing()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, required=True)
    parser.add_argument("--calls", type=int, required=True)
    options = parser.parse_args()
    uvloop.run(measure(options.messages, options.calls)).print()


if __name__ == "__main__":
    main()
