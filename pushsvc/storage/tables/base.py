"""What every table shares: one MetaData, and the column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import JSON, TypeDecorator

from pushsvc.domain.time import from_micros, to_micros

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept as whole microseconds since 1970: exact, sortable, the same on both databases."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else to_micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else from_micros(value)


#: A number that the database counts up: 64 bits, though SQLite only counts an INTEGER.
Counter = BigInteger().with_variant(Integer, "sqlite")


def an_id(name: str, *, primary_key: bool = False, nullable: bool = False, index: bool = False) -> Column[str]:
    """A derived id such as `pub_…`."""
    return Column(name, String(40), primary_key=primary_key, nullable=nullable and not primary_key, index=index)


def moment(name: str, *, nullable: bool = False, index: bool = False) -> Column[datetime]:
    return Column(name, Moment, nullable=nullable, index=index)


def json(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, JSON(none_as_null=True), nullable=nullable)


def text(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, Text, nullable=nullable)


def sealed(name: str, *, nullable: bool = False) -> Column[bytes]:
    """Personal data or a secret, readable only through the vault."""
    return Column(name, LargeBinary, nullable=nullable)
