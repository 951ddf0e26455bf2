"""Demo sites, people and publications, written for the demo: what `pushsvc dev` shows a newcomer."""
