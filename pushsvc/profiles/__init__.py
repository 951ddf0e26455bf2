"""Who agreed to be told, of what, and where: imports, consent, the change feed that matchers follow, export and erasure."""
