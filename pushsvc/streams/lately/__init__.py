"""What was published lately, asked the other way round: not whom a publication concerns, but what concerns one person."""

from pushsvc.streams.lately.index import DAYS, LatelyIndex

__all__ = ["DAYS", "LatelyIndex"]
