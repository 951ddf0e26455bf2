"""The optional writer by a language model: asking the endpoint, within limits of time, size and patience.

What is asked and what of an answer is told stands in `plain/by_model`, as pure functions.
"""

from __future__ import annotations

from pushsvc.streams.by_model.service import ModelService, Unanswered
from pushsvc.streams.by_model.writer import ModelWriter

__all__ = ["ModelService", "ModelWriter", "Unanswered"]
