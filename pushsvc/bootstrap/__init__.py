"""The one place where real parts are put together. Nothing is loaded here: a command takes only what it needs."""
