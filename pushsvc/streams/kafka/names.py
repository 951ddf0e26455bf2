"""The names of our consumer groups at the brokers."""

from __future__ import annotations

from pushsvc.settings import Brokers


def group_name(brokers: Brokers, group: str) -> str:
    """Of `Stage.group`: two installations may share a cluster."""
    return f"{brokers.prefix}pushsvc.{group}"
