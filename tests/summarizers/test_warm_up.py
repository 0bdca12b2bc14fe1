"""litellm is loaded late, off the event loop, and without the network."""

import subprocess
import sys
from pathlib import Path

import pytest

SERVICE = Path(__file__).parents[2] / "service"

PROGRAM = """
import asyncio, os, sys, threading

reached, importing = [], set()
sys.addaudithook(lambda event, args: reached.append((event, args)) if event in ("socket.connect", "socket.getaddrinfo")
                 else None)
sys.addaudithook(lambda event, args: importing.add(threading.get_ident())
                 if event == "import" and args[0].partition(".")[0] == "litellm" else None)
os.environ["OPENAI_API_KEY"] = os.environ["ANTHROPIC_API_KEY"] = "none"

from compactd.summarizers.catalog import LitellmCatalog
from compactd.summarizers.litellm_model import LitellmModel
from compactd.summarizers.litellm_requests.litellm_import import NOT_NEEDED
from compactd.summarizers.model_table import ModelTable

async def main():
    model = LitellmModel(LitellmCatalog(ModelTable.load()), {})
    assert "litellm" not in sys.modules, "imported too early"
    await model.warm()
    await model.close()
    assert "litellm" in sys.modules
    assert "mcp" not in sys.modules, "a second and 20 MB for nothing"
    assert not set(NOT_NEEDED) & set(sys.modules), "a second and 54 MB for nothing"
    assert importing and threading.get_ident() not in importing, "imported in the thread of the event loop"

asyncio.run(main())
assert not reached, reached
"""


@pytest.mark.process
def test_warming_up_reaches_nothing_and_holds_nothing_up() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env={"PYTHONPATH": str(SERVICE)}, capture_output=True, text=True, timeout=55
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""


LEFT_OUT = """
import importlib, sys

from compactd.summarizers.litellm_requests.litellm_import import NOT_NEEDED, import_litellm

import_litellm()
import litellm

assert not any(type(finder).__module__.startswith("compactd") for finder in sys.meta_path)
try:
    litellm.Router(model_list=[])
except RuntimeError as error:
    assert "litellm.router.Router" in str(error), error
else:
    raise AssertionError("what was left out can be called")
for name in NOT_NEEDED:
    package = importlib.import_module(name.partition(".")[0])
    assert importlib.import_module(name).__file__.startswith(package.__path__[0]), name
"""


@pytest.mark.process
def test_what_is_left_out_of_litellm_says_so_and_can_be_imported_by_its_name() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LEFT_OUT],
        env={"PYTHONPATH": str(SERVICE), "LITELLM_LOCAL_MODEL_COST_MAP": "True"},
        capture_output=True,
        text=True,
        timeout=55,
    )
    assert done.returncode == 0, done.stderr


USED = """
import ast, sys
from pathlib import Path

from compactd.summarizers.litellm_requests.loading import load_writer, writer_module
from compactd.summarizers.provider_requests import spoken_dialect
from compactd.summarizers.providers.table import PROVIDERS

for provider in PROVIDERS.values():
    for speaks_responses in (False, True):
        load_writer(writer_module(provider, spoken_dialect(provider, speaks_responses=speaks_responses)))
import litellm
from litellm.utils import ProviderConfigManager

for provider in PROVIDERS.values():
    ProviderConfigManager.get_provider_chat_config("model", litellm.LlmProviders(provider.route))
for name, module in sorted(sys.modules.items()):
    if name.startswith(("litellm.llms.", "litellm.litellm_core_utils.prompt_templates.")) and module.__file__:
        for node in ast.walk(ast.parse(Path(module.__file__).read_text())):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "litellm":
                if not hasattr(litellm, node.attr):
                    print(name, node.attr)
"""


@pytest.mark.process
def test_what_provider_classes_use_of_litellm_is_there() -> None:
    done = subprocess.run(
        [sys.executable, "-c", USED],
        env={"PYTHONPATH": str(SERVICE), "LITELLM_LOCAL_MODEL_COST_MAP": "True"},
        capture_output=True,
        text=True,
        timeout=55,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "", "names that litellm has only when it is imported as a whole"
