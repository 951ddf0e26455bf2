"""The suite. Real services for it are in `tests.services`."""
