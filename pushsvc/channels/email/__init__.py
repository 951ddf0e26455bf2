"""Email: one message put together, the relays that take it, and what their answers mean."""

from pushsvc.channels.email.assembly import Sender, assemble, message_id
from pushsvc.channels.email.signing import Signer
from pushsvc.channels.email.smtp import SmtpCarrier

__all__ = ["Sender", "Signer", "SmtpCarrier", "assemble", "message_id"]
