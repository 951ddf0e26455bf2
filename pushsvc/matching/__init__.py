"""The index of interests: which subscribers a version answers, and why."""
