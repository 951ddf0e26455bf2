"""Better words by a language model: what it is asked, and what of its answer a reader may be told. Pure functions.

The model sees facts and sentences of one document under ids, and answers with sentences that cite them. It decides nothing:
facts, classes and the other language stay the rules' own, and each of its sentences is checked as if an enemy wrote it.
"""

from __future__ import annotations

from pushsvc.plain.by_model.answer import ANSWER_SCHEMA
from pushsvc.plain.by_model.asking import Question, question
from pushsvc.plain.by_model.rewording import Outcome, Reworded, reworded

__all__ = ["ANSWER_SCHEMA", "Outcome", "Question", "Reworded", "question", "reworded"]
