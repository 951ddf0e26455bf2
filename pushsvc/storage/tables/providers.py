"""What channels with providers keep: who carries how much, what is stopped, what it costs, who may still be written to."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table

from pushsvc.storage.tables.base import Counter, an_id, metadata, moment, sealed, text

providers = Table(
    "providers",
    metadata,
    Column("name", String(40), primary_key=True),  # aliyun, tencent, smpp, …; a second one of a kind: aliyun-2
    Column("channel", String(10), nullable=False),
    Column("weight", Integer, nullable=False),  # its share of the messages among those that can be used
    moment("paused_at", nullable=True),
    Column("paused_by", String(80), nullable=True),  # an account, or "breaker"
    text("why", nullable=True),
    moment("changed_at"),
    # Who has this name, hashed (operations/provider_names.py); empty: nobody any more, or an account of WeChat.
    Column("identity", String(40), nullable=True),
)
"""How operators, and the breaker, want the providers used. One without a row has weight 1 and is used."""

stopped_templates = Table(
    "stopped_templates",
    metadata,
    Column("provider", String(40), primary_key=True),
    Column("template", String(80), primary_key=True),
    Column("code", String(40), nullable=False),
    text("why", nullable=True),
    moment("stopped_at"),
)
"""Approved templates that their provider refuses: nothing is sent with them until a person has looked."""

charges = Table(
    "charges",
    metadata,
    an_id("delivery_id", primary_key=True),
    Column("channel", String(10), nullable=False),
    Column("tenant", String(40), nullable=False),  # the site whose publication it tells
    Column("day", String(10), nullable=False),  # in the installation's zone
    Column("provider", String(40), nullable=True),
    Column("segments", Integer, nullable=False),
    Column("estimated", BigInteger, nullable=False),  # millionths of a yuan
    Column("exact", BigInteger, nullable=True),  # what the provider billed; 0 when it took nothing
    moment("at"),
)
Index("ix_charges_at", charges.c.at)
"""What each message costs: estimated before it leaves, exact afterwards. A repeat under the same id is charged once."""

spending = Table(
    "spending",
    metadata,
    Column("tenant", String(40), primary_key=True),  # a site, or "all"
    Column("channel", String(10), primary_key=True),
    Column("day", String(10), primary_key=True),  # 2026-11-26
    Column("spent", BigInteger, nullable=False),  # millionths of a yuan: the sum of its charges
)

spending_by_provider = Table(
    "spending_by_provider",
    metadata,
    Column("provider", String(40), primary_key=True),
    Column("channel", String(10), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("spent", BigInteger, nullable=False),  # millionths of a yuan: the sum of its charges
)
"""The same money by who carried the messages: a month of two million charges is read by whoever opens the page of providers."""

budgets = Table(
    "budgets",
    metadata,
    Column("tenant", String(40), primary_key=True),  # a site, or "all"
    Column("channel", String(10), primary_key=True),
    Column("day_most", BigInteger, nullable=True),  # millionths of a yuan; empty: no limit
    Column("month_most", BigInteger, nullable=True),
    # What an operator was told of last: "2026-11-26 80" of the day, "2026-11 full" of the month.
    Column("warned_day", String(20), nullable=True),
    Column("warned_month", String(20), nullable=True),
    Column("set_by", String(80), nullable=False),
    moment("set_at"),
)

incoming = Table(
    "incoming",
    metadata,
    Column("incoming_id", Counter, primary_key=True, autoincrement=True),
    Column("channel", String(10), nullable=False),
    Column("provider", String(40), nullable=False),
    Column("said_hash", LargeBinary(32), nullable=False, unique=True),
    Column("address_hash", LargeBinary(32), nullable=False),
    Column("meant", String(10), nullable=False),  # stop, other
    moment("at"),
    moment("helped_at", nullable=True),  # when it was answered with help
)
"""Messages that people sent us. Their words are not kept: they are read once, for whether they say stop."""
Index("ix_incoming_address", incoming.c.address_hash, incoming.c.at)

wechat_quotas = Table(
    "wechat_quotas",
    metadata,
    Column("endpoint_id", BigInteger, primary_key=True),
    Column("template", String(80), primary_key=True),
    Column("left", Integer, nullable=False),
    moment("changed_at"),
)
"""How many messages a person has agreed to with a mini-program template: one consent is one message."""

wechat_bindings = Table(
    "wechat_bindings",
    metadata,
    Column("scene_hash", LargeBinary(32), primary_key=True),
    Column("subscriber_no", BigInteger, nullable=False, index=True),
    moment("ends_at"),
    moment("used_at", nullable=True),
    Column("refused", Boolean, nullable=False, default=False),  # the openid was somebody else's
)
"""QR codes on citizens' pages: whoever scans one joins their openid to that subscriber, once."""

provider_tokens = Table(
    "provider_tokens",
    metadata,
    Column("name", String(80), primary_key=True),
    sealed("token"),
    moment("made_at"),
    moment("ends_at"),
)
"""Access tokens that all processes use and one of them renews."""
