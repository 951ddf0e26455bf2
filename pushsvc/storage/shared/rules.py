"""The numbers that memory and Redis share, so that both say the same."""

from __future__ import annotations

#: A provider's breaker opens after so many failures in a row, in any process.
OPENS_AFTER = 5
#: How long it stays open first; each failed trial doubles it, up to the longest.
FIRST_REST_SECONDS = 1.0
LONGEST_REST_SECONDS = 30.0
#: Who tries a provider again has so long to say what came of it; then another process may. The slowest message takes 16 s.
TRIAL_SECONDS = 20.0
#: While another process tries, ask again so soon: its answer frees everybody.
ASK_AGAIN_SECONDS = 1.0
#: Failures are forgotten when nothing was heard of the provider for so long.
FORGET_SECONDS = 300.0

#: The gap between two messages after a provider's first "slow down"; each further one doubles it, up to the longest.
FIRST_GAP_SECONDS = 0.1
LONGEST_GAP_SECONDS = 10.0
#: With each message that is taken the gap shrinks by this share, until it is gone.
EASING = 0.02
SMALLEST_GAP_SECONDS = 0.005
#: A pause that a provider asks for is not believed beyond this.
LONGEST_PAUSE_SECONDS = 3600.0
