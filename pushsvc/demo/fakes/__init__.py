"""Providers of our own making, on this machine: as strict as the real ones, and they fail when they are told to.

They share no code with the modules that speak to them, so that both cannot be wrong together.
"""
