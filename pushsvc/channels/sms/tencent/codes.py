"""Tencent Cloud's codes, of answers and of receipts, and what each means to us. `docs/reference/sms-codes.md` shows them.

A rule above the single rows: an error inside Tencent does not say whether the message was taken, and SendSms knows no repeat,
so such a message is in doubt and is asked about.
"""

from __future__ import annotations

from collections.abc import Mapping

from pushsvc.channels.sms import receipt_codes
from pushsvc.channels.sms.meanings import Meaning, meaning_of

_CODES = "https://cloud.tencent.com/document/api/382/59177"
_COMMON = "https://cloud.tencent.com/document/api/382/52075"

HALF_MINUTE, HOUR = 30.0, 3600.0
#: A number's day is a calendar day; we do not know which zone's, so the message looks again a few times.
SOME_HOURS = 6 * HOUR


def _refused(why: str) -> Meaning:
    return Meaning("refused", why, _CODES)


def _no_template(why: str) -> Meaning:
    return Meaning("try_later", why, _CODES, stops="template")


def _no_provider(why: str, page: str = _CODES) -> Meaning:
    return Meaning("not_sent", why, page, stops="provider")


def _this_number(why: str, seconds: float) -> Meaning:
    """How often one number may be written to. Others may go on: never a reason to slow the channel down."""
    return Meaning("try_later", why, _CODES, retry_after_seconds=seconds)


def _in_doubt(why: str, page: str = _CODES) -> Meaning:
    return Meaning("unknown", why, page)


_APP_DAY = Meaning("slow_down", "the day's limit that was set in the console is reached: raise it there", _CODES, "", HOUR)

ANSWERS: Mapping[str, Meaning] = {
    # The number.
    "InvalidParameterValue.IncorrectPhoneNumber": Meaning("suppress", "the number is no mobile number", _CODES),
    "FailedOperation.PhoneNumberParseFail": Meaning("suppress", "the number is no mobile number", _CODES),
    "FailedOperation.PhoneNumberInBlacklist": Meaning("suppress", "the person told Tencent or the operator to stop", _CODES),
    "LimitExceeded.PhoneNumberThirtySecondLimit": _this_number("this number had its messages for 30 seconds", HALF_MINUTE),
    "LimitExceeded.PhoneNumberOneHourLimit": _this_number("this number had its messages for an hour", HOUR),
    "LimitExceeded.PhoneNumberDailyLimit": _this_number("this number had its messages for today", SOME_HOURS),
    "LimitExceeded.PhoneNumberSameContentDailyLimit": _this_number("this number had the same words today", SOME_HOURS),
    "LimitExceeded.DeliveryFrequencyLimit": _this_number("a limit that was set in the console is reached", HOUR),
    # The words of this one message.
    "FailedOperation.ContainSensitiveWord": _refused("the words are not allowed in an SMS"),
    "InvalidParameter.DirtyWordFound": _refused("the words are not allowed in an SMS"),
    "UnsupportedOperation.UnsupportedRegion": _refused("Tencent sends nothing to this number's region; another may"),
    "InvalidParameterValue.ContentLengthLimit": _refused("the message is too long"),
    "InvalidParameterValue.TemplateParameterLengthLimit": _refused("a variable is longer than the account allows"),
    "InvalidParameterValue.TemplateParameterFormatError": _refused("a template for codes takes up to 6 digits"),
    "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter": _refused("a variable holds an address"),
    # The template: nothing can be sent with it until somebody has looked.
    "FailedOperation.TemplateIncorrectOrUnapproved": _no_template("the template is not approved, or reads otherwise"),
    "FailedOperation.TemplateUnapprovedOrNotExist": _no_template("the template is not approved, or not this account's"),
    "FailedOperation.TemplateIdNotExist": _no_template("there is no such template"),
    "FailedOperation.TemplateParamSetNotMatchApprovedTemplate": _no_template("the template has another number of variables"),
    "FailedOperation.MissingTemplateList": _no_template("the template is not approved"),
    "InvalidParameterValue.UnsupportedTemplateVariable": _no_template("this account may not use variables in such a template"),
    "UnsupportedOperation.ChineseMainlandTemplateToGlobalPhone": _no_template("the template is one for mainland numbers"),
    "UnsupportedOperation.GlobalTemplateToChineseMainlandPhone": _no_template("the template is one for numbers abroad"),
    "FailedOperation.MarketingSendTimeConstraint": Meaning(
        "try_later", "promotions leave between 8:00 and 22:00 only", _CODES, retry_after_seconds=HOUR
    ),
    # The signature, the application, the account, the key: no message can leave.
    "FailedOperation.SignatureIncorrectOrUnapproved": _no_provider("the signature is not approved: see sign= in SMS_URL"),
    "FailedOperation.MissingSignature": _no_provider("the account has no signature"),
    "FailedOperation.MissingSignatureList": _no_provider("the signature is not approved"),
    "FailedOperation.SignIdNotExist": _no_provider("there is no such signature"),
    "FailedOperation.InsufficientBalanceInSmsPackage": _no_provider("the package of messages is used up: buy another"),
    "FailedOperation.NotEnterpriseCertification": _no_provider("the account is not certified as an organisation"),
    "InvalidParameter.AppidAndBizId": _no_provider("the application is another account's: see app= in SMS_URL"),
    "InvalidParameterValue.SdkAppIdNotExist": _no_provider("there is no such application: see app= in SMS_URL"),
    "InternalError.RequestTimeException": _no_provider("this machine's clock is more than 10 minutes off"),
    "InternalError.SigVerificationFail": _no_provider("the secret of the key is wrong"),
    "InternalError.SigFieldMissing": _no_provider("the signature of the request is missing: this may be a fault of ours"),
    "InternalError.RestApiInterfaceNotExist": _no_provider("the host knows no SendSms: it should be sms.tencentcloudapi.com"),
    "LimitExceeded.AppDailyLimit": _APP_DAY,
    "LimitExceeded.AppMainlandChinaDailyLimit": _APP_DAY,
    "LimitExceeded.AppGlobalDailyLimit": _APP_DAY,
    "LimitExceeded.AppCountryOrRegionDailyLimit": _APP_DAY,
    "LimitExceeded.DailyLimit": _APP_DAY,
    "LimitExceeded.AppCountryOrRegionInBlacklist": _refused("the console's list does not allow this number's country"),
    "LimitExceeded.GlobalSmsSendingRateLimit": Meaning("slow_down", "too many messages abroad at once", _CODES),
    "AuthFailure.SignatureExpire": _no_provider("this machine's clock is more than 5 minutes off", _COMMON),
    "AuthFailure.SignatureFailure": _no_provider("the secret of the key is wrong", _COMMON),
    "AuthFailure.SecretIdNotFound": _no_provider("the key does not exist, or is off", _COMMON),
    "NoSuchVersion": _no_provider("the host does not speak SMS 2021-01-11: it should be sms.tencentcloudapi.com", _COMMON),
    "InvalidAction": _no_provider("the host knows no SendSms: it should be sms.tencentcloudapi.com", _COMMON),
    "UnsupportedRegion": _no_provider("there is no SMS in this region: see region= in SMS_URL", _COMMON),
}
#: By how the code begins.
FAMILIES: Mapping[str, Meaning] = {
    "AuthFailure": _no_provider("Tencent does not accept the key", _COMMON),
    "UnauthorizedOperation": _no_provider("the account or the application may not send: the console says why"),
    "IpInBlacklist": _no_provider("this machine's address is on Tencent's black list", _COMMON),
    "IpNotInWhitelist": _no_provider("this machine's address is not on the account's list", _COMMON),
    "RequestLimitExceeded": Meaning("slow_down", "more requests than the account may make (3,000 a second)", _COMMON),
    "LimitExceeded": Meaning("slow_down", "a limit is reached", _CODES),
    "InternalError": _in_doubt("an error inside Tencent"),
    "ServiceUnavailable": _in_doubt("Tencent could not reach the service", _COMMON),
    "FailedOperation": _refused("Tencent does not send it"),
    "InvalidParameter": _refused("a parameter has a form that Tencent does not know"),
    "MissingParameter": _refused("a parameter is missing: this may be a fault of ours"),
    "UnknownParameter": _refused("a parameter is too many: this may be a fault of ours"),
    "UnsupportedOperation": _refused("Tencent does not send it"),
}


def meaning(code: str) -> Meaning:
    """What an answer's `code` means."""
    return meaning_of(code, ANSWERS, FAMILIES)


def is_dead(code: str) -> bool:
    """Whether a receipt's code says that nothing sent to this number ever will arrive: Tencent passes the operators' on."""
    return receipt_codes.is_dead(code)
