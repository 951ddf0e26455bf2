"""The one place where real parts are put together."""

from pushsvc.bootstrap.house import House, open_house
from pushsvc.bootstrap.service import Service

__all__ = ["House", "Service", "open_house"]
