"""`pushsvc doctor` and `pushsvc summarise --model` with a language model that is there, absent, or strange."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.test_command_line import Terminal
from tests.services.model import ModelServer
from tests.services.postgres import free_port
from tests.unit.model_answers import TEXT, TITLE, an_answer, sentence

KEY = "sk-hunter2"


@pytest.fixture
def model() -> Iterator[ModelServer]:
    server = ModelServer().start()
    yield server
    server.stop()


@pytest.fixture
def pushsvc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.chdir(tmp_path)
    return Terminal(
        tmp_path, {"PUSHSVC_HOME": str(tmp_path / "var"), "PUSHSVC_SECRET_KEY": "of-the-tests-0123456789-0123456789"}
    )


def a_document(**said: str) -> str:
    return json.dumps({"id": "d1", "title": TITLE, "content_text": TEXT, "language": "zh", **said}, ensure_ascii=False)


def test_doctor_says_that_the_model_answers_and_what_its_words_are_worth(pushsvc: Terminal, model: ModelServer) -> None:
    assert pushsvc("migrate").code == 0
    model.says({
        "headline": "老人补贴", "action": None, "short": "每月200元补贴",
        "sentences": [
            sentence("本区60周岁以上老人可以在2026年3月31日前申请每月200元的补贴，咨询电话028-86650000。", "s1"),
        ],
    })  # fmt: skip
    done = pushsvc("doctor", WRITER_URL=model.url(KEY))
    assert done.code == 0, done
    assert "writer test-model at 127.0.0.1" in done.stdout + done.stderr
    assert "answers in" in done.stdout + done.stderr
    assert KEY not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("status", "body", "mend"),
    [(401, b"{}", "the key is not accepted"), (400, b"{}", "form=json_object"), (404, b"{}", "/chat/completions")],
)
def test_doctor_names_what_is_wrong_with_the_model_and_the_mend(
    pushsvc: Terminal, model: ModelServer, status: int, body: bytes, mend: str
) -> None:
    assert pushsvc("migrate").code == 0
    model.answers(status, body)
    done = pushsvc("doctor", WRITER_URL=model.url(KEY))
    assert done.code == 1
    assert mend in done.stdout + done.stderr
    assert "PUSHSVC_WRITER_URL" in done.stdout + done.stderr
    assert KEY not in done.stdout + done.stderr


def test_doctor_finds_a_model_that_chats_and_one_that_is_not_there(pushsvc: Terminal, model: ModelServer) -> None:
    assert pushsvc("migrate").code == 0
    model.says("Sure! Here is your summary.")
    chats = pushsvc("doctor", WRITER_URL=model.url(KEY))
    assert chats.code == 1
    assert "not of the form" in chats.stdout + chats.stderr
    gone = pushsvc("doctor", WRITER_URL=f"http://:{KEY}@127.0.0.1:{free_port()}/v1?model=m")
    assert gone.code == 1
    assert "cannot be reached" in gone.stdout + gone.stderr
    assert KEY not in chats.stdout + chats.stderr + gone.stdout + gone.stderr


def test_summarise_asks_the_model_only_when_told_to(pushsvc: Terminal, model: ModelServer) -> None:
    model.says(an_answer())
    lines = a_document() + "\n" + a_document(id="d2")
    plain = pushsvc("summarise", stdin=lines, WRITER_URL=model.url(KEY))
    assert plain.code == 0
    assert model.asked == []
    assert "writer" not in json.loads(plain.stdout.splitlines()[0])
    worded = pushsvc("summarise", "--model", stdin=lines, WRITER_URL=model.url(KEY))
    assert worded.code == 0, worded.stderr
    first, second = (json.loads(line) for line in worded.stdout.splitlines())
    assert first["writer"] == {"outcome": "used", "why": ""}
    assert first["text"] != json.loads(plain.stdout.splitlines()[0])["text"]
    assert (second["id"], second["writer"]["outcome"]) == ("d2", "used")
    assert len(model.asked) == 2


def test_summarise_with_a_dead_model_prints_the_rules_words(pushsvc: Terminal) -> None:
    done = pushsvc("summarise", "--model", stdin=a_document(), WRITER_URL=f"http://127.0.0.1:{free_port()}/v1?model=m")
    assert done.code == 0
    line = json.loads(done.stdout)
    assert line["writer"]["outcome"] == "unreachable"
    assert "3000元" in line["text"]


def test_summarise_without_a_model_to_ask_says_which_setting_is_missing(pushsvc: Terminal) -> None:
    done = pushsvc("summarise", "--model", stdin=a_document())
    assert (done.code, done.stdout) == (2, "")
    assert "PUSHSVC_WRITER_URL" in done.stderr
