"""Settings: read whole, or one line that names what is wrong; secrets never shown."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

import pytest
from pydantic import SecretStr

from pushsvc.errors import BadSetting
from pushsvc.settings import Brokers, Settings, SmtpRelay, WriterUrl, read_settings


@pytest.fixture(autouse=True)
def an_empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os

    for name in [name for name in os.environ if name.startswith("PUSHSVC_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_without_any_setting_the_defaults_of_the_contract_hold() -> None:
    settings = read_settings()
    assert (settings.home, settings.port, settings.base_url) == (Path("var"), 8000, "http://localhost:8000")
    assert settings.database_url == "sqlite+aiosqlite:///var/pushsvc.sqlite3"
    assert settings.email_from == "pushsvc@localhost"
    assert (settings.smtp_connections, settings.max_people, settings.hold_seconds) == (2, 100_000, 0)
    assert (settings.timezone, settings.language) == ("Asia/Shanghai", "zh")
    assert (settings.secret_key, settings.engine_url, settings.smtp_url, settings.alert_url) == (None, None, (), None)


def test_defaults_follow_what_was_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUSHSVC_HOME", "/srv/pushsvc")
    monkeypatch.setenv("PUSHSVC_PORT", "9001")
    assert read_settings().base_url == "http://localhost:9001"
    assert read_settings().database_url == "sqlite+aiosqlite:////srv/pushsvc/pushsvc.sqlite3"
    monkeypatch.setenv("PUSHSVC_BASE_URL", "https://push.chengdu.gov.cn/")
    assert read_settings().base_url == "https://push.chengdu.gov.cn"
    assert read_settings().email_from == "pushsvc@push.chengdu.gov.cn"


def test_several_relays_are_tried_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUSHSVC_SMTP_URL", "smtp://127.0.0.1:2525, smtps://me:p%40ss@mx.example.cn:465 smtp://u:p@b")
    assert read_settings().smtp_url == (
        SmtpRelay("127.0.0.1", 2525, "starttls_if_offered"),
        SmtpRelay("mx.example.cn", 465, "implicit", "me", "p@ss"),
        SmtpRelay("b", 25, "starttls", "u", "p"),
    )


def test_providers_keep_their_secret_and_options(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUSHSVC_SMS_URL", "http://:c2VjcmV0@127.0.0.1:9000/send?insecure=1")
    (gateway,) = read_settings().sms_url
    assert (gateway.scheme, gateway.host, gateway.port, gateway.path) == ("http", "127.0.0.1", 9000, "/send")
    assert (gateway.secret, gateway.user, gateway.insecure) == ("c2VjcmV0", None, True)


def test_a_model_is_named_with_its_key_and_how_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "PUSHSVC_WRITER_URL", "https://:sk-%2Fx@models.example.cn:8443/v1/?model=Qwen/Qwen2.5-7B&form=json_object"
    )
    writer = read_settings().writer_url
    assert writer == WriterUrl(
        "https://models.example.cn:8443/v1", "models.example.cn", "Qwen/Qwen2.5-7B", "sk-/x", "json_object"
    )
    assert "sk-" not in repr(read_settings())
    monkeypatch.setenv("PUSHSVC_WRITER_URL", "http://[::1]:11434/v1?model=qwen2.5:14b")
    assert read_settings().writer_url == WriterUrl("http://[::1]:11434/v1", "::1", "qwen2.5:14b")
    monkeypatch.setenv("PUSHSVC_WRITER_URL", "")
    assert read_settings().writer_url is None


def test_brokers_may_say_who_we_are_and_how_topics_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUSHSVC_ENGINE_URL", "kafkas://me:p%40ss@b1.example:9093,[::1]:9094?partitions=4&replicas=2&prefix=t.")
    engine = read_settings().engine_url
    assert engine == Brokers(("b1.example:9093", "[::1]:9094"), True, "me", "p@ss", "SCRAM-SHA-256", "t.", 4, 2)
    assert "p@ss" not in repr(read_settings())
    monkeypatch.setenv("PUSHSVC_ENGINE_URL", "kafka://127.0.0.1:9092")
    assert read_settings().engine_url == Brokers(("127.0.0.1:9092",))


def test_networks_may_be_single_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUSHSVC_FETCH_ALLOW", "127.0.0.1,10.0.0.0/8 ::1")
    assert read_settings().fetch_allow == (ip_network("127.0.0.1"), ip_network("10.0.0.0/8"), ip_network("::1"))


def test_a_dot_env_file_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PUSHSVC_PORT=9100\nPUSHSVC_LANGUAGE=en\nOTHER_PROGRAM=1\n")
    monkeypatch.setenv("PUSHSVC_PORT", "9200")
    assert (read_settings().port, read_settings().language) == (9200, "en")


def test_a_slip_in_dot_env_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PUSHSVC_SMTP_URI=smtp://a:25\n")
    with pytest.raises(BadSetting, match=r"^PUSHSVC_SMTP_URI is no setting; did you mean PUSHSVC_SMTP_URL\?$"):
        read_settings()


def test_an_empty_value_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUSHSVC_SMTP_URL", "")
    monkeypatch.setenv("PUSHSVC_PORT", "")
    assert (read_settings().smtp_url, read_settings().port) == ((), 8000)


def test_what_kubernetes_injects_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "PUSHSVC_SERVICE_HOST": "10.0.0.1",
        "PUSHSVC_SERVICE_PORT": "8000",
        "PUSHSVC_SERVICE_PORT_HTTP": "8000",
        "PUSHSVC_PORT": "tcp://10.0.0.1:8000",
        "PUSHSVC_PORT_8000_TCP": "tcp://10.0.0.1:8000",
        "PUSHSVC_PORT_8000_TCP_PROTO": "tcp",
        "PUSHSVC_PORT_8000_TCP_ADDR": "10.0.0.1",
        "PUSHSVC_WEB_PORT": "tcp://10.0.0.2:80",
        "PUSHSVC_WEB_SERVICE_HOST": "10.0.0.2",
    }.items():
        monkeypatch.setenv(name, value)
    assert read_settings().port == 8000


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("PUSHSVC_PROT", "1", "is no setting; did you mean PUSHSVC_PORT"),
        ("PUSHSVC_SMTP_PORT", "25", "is no setting"),
        ("PUSHSVC_PORT", "http", "not a whole number"),
        ("PUSHSVC_PORT", "0", "at least 1"),
        ("PUSHSVC_PORT", "65536", "at most 65535"),
        ("PUSHSVC_SMTP_CONNECTIONS", "0", "at least 1"),
        ("PUSHSVC_MAX_PEOPLE", "many", "not a whole number"),
        ("PUSHSVC_HOLD_SECONDS", "-1", "at least 0"),
        ("PUSHSVC_LANGUAGE", "fr", "'zh' or 'en'"),
        ("PUSHSVC_TIMEZONE", "Shanghai", "IANA"),
        ("PUSHSVC_TIMEZONE", "../etc/passwd", "IANA"),
        ("PUSHSVC_BASE_URL", "push.example.cn", "http"),
        ("PUSHSVC_BASE_URL", "https://push.example.cn/app", "without a path"),
        ("PUSHSVC_DATABASE_URL", "mysql://u:hunter2@h/d", "must be sqlite"),
        ("PUSHSVC_ENGINE_URL", "kafka://", "names no usable broker"),
        ("PUSHSVC_ENGINE_URL", "kafka://one", "names no usable broker"),
        ("PUSHSVC_ENGINE_URL", "kafka://one:0", "names no usable broker"),
        ("PUSHSVC_ENGINE_URL", "redpanda://one:9092", "must be kafka"),
        ("PUSHSVC_ENGINE_URL", "kafka://me@one:9092", "both user and password"),
        ("PUSHSVC_ENGINE_URL", "kafka://one:9092?partitions=0", "partitions must be a number from 1 to 200"),
        ("PUSHSVC_ENGINE_URL", "kafka://one:9092?mechanism=MD5", "mechanism must be one of PLAIN"),
        ("PUSHSVC_ENGINE_URL", "kafka://one:9092?colour=red", "an option that is none of partitions"),
        ("PUSHSVC_EMAIL_RATE", "0", "must be more than 0"),
        ("PUSHSVC_REDIS_URL", "http://:hunter2@h", "redis"),
        ("PUSHSVC_SMTP_URL", "smtp.example.cn", "must begin with smtp:// or smtps://"),
        ("PUSHSVC_SMTP_URL", "smtp://:25", "no usable host"),
        ("PUSHSVC_SMTP_URL", "smtp://mx:99999", "port"),
        ("PUSHSVC_SMTP_URL", "smtp://mx:25,ftp://u:hunter2@mx", "must begin with"),
        ("PUSHSVC_SMTP_URL", "smtp://hunter2@mx:25", "both user and password"),
        ("PUSHSVC_SMTP_URL", "smtp://u:hun#ter2@mx:25", "percent-encode|no usable host|port"),
        ("PUSHSVC_SMS_URL", "aliyun://KEY@host", "needs its secret"),
        ("PUSHSVC_SMS_URL", "http://:hunter2@sms.example.cn/?insecure=1", "loopback"),
        ("PUSHSVC_WRITER_URL", "http://:hunter2@models.example.cn/v1?model=m", "must be https"),
        ("PUSHSVC_WRITER_URL", "http://:hunter2@127.0.0.1.evil.example/v1?model=m", "must be https"),
        ("PUSHSVC_WRITER_URL", "ftp://:hunter2@h/v1?model=m", "must begin with"),
        ("PUSHSVC_WRITER_URL", "https://:hunter2@h/v1", "names no model"),
        ("PUSHSVC_WRITER_URL", "https://hunter2@h/v1?model=m", "before the colon"),
        ("PUSHSVC_WRITER_URL", "https://:hunter2%0d%0aX:1@h/v1?model=m", "no HTTP header carries"),
        ("PUSHSVC_WRITER_URL", "https://:hunter2@h/v1?model=m&modle=hunter2", "option that is none of model"),
        ("PUSHSVC_WRITER_URL", "https://:hunter2@h/v1?model=m&form=xml", "form must be one of json_schema"),
        ("PUSHSVC_WRITER_URL", "https://:hunter2@h:99999/v1?model=m", "port"),
        ("PUSHSVC_WRITER_TIMEOUT", "0", "must be more than 0"),
        ("PUSHSVC_WRITER_TIMEOUT", "600", "at most 120"),
        ("PUSHSVC_WRITER_AT_ONCE", "0", "at least 1"),
        ("PUSHSVC_EMAIL_FROM", "pushsvc", "name@domain"),
        ("PUSHSVC_EMAIL_FROM", "a@b.cn\nBcc: c@d.cn", "on one line"),
        ("PUSHSVC_FETCH_ALLOW", "localnet", "networks"),
        ("PUSHSVC_FETCH_ALLOW", "10.0.0.1/8", "networks"),
        ("PUSHSVC_ALERT_URL", "ops@example.cn", "webhook"),
        ("PUSHSVC_ALERT_URL", "mailto:nobody", "webhook"),
        ("PUSHSVC_SECRET_KEY", "hunter2", "too short"),
        ("PUSHSVC_DKIM_KEY_FILE", "/nonexistent.pem", "no file"),
    ],
)
def test_a_bad_setting_stops_the_start_with_one_line_that_names_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, rule: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting, match=rule) as refusal:
        read_settings()
    assert name in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert "hunter2" not in str(refusal.value)


def test_half_a_dkim_setting_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUSHSVC_DKIM_SELECTOR", "s1")
    with pytest.raises(BadSetting, match="PUSHSVC_DKIM_KEY_FILE and PUSHSVC_DKIM_SELECTOR"):
        read_settings()


def test_every_wrong_setting_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUSHSVC_PORT", "x")
    monkeypatch.setenv("PUSHSVC_LANGUAGE", "x")
    monkeypatch.setenv("PUSHSVC_X", "x")
    with pytest.raises(BadSetting) as refusal:
        read_settings()
    assert all(name in str(refusal.value) for name in ("PUSHSVC_PORT", "PUSHSVC_LANGUAGE", "PUSHSVC_X"))


def test_secrets_never_show() -> None:
    settings = read_settings(
        secret_key="hunter2-hunter2",
        metrics_token="hunter2",
        database_url="postgresql+asyncpg://u:hunter2@h/d",
        redis_url="redis://:hunter2@h",
        smtp_url="smtp://u:hunter2@mx:25",
        sms_url="aliyun://KEY:hunter2@host/?key=hunter2",
        writer_url="https://:hunter2@host/v1?model=m",
        alert_url="https://hooks.example.cn/hunter2",
    )
    assert "hunter2" not in repr(settings)
    assert "hunter2" not in str(settings)


def test_settings_do_not_change_under_way() -> None:
    with pytest.raises(ValueError, match="frozen"):
        read_settings().port = 1  # type: ignore[misc]


def test_a_given_value_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUSHSVC_HOME", "a")
    assert read_settings(home=Path("b"), secret_key=SecretStr("12345678")).home == Path("b")


def test_every_setting_has_a_name_in_the_contract() -> None:
    contract = (
        "home port base_url secret_key database_url database_pool engine_url redis_url health_port smtp_url smtp_connections "
        "email_rate email_from dkim_key_file "
        "dkim_selector dkim_domain sms_url sms_templates wechat_url wechat_templates fetch_allow metrics_token "
        "max_people sms_approval_people hold_seconds alert_url timezone language writer_url writer_timeout writer_at_once"
    )
    assert set(Settings.model_fields) == set(contract.split())
