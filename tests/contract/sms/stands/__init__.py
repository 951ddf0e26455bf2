"""One module a provider, each with `open_stand()`: every one that stands here is put under the suite."""
