"""What `pushsvc doctor` finds of WeChat, and what a WECHAT_URL may say."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from pushsvc import resources
from pushsvc.bootstrap.doctor_wechat import examine_wechat
from pushsvc.bootstrap.wechat import account_of
from pushsvc.demo.fakes.wechat import FakeWeChat
from pushsvc.errors import BadSetting
from pushsvc.settings import Settings, read_settings


@pytest.fixture
async def fake() -> AsyncIterator[FakeWeChat]:
    made = FakeWeChat()
    await made.start()
    yield made
    await made.stop()


def settings(tmp_path: Path, url: str, **given: Any) -> Settings:
    return read_settings(None, home=tmp_path, wechat_url=url, **given)


async def found(made: Settings) -> dict[str, tuple[bool, str]]:
    return {each.part: (each.good, each.words) for each in await examine_wechat(made)}


async def test_an_account_that_works_is_good(fake: FakeWeChat, tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(resources.templates_root() / "wechat" / "approved", own)
    parts = await found(settings(tmp_path, fake.url, wechat_templates=own))
    assert {part: good for part, (good, _) in parts.items()} == dict.fromkeys(
        ("wechat", "wechat templates", "wechat callbacks"), True
    )
    assert fake.tokens_forced == 0


async def test_a_wrong_secret_and_missing_templates_and_keys_are_named_and_no_secret_is_shown(
    fake: FakeWeChat, tmp_path: Path
) -> None:
    url = f"wechat://{fake.app_id}:hunter2@127.0.0.1:{fake.port}/?insecure=1"
    own = tmp_path / "own"
    own.mkdir()
    shutil.copy(resources.templates_root() / "wechat" / "approved" / "reminder-zh.toml", own)
    parts = await found(settings(tmp_path, url, wechat_templates=own))
    assert not any(good for good, _ in parts.values())
    assert "40125" in parts["wechat"][1]
    assert "new, correction, withdrawal, digest" in parts["wechat templates"][1]
    assert "token and aes" in parts["wechat callbacks"][1]
    assert "hunter2" not in str(parts)


async def test_without_a_setting_the_viewer_takes_it(tmp_path: Path) -> None:
    assert (await found(settings(tmp_path, "")))["wechat"][0]


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("wechat://wxa:s@a.example/ wechat://wxb:s@a.example/", "name one account"),
        ("wechat://:s@a.example/", "the form is"),
        ("wechat://wxa:s@a.example/?kind=other", "kind is"),
        ("wechat://wxa:s@a.example/?token=abc", "both token and aes"),
    ],
)
def test_an_account_that_makes_no_sense_is_refused_with_the_rule(tmp_path: Path, url: str, rule: str) -> None:
    with pytest.raises(BadSetting, match=f"PUSHSVC_WECHAT_URL: .*{rule}"):
        account_of(settings(tmp_path, url))
