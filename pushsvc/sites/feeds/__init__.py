"""Feeds of sites: what they list is read, what is new in them becomes events, and an error page is never news."""
