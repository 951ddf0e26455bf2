"""pushsvc: government publications become a few plain, true sentences for exactly the people whom they concern."""

__version__ = "0.1.0"
