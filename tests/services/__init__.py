"""Real services that tests start for themselves: PostgreSQL, an SMTP server, a browser. None needs one running already."""
