"""The system of record: connections and transactions, tables, migrations, the vault."""
