"""What the results of CMPP 3.0 mean for a message: the tables of CMPP_SUBMIT_RESP and CMPP_CONNECT_RESP."""

from __future__ import annotations

from collections.abc import Mapping

from pushsvc.channels.sms.operators.sending import Refusal

SUBMITTED: Mapping[int, Refusal] = {
    1: Refusal("refused", "1", "消息结构错: the operator could not read the message"),
    2: Refusal("refused", "2", "命令字错: the operator does not know the command"),
    3: Refusal("try_later", "3", "消息序号重复: the operator has seen this number already"),
    4: Refusal("refused", "4", "消息长度错: the length of the message is wrong"),
    5: Refusal(
        "not_sent", "5", "资费代码错: the operator does not know the tariff; mend `fee_type` and `fee_code`", "provider"
    ),
    6: Refusal("refused", "6", "超过最大信息长: the message is too long for the operator"),
    7: Refusal("not_sent", "7", "业务代码错: the operator does not know the service; mend `service`", "provider"),
    8: Refusal("slow_down", "8", "流量控制错: more messages than the operator allows"),
    9: Refusal("refused", "9", "本网关不负责服务此计费号码: this gateway does not serve the number"),
    10: Refusal("not_sent", "10", "Src_Id错误: the operator does not let us send from this number; mend `source`", "provider"),
    11: Refusal("not_sent", "11", "Msg_src错误: the operator does not know our enterprise code; mend SMS_URL", "provider"),
    12: Refusal("not_sent", "12", "Fee_terminal_Id错误: the operator does not accept who pays; mend `fee_user`", "provider"),
    13: Refusal("suppress", "13", "Dest_terminal_Id错误: the operator says that there is no such number"),
}
CONNECTED: Mapping[int, Refusal] = {
    1: Refusal("not_sent", "connect:1", "消息结构错: it could not read our CMPP_CONNECT", "provider"),
    2: Refusal("not_sent", "connect:2", "非法源地址: it does not know this user or this address of ours", "provider"),
    3: Refusal("not_sent", "connect:3", "认证错: it does not know this secret; mend it in SMS_URL", "provider"),
    4: Refusal("not_sent", "connect:4", "版本太高: it speaks CMPP 2 only, we speak 3.0", "provider"),
}


def submitted(result: int) -> Refusal:
    """What a result above 0 of a submit means. The others (14 and more) are the gateway's own: refusals for good, because
    sending again what an operator refuses for a reason of its own only costs."""
    return SUBMITTED.get(result) or Refusal(
        "refused", str(result), "a result of the gateway's own; its manual says what it means"
    )


def connected(status: int) -> Refusal:
    """What a status above 0 of a connect means. From 5 on it is "another error", too many connections for example."""
    return CONNECTED.get(status) or Refusal("not_sent", f"connect:{status}", "其他错误: it refuses for a reason of its own")
