"""The words of the design as frozen dataclasses, and the rules on them: no I/O, no clock, no randomness."""
