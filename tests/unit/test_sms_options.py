"""The options of SMS_URL: what is misspelt stops the start, whoever the provider is."""

from __future__ import annotations

import pytest

from pushsvc.bootstrap.sms import Ground, line_of, nobody_hears
from pushsvc.clock import SystemClock
from pushsvc.errors import BadSetting
from pushsvc.settings.fields import Settings
from pushsvc.settings.providers import ProviderUrl

GROUND = Ground(SystemClock(), str, nobody_hears)
ADDRESSES = {
    "http": "http://:c2VjcmV0@127.0.0.1:1/sms?at_once=3&sign=成都发布&price=0.04",
    "smpp": "smpp://push:c2VjcmV0@127.0.0.1:1/?source=1069&window=3&service=a&system_type=b&zone=Asia/Shanghai&reference=1",
    "cmpp": "cmpp://901234:c2VjcmV0@127.0.0.1:1/?source=1069&window=3&service=a&fee_type=01&prefix=86&tls=0",
    "aliyun": "aliyun://key:c2VjcmV0@127.0.0.1:1/?sign=成都发布&at_once=3&insecure=1",
    "tencent": "tencent://key:c2VjcmV0@127.0.0.1:1/?sign=成都发布&app=14&region=ap-guangzhou",
}


def read(address: str) -> ProviderUrl:
    (url,) = Settings(sms_url=address, _env_file=None).sms_url  # type: ignore[arg-type,call-arg]
    return url


@pytest.mark.parametrize("kind", ADDRESSES)
def test_each_provider_takes_the_options_of_its_page(kind: str) -> None:
    assert line_of(GROUND, kind, read(ADDRESSES[kind])).provider.name == kind


@pytest.mark.parametrize("kind", ADDRESSES)
def test_a_misspelt_option_is_named_and_no_secret_is(kind: str) -> None:
    with pytest.raises(BadSetting, match=r"PUSHSVC_SMS_URL: .* knows no option 'sgin'; it takes .*sign") as refused:
        line_of(GROUND, kind, read(ADDRESSES[kind] + "&sgin=成都发布"))
    assert "c2VjcmV0" not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("secret", ["abcd1234%0A", "abcd1234%0d%0aX:y", "%00abcd1234", "abcd%201234", "abcd1234密"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_gateway_s_secret_that_no_header_can_carry_stops_the_start(scheme: str, secret: str) -> None:
    with pytest.raises(BadSetting, match=r"PUSHSVC_SMS_URL: http: .*secret") as refused:
        line_of(GROUND, "http", read(f"{scheme}://:{secret.replace('X:y', 'X%3Ay')}@127.0.0.1:1/sms"))
    assert "1234" not in str(refused.value)
