"""The mutation test's mutator: it makes a true sentence of a summary false, in every way it knows.

Written without sight of the verifier that it tests, from what an attacker or a careless writer would get wrong.
"""

from __future__ import annotations

from bench.mutations.mutate import KINDS, Mutant, mutants, mutate
from bench.mutations.sentences import sentences

__all__ = ["KINDS", "Mutant", "mutants", "mutate", "sentences"]
