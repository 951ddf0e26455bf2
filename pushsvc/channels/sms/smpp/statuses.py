"""What the statuses of SMPP mean for a message: SMPP 3.4 issue 1.2, 5.1.3, table 5-2 (pages 112 to 114)."""

from __future__ import annotations

from collections.abc import Mapping

from pushsvc.channels.sms.operators.sending import Refusal

#: Refused: the message or our settings are wrong. stops: a person must mend the account. suppress: the number is none.
STATUSES: Mapping[int, Refusal] = {
    0x01: Refusal("refused", "RINVMSGLEN", "the message is too long or too short for the operator"),
    0x02: Refusal("refused", "RINVCMDLEN", "the operator could not read the length of the submit"),
    0x03: Refusal("refused", "RINVCMDID", "the operator does not know the command"),
    0x04: Refusal("try_later", "RINVBNDSTS", "the session is not bound for sending"),
    0x05: Refusal("try_later", "RALYBND", "the account is bound already; it may allow one session only"),
    0x06: Refusal("refused", "RINVPRTFLG", "the operator takes no such priority"),
    0x07: Refusal("refused", "RINVREGDLVFLG", "the operator gives no receipts for this account"),
    0x08: Refusal("try_later", "RSYSERR", "the operator has a fault of its own"),
    0x0A: Refusal("not_sent", "RINVSRCADR", "the operator does not let us send from this number; mend `source`", "provider"),
    0x0B: Refusal("suppress", "RINVDSTADR", "the operator says that there is no such number"),
    0x0C: Refusal("refused", "RINVMSGID", "the operator does not know this message id"),
    0x0D: Refusal("not_sent", "RBINDFAIL", "the operator refuses the bind; ask it whether the account is open", "provider"),
    0x0E: Refusal("not_sent", "RINVPASWD", "the operator does not know this password; mend it in SMS_URL", "provider"),
    0x0F: Refusal("not_sent", "RINVSYSID", "the operator does not know this user; mend it in SMS_URL", "provider"),
    0x14: Refusal("slow_down", "RMSGQFUL", "the operator's queue is full"),
    0x15: Refusal("not_sent", "RINVSERTYP", "the operator has no such service; mend `service`", "provider"),
    0x43: Refusal("refused", "RINVESMCLASS", "the operator takes no such class of message"),
    0x44: Refusal("refused", "RCNTSUBDL", "the operator sends to no list"),
    0x45: Refusal("try_later", "RSUBMITFAIL", "the operator could not take the message"),
    0x48: Refusal("not_sent", "RINVSRCTON", "the type of our number is wrong; mend `source_ton`", "provider"),
    0x49: Refusal("not_sent", "RINVSRCNPI", "the plan of our number is wrong; mend `source_npi`", "provider"),
    0x50: Refusal("refused", "RINVDSTTON", "the operator takes no number of this type"),
    0x51: Refusal("refused", "RINVDSTNPI", "the operator takes no number of this plan"),
    0x53: Refusal("not_sent", "RINVSYSTYP", "the operator has no such system type; mend `system_type`", "provider"),
    0x58: Refusal("slow_down", "RTHROTTLED", "more messages than the operator allows"),
    0x61: Refusal("refused", "RINVSCHED", "the operator takes no such time of sending"),
    0x62: Refusal("refused", "RINVEXPIRY", "the operator takes no such validity"),
    0x64: Refusal("try_later", "RX_T_APPN", "a passing fault of who receives"),
    0x65: Refusal("refused", "RX_P_APPN", "who receives refuses it for good"),
    0x66: Refusal("refused", "RX_R_APPN", "who receives rejects it"),
    0xC0: Refusal("not_sent", "RINVOPTPARSTREAM", "an optional parameter is wrong; set `reference=0`", "provider"),
    0xC1: Refusal("not_sent", "ROPTPARNOTALLWD", "no optional parameter is allowed; set `reference=0`", "provider"),
    0xC2: Refusal("refused", "RINVPARLEN", "a parameter has a wrong length"),
    0xC3: Refusal("refused", "RMISSINGOPTPARAM", "the operator wants another optional parameter"),
    0xC4: Refusal("not_sent", "RINVOPTPARAMVAL", "an optional parameter has a wrong value; set `reference=0`", "provider"),
    0xFE: Refusal("try_later", "RDELIVERYFAILURE", "the operator could not deliver"),
    0xFF: Refusal("try_later", "RUNKNOWNERR", "the operator has an unknown fault"),
}  # fmt: skip


def refusal(status: int) -> Refusal:
    """What a status above 0 means. One that stands in no table (from 0x400 on each operator has its own, page 114) is a
    refusal for good: sending again what an operator refuses for a reason of its own only costs."""
    known = STATUSES.get(status)
    if known is not None:
        return known
    return Refusal("refused", f"0x{status:08X}", "a status of the operator's own; its manual says what it means")
