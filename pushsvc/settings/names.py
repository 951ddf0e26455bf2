"""Which environment variables are ours, which a cluster put there, and which are slips of the pen."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping

PREFIX = "PUSHSVC_"

#: Kubernetes puts these beside ours for a service named pushsvc or pushsvc-…
#: (https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables).
_INJECTED_NAME = re.compile(
    r"PUSHSVC_(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)"
)
_INJECTED_PORT_NAME = re.compile(r"PUSHSVC_(\w+_)?PORT")
_INJECTED_PORT = re.compile(r"(tcp|udp|sctp)://")


def injected(name: str, value: str) -> bool:
    """Whether Kubernetes, not a person, set this variable."""
    if _INJECTED_NAME.fullmatch(name):
        return True
    return _INJECTED_PORT_NAME.fullmatch(name) is not None and _INJECTED_PORT.match(value) is not None


def unknown(variables: Mapping[str, str | None], known: Iterable[str]) -> list[str]:
    """A line for each variable with our prefix that is no setting, with the nearest one that is."""
    settings = sorted(f"{PREFIX}{name.upper()}" for name in known)
    lines = []
    for name, value in sorted(variables.items()):
        if name.startswith(PREFIX) and name not in settings and not injected(name, value or ""):
            near = difflib.get_close_matches(name, settings, n=1)
            lines.append(f"{name} is no setting" + (f"; did you mean {near[0]}?" if near else ""))
    return lines
