"""What every SMS provider must do, whatever its own words are. `stand.py` says how to put another one under it."""
