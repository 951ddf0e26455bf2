"""What the service itself says to one person: a code, a welcome. No notice: it needs no consent and tells no publication."""

from pushsvc.channels.service.queue import ServiceMessage, claim_due, note_dead, note_later, note_sent, put
from pushsvc.channels.service.rendering import render

__all__ = ["ServiceMessage", "claim_due", "note_dead", "note_later", "note_sent", "put", "render"]
