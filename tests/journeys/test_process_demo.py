"""What a newcomer sees who types `pushsvc dev` on a fresh folder."""

import time
from pathlib import Path

import pytest

from bench.service import Service

WITHIN_SECONDS = 60.0


@pytest.mark.timeout(150)
def test_a_fresh_demo_shows_messages_on_all_three_channels_within_a_minute(tmp_path: Path) -> None:
    with Service(tmp_path / "home", command=("dev",)) as service:
        service.start()
        end = time.monotonic() + WITHIN_SECONDS
        channels: set[str] = set()
        while channels != {"email", "sms", "wechat"}:
            assert time.monotonic() < end, f"only {channels} after {WITHIN_SECONDS:g} s\n{service.last_words()}"
            time.sleep(0.5)
            messages = service.call("GET", "/dev/mailbox.json").json()
            channels = {message["channel"] for message in messages}
        assert all(message["to"] and message["text"] and message["at"] for message in messages)
        assert service.stop() == 0
