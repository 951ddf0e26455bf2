"""Aliyun's codes, of answers and of receipts, and what each means to us. `docs/reference/sms-codes.md` shows them as a page.

A rule above the single rows: an error inside Aliyun does not say whether the message was taken, and SendSms knows no repeat
("不支持幂等"), so such a message is in doubt and is asked about, though the page says to try again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pushsvc.channels.sms import receipt_codes
from pushsvc.channels.sms.meanings import Meaning, meaning_of

_API = "https://help.aliyun.com/document_detail/101346.html"
_LIMITS = "https://help.aliyun.com/document_detail/44335.htm"
_V3 = "https://help.aliyun.com/document_detail/2593177.html"

MINUTE, HOUR = 60.0, 3600.0
#: The day of a number's limit rolls (24 h back from now), so there may be room long before it is over.
ROLLING_DAY = 6 * HOUR


def _refused(why: str) -> Meaning:
    return Meaning("refused", why, _API)


def _no_template(why: str) -> Meaning:
    return Meaning("try_later", why, _API, stops="template")


def _no_provider(why: str, page: str = _API) -> Meaning:
    return Meaning("not_sent", why, page, stops="provider")


ANSWERS: Mapping[str, Meaning] = {
    # The number.
    "isv.MOBILE_NUMBER_ILLEGAL": Meaning("suppress", "the number is no mobile number", _API),
    "isv.CUSTOMER_REFUSED": Meaning("suppress", "the person has told the operator to stop messages of this signature", _API),
    # How often this one number may be written to. Others may go on: never a reason to slow the channel down.
    "isv.BUSINESS_LIMIT_CONTROL": Meaning("try_later", "this number had its messages for now", _LIMITS, "", HOUR),
    # The words of this one message.
    "isv.BLACK_KEY_CONTROL_LIMIT": _refused("a variable holds words that Aliyun does not send"),
    "isv.TEMPLATE_PARAMS_ILLEGAL": _refused("a variable does not fit the kind that the template was approved with"),
    "isv.PARAM_LENGTH_LIMIT": _refused("a variable is longer than the template allows"),
    "isv.PARAM_NOT_SUPPORT_URL": _refused("a variable holds an address; only the template itself may"),
    "isv.SMS_CONTENT_ILLEGAL": _refused("the words are not allowed in an SMS"),
    "isv.UNSUPPORTED_CONTENT": _refused("it holds signs that Aliyun does not send (traditional characters, emoji)"),
    "isv.INVALID_PARAMETERS": _refused("a parameter has a form that Aliyun does not know"),
    "isv.MOBILE_COUNT_OVER_LIMIT": _refused("too many numbers in one request"),
    # The template: nothing can be sent with it until somebody has looked.
    "isv.SMS_TEMPLATE_ILLEGAL": _no_template("the template is not approved, or not this account's"),
    "isv.TEMPLATE_MISSING_PARAMETERS": _no_template("the template has variables that we did not fill: compare it with ours"),
    "isv.INVALID_JSON_PARAM": _no_template("Aliyun cannot read the variables"),
    "isv.SMS_SIGNATURE_SCENE_ILLEGAL": _no_template("the signature may not be used with this kind of template"),
    "isv.SMS_CONTENT_MISMATCH_TEMPLATE_TYPE": _no_template("the words do not fit the kind of the template (notice, promotion)"),
    "isv.DOMESTIC_NUMBER_NOT_SUPPORTED": _no_template("the template is one for numbers abroad"),
    "isv.SMS_TEST_SIGN_TEMPLATE_LIMIT": _no_template("a test template goes with the test signature only"),
    # The signature, the account, the key: no message can leave.
    "isv.SMS_SIGNATURE_ILLEGAL": _no_provider("the signature is not approved, or not this account's: see sign= in SMS_URL"),
    "isv.SMS_SIGN_ILLEGAL": _no_provider("the signature is forbidden"),
    "isv.SIGN_NAME_ILLEGAL": _no_provider("the signature has a form that is not allowed"),
    "isv.SIGN_STATE_ILLEGAL": _no_provider("the signature cannot be used: the console says why"),
    "isv.SMS_TEST_NUMBER_LIMIT": _no_provider("the signature is the test one: it reaches only numbers bound in the console"),
    "isv.EXTEND_CODE_ERROR": _no_provider("an extension code belongs to another signature"),
    "isv.ONE_CODE_MULTIPLE_SIGN": _no_provider("an extension code belongs to another signature"),
    "isv.AMOUNT_NOT_ENOUGH": _no_provider("the account has no money left: top it up"),
    "isv.OUT_OF_SERVICE": _no_provider("the account is suspended, mostly for lack of money: top it up"),
    "isv.MONTH_LIMIT_CONTROL": _no_provider("the month's limit that was set in the console is reached: raise it there"),
    "isv.PRODUCT_UN_SUBSCRIPT": _no_provider("the account has not opened SMS"),
    "isv.PRODUCT_UNSUBSCRIBE": _no_provider("the account has not opened SMS"),
    "isv.ACCOUNT_NOT_EXISTS": _no_provider("the account does not exist"),
    "isv.ACCOUNT_ABNORMAL": _no_provider("something is wrong with the account: the console's billing says what"),
    "isv.SECURITY_FROZEN_ACCOUNT": _no_provider("the account is frozen for security"),
    "isv.DENY_IP_RANGE": _no_provider("requests must come from an address in mainland China"),
    "isp.RAM_PERMISSION_DENY": _no_provider("the key's user lacks the right AliyunDysmsFullAccess"),
    "SignatureDoesNotMatch": _no_provider("the secret of the key is wrong", _V3),
    "InvalidTimeStamp.Expired": _no_provider("this machine's clock is more than 15 minutes off", _V3),
    "InvalidVersion": _no_provider("the host does not speak Dysmsapi 2017-05-25: it should be dysmsapi.aliyuncs.com"),
    # Too much at once, or the day's limit of the whole account.
    "isv.DAY_LIMIT_CONTROL": Meaning(
        "slow_down", "the day's limit that was set in the console is reached: raise it there", _API, "", HOUR
    ),
    # The first request under this nonce arrived, and nobody knows what came of it.
    "SignatureNonceUsed": Meaning("unknown", "the same request had arrived before", _V3),
    "isp.SYSTEM_ERROR": Meaning("unknown", "an error inside Aliyun", _API),
    "isp.GATEWAY_ERROR": Meaning("unknown", "an error inside Aliyun", _API),
    "InternalError": Meaning("unknown", "an error inside Aliyun's gateway", _V3),
}
#: By how the code begins.
FAMILIES: Mapping[str, Meaning] = {
    "Throttling": Meaning("slow_down", "more requests than the account may make (5,000 a second)", _V3),
    "ServiceUnavailable": Meaning("unknown", "Aliyun's gateway could not reach the service", _V3),
    "InvalidAccessKeyId": _no_provider("the key does not exist, or is off", _V3),
    "InvalidAction": _no_provider("the host knows no SendSms: it should be dysmsapi.aliyuncs.com", _V3),
    "IncompleteSignature": _no_provider("the signature of the request is incomplete", _V3),
    "Forbidden": _no_provider("the key's user lacks the right AliyunDysmsFullAccess", _V3),
    "Missing": _no_provider("a parameter is missing: this may be a fault of ours", _V3),
}
_LIMIT_OF = re.compile(r"([分小天])[钟时级]")
_LIMIT_SECONDS = {"分": MINUTE, "小": HOUR, "天": ROLLING_DAY}

#: Receipts that say: take this number off your list. (USER_REJECT: "建议将此类用户剔除出发送清单".)
_CLOSED = frozenset({"USER_REJECT", "isv.MOBILE_NUMBER_ILLEGAL"})


def meaning(code: str, said: str = "") -> Meaning:
    """What an answer's `code` means; `said` is its Message, which alone tells a minute's limit from a day's."""
    found = meaning_of(code, ANSWERS, FAMILIES)
    if code == "isv.BUSINESS_LIMIT_CONTROL" and (limit := _LIMIT_OF.search(said)):
        return found.waiting(_LIMIT_SECONDS[limit[1]])
    return found


def is_dead(code: str) -> bool:
    """Whether a receipt's code says that nothing sent to this number ever will arrive.

    MOBILE_NOT_ON_SERVICE and INVALID_NUMBER do not: by Aliyun's page (document_detail/101347) they also stand for a phone
    that is off or out of reach.
    """
    return code in _CLOSED or receipt_codes.is_dead(code)
