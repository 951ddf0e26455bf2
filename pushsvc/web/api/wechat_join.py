"""`POST /api/v1/wechat/join`: a page of our mini-program says who scanned the code of somebody's page of addresses.

The scene is the secret of that code: it was shown to one person, works once and for ten minutes. Nothing else is proved here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pushsvc.domain.ports import Shared
from pushsvc.errors import BadInput, Problem, TryLater
from pushsvc.profiles.wechat import BindingState
from pushsvc.sites.bodies import Malformed, read_json
from pushsvc.telemetry import log
from pushsvc.web.citizen.codes import network_of
from pushsvc.web.forms import bounded
from pushsvc.web.problems import problem

HERE = "/api/v1/wechat/join"
LARGEST_BYTES = 4 * 1024
#: Each try asks WeChat once: a scene has as many as somebody needs whose network is bad, a network as many as a busy hall.
TRIES_OF_A_SCENE, TRIES_OF_A_NETWORK = 5, 60
WITHIN_SECONDS = 600.0
_RETRY_SECONDS = 5
_LONGEST = {"scene": 64, "code": 128}


class Joiner(Protocol):
    async def join(self, scene: str, login: str) -> BindingState:
        """What became of it. BadInput for a login that WeChat does not know, TryLater."""
        ...


@dataclass(frozen=True)
class WeChatJoinRoutes:
    joiner: Joiner
    shared: Shared

    def routes(self) -> list[Route]:
        return [Route(HERE, self.join, methods=["POST"])]

    async def join(self, request: Request) -> Response:
        """`{"scene", "code"}` in, `{"state": "joined" | "refused" | "over" | "unknown"}` out."""
        try:
            asked = read_json(await bounded(request, LARGEST_BYTES).body())
            scene, login = _read(asked, "scene"), _read(asked, "code")
            if wait := await self._too_often(request, scene):
                return problem("too-many-requests", f"try again in {wait} s", headers={"Retry-After": str(wait)})
            state = await self.joiner.join(scene, login)
        except ClientDisconnect:
            return Response(status_code=400)
        except HTTPException as error:
            if error.status_code != 413:
                raise
            return problem("too-large", f"it has {LARGEST_BYTES} bytes at most", headers={"Connection": "close"})
        except Malformed as error:
            return problem("malformed", str(error))
        except BadInput as error:
            return problem("not-acceptable", str(error), fields=error.problems)
        except TryLater as error:
            log.warning("a WeChat could not be joined now", why=str(error))
            wait = round(error.after_seconds or _RETRY_SECONDS)
            return problem("try-later", "WeChat cannot say now who it is", headers={"Retry-After": str(max(1, wait))})
        return JSONResponse({"state": state}, headers={"Cache-Control": "no-store"})

    async def _too_often(self, request: Request, scene: str) -> int:
        """Seconds to wait; 0 when it may be tried."""
        hashed = hashlib.sha256(scene.encode()).hexdigest()
        of_all = {
            f"wechat joins from {network_of(request)}": TRIES_OF_A_NETWORK,
            f"wechat joins of {hashed}": TRIES_OF_A_SCENE,
        }
        for key, most in of_all.items():
            if wait := await self.shared.attempt(key, most, WITHIN_SECONDS):
                return max(1, round(wait))
        return 0


def _read(asked: dict[str, Any], name: str) -> str:
    value = asked.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST[name] or not value.isascii() or not value.isprintable():
        raise BadInput(Problem(name, f"a text of 1 to {_LONGEST[name]} plain signs"))
    return value
