"""What keeps an installation in the hands of its people: accounts, the audit trail, paused channels, alerts, free space."""
