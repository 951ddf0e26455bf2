"""From a summary to the words of one message: cards, then segments, then a link for each recipient."""

from pushsvc.channels.rendering.cards import Story, Told
from pushsvc.channels.rendering.reasons import tell_reason, tell_reasons
from pushsvc.channels.rendering.segments import Renderer, Segment

__all__ = ["Renderer", "Segment", "Story", "Told", "tell_reason", "tell_reasons"]
