"""What the protocols of operators share: one kept session, a window of submits, messages in parts."""
