from __future__ import annotations

import importlib
import pkgutil
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.contract.sms import stands
from tests.contract.sms.stand import Stand

#: The tests that hang wait this long, where the service waits 15 s. The others have more: the machine may be busy.
PATIENCE_SECONDS = 0.8
_ELSE_SECONDS = 3.0


def _found() -> dict[str, Any]:
    names = [name for _, name, _ in pkgutil.iter_modules(stands.__path__)]
    modules = {name: importlib.import_module(f"{stands.__name__}.{name}") for name in names}
    return {name: module for name, module in modules.items() if hasattr(module, "open_stand")}


STANDS = _found()


@pytest.fixture(params=sorted(STANDS))
async def stand(request: pytest.FixtureRequest) -> AsyncIterator[Stand]:
    """Each provider in turn, with its fake."""
    hangs = str(request.node.callspec.params.get("injury", "")).startswith("hang")
    async with STANDS[request.param].open_stand(call_seconds=PATIENCE_SECONDS if hangs else _ELSE_SECONDS) as opened:
        yield opened
