"""Aliyun's SMS service (Dysmsapi 2017-05-25): approved templates, receipts and replies by callback, doubts by a query."""

from pushsvc.channels.sms.aliyun.provider import Aliyun

__all__ = ["Aliyun"]
