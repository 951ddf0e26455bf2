"""What `pushsvc doctor` says of SMS, with providers that are there, absent, strange, or half set up."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from pushsvc import resources
from pushsvc.bootstrap.doctor_sms import examine_sms
from pushsvc.bootstrap.fakes import Fakes, running_fakes
from pushsvc.bootstrap.findings import Finding
from pushsvc.clock import FixedClock
from pushsvc.demo.fakes.smpp import FakeSmpp
from pushsvc.operations.provider_names import remember_names
from pushsvc.settings import read_settings
from pushsvc.storage.database import Database
from tests.integration.test_command_line import Terminal
from tests.services.postgres import free_port

APPROVED = resources.templates_root() / "sms" / "approved"


@pytest.fixture
async def fakes(tmp_path: Path) -> AsyncIterator[Fakes]:
    async with running_fakes(read_settings(None, home=tmp_path)) as running:
        yield running


async def found(tmp_path: Path, sms_url: str, **more: str) -> dict[str, Finding]:
    """What is found, by the part that it is of."""
    settings = read_settings(None, home=tmp_path, sms_url=sms_url, **more)
    return {finding.part: finding for finding in await examine_sms(settings)}


async def test_each_provider_that_is_there_and_has_its_templates_is_good(fakes: Fakes, tmp_path: Path) -> None:
    findings = await found(tmp_path, fakes.sms_url)
    assert list(findings) == ["sms templates", "sms aliyun", "sms tencent", "sms http", "sms smpp", "sms cmpp"]
    assert all(finding.good for finding in findings.values()), findings
    assert "cover every kind in zh and en" in findings["sms aliyun"].words
    assert f"127.0.0.1:{fakes.tencent.port} answers" in findings["sms tencent"].words
    assert "takes free text" in findings["sms http"].words
    assert "lets us in" in findings["sms smpp"].words
    assert "lets us in" in findings["sms cmpp"].words
    assert (fakes.smpp.binds, fakes.smpp.goodbyes, fakes.cmpp.binds) == (1, 1, 1)
    assert not fakes.aliyun.sent
    assert fakes.aliyun.requests == fakes.tencent.requests == fakes.gateway.requests == 0


async def test_each_provider_that_is_not_there_comes_with_its_mend(tmp_path: Path) -> None:
    ports = [free_port() for _ in range(3)]
    urls = (
        f"aliyun://k:hunter2@127.0.0.1:{ports[0]}/?insecure=1&sign=民政提醒,smpp://user:hunter2@127.0.0.1:{ports[1]}/?source=10690000,"
        f"http://:hunter2@127.0.0.1:{ports[2]}/send"
    )
    findings = await found(tmp_path, urls)
    for part in ("sms aliyun", "sms smpp", "sms http"):
        assert not findings[part].good
        assert "correct PUSHSVC_SMS_URL" in findings[part].words
        assert "hunter2" not in findings[part].words
    assert f"127.0.0.1:{ports[2]} cannot be reached (Connection refused)" in findings["sms http"].words


async def test_a_wrong_password_of_an_operator_is_found(fakes: Fakes, tmp_path: Path) -> None:
    findings = await found(tmp_path, f"smpp://{fakes.smpp.user}:wrong@127.0.0.1:{fakes.smpp.port}/?source=10690000")
    assert not findings["sms smpp"].good
    assert "does not let us in" in findings["sms smpp"].words


async def test_an_option_that_makes_no_sense_is_named_and_the_others_are_still_looked_at(fakes: Fakes, tmp_path: Path) -> None:
    findings = await found(tmp_path, f"{fakes.gateway.url}?price=cheap,{fakes.gateway.url}")
    assert not findings["sms http"].good
    assert "price is what a segment costs" in findings["sms http"].words
    assert findings["sms http-2"].good


async def test_one_that_speaks_no_tls_is_found_before_the_first_message(fakes: Fakes, tmp_path: Path) -> None:
    findings = await found(tmp_path, f"tencent://id:key@127.0.0.1:{fakes.tencent.port}/?app=1400000000&sign=民政提醒")
    assert not findings["sms tencent"].good
    assert "TLS" in findings["sms tencent"].words


def without(folder: Path, *names: str) -> Path:
    """The shipped templates but for these."""
    own = folder / "approved"
    shutil.copytree(APPROVED, own)
    for name in names:
        (own / f"{name}.toml").unlink()
    return own


async def test_what_has_no_template_in_our_language_is_a_failure_in_another_it_is_only_said(
    fakes: Fakes, tmp_path: Path
) -> None:
    own = str(without(tmp_path, "withdrawal-zh", "new-zh", "code-en"))
    aliyun = f"{fakes.aliyun.url}"
    zh = (await found(tmp_path, aliyun, sms_templates=own))["sms aliyun"]
    assert not zh.good
    assert "new, withdrawal, digest in zh; code in en" in zh.words, "those for new ones with a sum do not tell every one"
    assert "docs/how-to/sms-templates.md" in zh.words
    (Path(own) / "code-zh.toml").unlink()
    shutil.copy(APPROVED / "withdrawal-zh.toml", own)
    shutil.copy(APPROVED / "new-zh.toml", own)
    en = (await found(tmp_path, aliyun, sms_templates=own, language="en"))["sms aliyun"]
    assert not en.good
    shutil.copy(APPROVED / "code-en.toml", own)
    en = (await found(tmp_path, aliyun, sms_templates=own, language="en"))["sms aliyun"]
    assert en.good
    assert "code in zh" in en.words


async def test_a_template_that_cannot_be_read_is_named_with_its_rule(fakes: Fakes, tmp_path: Path) -> None:
    own = without(tmp_path)
    (own / "code-zh.toml").write_text("kind = 3", "utf-8")
    findings = await found(tmp_path, fakes.aliyun.url, sms_templates=str(own))
    assert not findings["sms templates"].good
    assert "code-zh.toml" in findings["sms templates"].words
    assert "could not be read" in findings["sms aliyun"].words


async def test_the_shipped_examples_are_no_templates_of_a_real_provider(tmp_path: Path) -> None:
    findings = await found(tmp_path, "aliyun://key:secret@dysmsapi.invalid/?sign=民政提醒")
    assert not findings["sms templates"].good
    assert "aliyun approved none of the shipped examples" in findings["sms templates"].words
    assert "cannot be reached" in findings["sms aliyun"].words


async def tells_whoever_is_bound(operator: FakeSmpp) -> int:
    """A receipt, in the first moment of a session. Gives the status by which it was answered, -1 for none."""
    while not operator.binds:
        await asyncio.sleep(0)
    words = b"id:0000000001 sub:001 dlvrd:001 submit date:2603020900 done date:2603020900 stat:DELIVRD err:000 text:"
    return await operator.deliver("8613800000000", words, esm_class=4)


async def test_a_receipt_that_comes_while_the_doctor_looks_is_not_lost(tmp_path: Path) -> None:
    operator = FakeSmpp()
    await operator.start()
    try:
        telling = asyncio.create_task(tells_whoever_is_bound(operator))
        await found(tmp_path, operator.url)
        assert await telling != 0, "what the doctor acknowledges the service never hears"
    finally:
        await operator.stop()


async def test_without_providers_it_says_where_messages_go(tmp_path: Path) -> None:
    (finding,) = await examine_sms(read_settings(None, home=tmp_path))
    assert (finding.good, "mailbox viewer" in finding.words) == (True, True)


@pytest.fixture
def pushsvc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.chdir(tmp_path)
    return Terminal(
        tmp_path, {"PUSHSVC_HOME": str(tmp_path / "var"), "PUSHSVC_SECRET_KEY": "of-the-tests-0123456789-0123456789"}
    )


def test_the_command_fails_for_a_provider_that_is_not_there_and_shows_no_secret(pushsvc: Terminal) -> None:
    assert pushsvc("migrate").code == 0
    assert "ok    sms: no PUSHSVC_SMS_URL" in pushsvc("doctor").stdout
    ill: Any = pushsvc("doctor", SMS_URL=f"http://:hunter2@127.0.0.1:{free_port()}/send")
    assert ill.code == 1
    assert "FAIL  sms http: takes free text; 127.0.0.1:" in ill.stdout
    assert "hunter2" not in ill.stdout + ill.stderr


async def test_a_new_provider_beside_one_that_is_gone_may_be_the_same_and_is_asked_about(
    sqlite_database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    settings = read_settings(None, home=tmp_path, sms_url=f"http://:s@127.0.0.1:{free_port()}/old")
    await remember_names(sqlite_database, settings.sms_url, clock.now())
    moved = read_settings(None, home=tmp_path, sms_url=f"http://:s@127.0.0.1:{free_port()}/new")
    (finding,) = await examine_sms(moved, sqlite_database)
    assert finding.part == "sms http-2"
    assert "it is new, and http is gone: if it is the same account, write name=http" in finding.words
    (finding,) = await examine_sms(settings, sqlite_database)
    assert (finding.part, "it is new" in finding.words) == ("sms http", False)


async def test_of_two_that_are_gone_the_doctor_does_not_guess_which_one_moved(
    sqlite_database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    one, other, moved = (f"http://:s@127.0.0.1:{free_port()}/{path}" for path in ("one", "other", "moved"))
    await remember_names(sqlite_database, read_settings(None, home=tmp_path, sms_url=f"{one},{other}").sms_url, clock.now())
    (finding,) = await examine_sms(read_settings(None, home=tmp_path, sms_url=moved), sqlite_database)
    assert "it is new, and http, http-2 are gone" in finding.words
    assert "write name= with that name" in finding.words


async def test_two_providers_of_one_name_are_one_line_that_says_so(tmp_path: Path) -> None:
    (finding,) = (await found(tmp_path, "http://:s@127.0.0.1:1/a?name=x,http://:s@127.0.0.1:1/b?name=x")).values()
    assert (finding.good, "two providers are named x" in finding.words) == (False, True)
