"""CMPP 3.0: China Mobile's own gateways (ISMG), and those of who speaks like them. See docs/explanation/smpp.md."""
