"""Every table, one module a group. A room reads and writes only the tables that its module names."""

from pushsvc.storage.tables import flow, ledger, operations, profiles, providers, publications, search, sites
from pushsvc.storage.tables.base import Moment, metadata
from pushsvc.storage.tables.search import kept_tables

__all__ = [
    "Moment", "flow", "kept_tables", "ledger", "metadata", "operations", "profiles", "providers", "publications", "search",
    "sites",
]  # fmt: skip
