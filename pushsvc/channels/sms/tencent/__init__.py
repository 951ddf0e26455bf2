"""Tencent Cloud SMS (2021-01-11): approved templates, receipts and replies by callback or by asking, doubts by a query."""

from pushsvc.channels.sms.tencent.provider import Tencent

__all__ = ["Tencent"]
