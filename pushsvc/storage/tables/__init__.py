"""Every table, one module a group. A room reads and writes only the tables that its module names."""

from pushsvc.storage.tables import flow, ledger, operations, profiles, publications, sites
from pushsvc.storage.tables.base import Moment, metadata

__all__ = ["Moment", "flow", "ledger", "metadata", "operations", "profiles", "publications", "sites"]
