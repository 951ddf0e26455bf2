"""Making a text shorter without cutting a number, a name or a word, and without losing what it says."""

from __future__ import annotations

import re

from pushsvc.domain.languages import Language

#: CONTRACT, "summary line".
SENTENCE_CHARACTERS, SENTENCE_WORDS = 40, 25
TEXT_CHARACTERS, TEXT_WORDS = 200, 120
_NUMBERING = re.compile(
    r"^(?:[#*\-—●★◆■·•\s]*)(?:第[一二三四五六七八九十百\d]+[章节条款]\s*|[一二三四五六七八九十]{1,3}[、.．]\s*|[（(﹙][一二三四五六七八九十\d]{1,3}[）)﹚]\s*[、.]?\s*"
    r"|\d{1,2}(?:\.\d{1,2})*[.、．)）]\s*(?!\d)|[①-⑳]\s*|步骤\d[:：]\s*|答[:：]\s*|问[:：]\s*|[（(﹙][a-z][）)﹚]\s+"
    r"|其中[:：,，]\s*|同时[,，]\s*|此外[,，]\s*|另外[,，]\s*)+"
)
_OPENING = re.compile(
    r"^(?:根据|按照|依据|为了?|鉴于|经)[^。；;]{2,150}?[,，](?=现?面向|现?决定|定于|拟于|现对|将于|现开展|现组织)|^(?:因|由于|受)[^,，。；;]{2,40}[,，](?=[^,，。]{8,})"
    r"|^为了?[^,，。；;]{2,30}[,，](?=[^,，。；;]{0,30}(?:可(?:以|免费|申请|享受|在|到|凭)|免费|给予|发放))(?!根据|按照|现|特|经|制定)"
    r"|^经[^,，。；;]{2,20}(?:同意|批准|审议通过|研究决定)[,，](?=[^,，。]{8,})"
)
_BRACKETED = re.compile(r"[（(【\[〔][^（）()【】\[\]〔〕]{0,200}[）)】\]〕]")
_KEEP_BRACKETED = re.compile(
    r"除外|征求意见稿|草案|\d[日月年](?:[以之]?[前后])?出生|不含|不包括|仅限|(?:[路街道桥口]|路段)(?:至|到|—|-)[^（）()]{1,12}(?:[路街道桥口]|段)$|^.含.$|^.{1,4}$|\d{4}-?\d{3,}"
)
#: What an aside says of a sum is a clause: 1%财政贴息(最高贴息1万元/年).
_SAYS_A_SUM = re.compile(r"(?:即|最[高多低]|不超过|不低于)[^（）()]*\d[^（）()]*(?:元|[%％])[^（）()]*")
_POINTS_AWAY = re.compile(r"附件|附表|见")
_COMMA = re.compile(r"(?<=[,，])(?!\d)")
_SOFT = re.compile(r"(?<=[：:])(?![\d/])|(?=并(?:且|在|于|按|给予))")
_ENGLISH_CLAUSE = re.compile(
    r"(?<=[,;:])\s+(?!\d{4}\b)(?!(?:NW|SW|NE|SE|DC|MD|VA|Inc|LLC|Ltd)\b)|\s+[—–]\s+|\s+(?=(?:which"
    r"|because|although|unless|provided that|so that|in order to|including|such as|as well as)\b)"
)
_DANGLING = re.compile(
    r"(?:[\s,;:]+(?:and|or|the|a|an|of|to|in|for|on|by|with|at|from|that|which|including"
    r"|under|as|its|their|is|are|be|will|this|not|has|have|who|any|such|and/or))+$",
    re.IGNORECASE,
)
_TITLE_ENDS = re.compile(
    r"[;:,](?=\s)|\s(?=(?:of|for|from|to|in|on|into|under|with|by|and|at|regarding|concerning|through)\s)|$", re.IGNORECASE
)
#: Ends of Chinese words at which a title may be cut.
_WORD_ENDS = re.compile(
    r"(?<=[、，,：:！!？?；;\s”》）)])|(?<=补贴)|(?<=补助)|(?<=申请)|(?<=服务)|(?<=工作)|(?<=管理)|(?<=政策)"
    r"|(?<=保障)|(?<=活动)|(?<=招聘)|(?<=方案)|(?<=办法)|(?<=措施)|(?<=细则)|(?<=规定)|(?<=通知)"
    r"|(?<=公告)|(?<=指南)|(?<=贷款)|(?<=提取)|(?<=发展)|(?<=市场)|(?<=住房)|(?<=公积金)|(?<=家庭)|(?<=企业)"
    r"|(?<=人员)|(?<=登记)|(?<=备案)|(?<=救助)|(?<=养老)|(?<=保险)|(?<=招生)|(?<=入户)|(?<=条例)|(?<=意见)"
    r"|(?<=制度)|(?<=项目)|(?<=资金)|(?<=标准)"
)


def without_opening(sentence: str) -> str:
    """A sentence without the reason that it begins with, where what follows stands by itself."""
    return _OPENING.sub("", sentence)


def without_numbering(sentence: str) -> str:
    """A sentence without the number of its list or article."""
    number = _NUMBERING.match(sentence)
    return (sentence[number.end() :] if number else sentence).strip()


def without_asides(sentence: str) -> str:
    """Brackets go, except those that say an exception or a number to call."""
    return _BRACKETED.sub(_aside, sentence)


def _aside(found: re.Match[str]) -> str:
    inner = found.group()[1:-1]
    if _SAYS_A_SUM.fullmatch(inner):
        return "，" + inner.removeprefix("即")
    return found.group() if _KEEP_BRACKETED.search(inner) and not _POINTS_AWAY.match(inner) else ""


def fits(sentence: str, language: Language) -> bool:
    """Is a sentence short enough to be read in one go?"""
    if language == "zh":
        return len(sentence) <= SENTENCE_CHARACTERS
    return len(sentence.split()) <= SENTENCE_WORDS


def clauses(sentence: str, language: Language) -> list[str]:
    """The clauses of a sentence, in order; joined they are the sentence."""
    if language == "en":
        return [piece for piece in _ENGLISH_CLAUSE.split(sentence) if piece and piece.strip()]
    pieces: list[str] = []
    for piece in _COMMA.split(sentence):
        pieces += [piece] if len(piece) <= SENTENCE_CHARACTERS - 4 else [part for part in _SOFT.split(piece) if part]
    return [piece for piece in pieces if piece.strip()]


def cut_chinese(text: str, most: int) -> str:
    """The head of `text` of at most `most` characters, ending at a word's end; empty when it has none there."""
    if len(text) <= most:
        return text
    ends = [found.start() for found in _WORD_ENDS.finditer(text) if 4 <= found.start() <= most]
    for end in reversed(ends):
        head = text[:end].rstrip("、，,：:；; ")
        if _whole(head):
            return head
    return ""


def cut_english(text: str, most_words: int, most_characters: int = 10_000) -> str:
    """The head of `text` in whole words, without a word that asks for another after it."""
    words = text.split()
    kept: list[str] = []
    for word in words[:most_words]:
        if len(" ".join([*kept, word])) > most_characters:
            break
        kept.append(word)
    if len(kept) == len(words):
        return text.strip()
    return _DANGLING.sub("", " ".join(kept)).rstrip(" ,;:-–—")


def cut_title(text: str, most_words: int, most_characters: int = 10_000) -> str:
    """The head of a title, cut before a preposition or a comma, so that no name is cut in two; empty when there is none."""
    head = cut_english(text, most_words, most_characters)
    if head == text.strip():
        return head
    ends = [found.start() for found in _TITLE_ENDS.finditer(text) if found.start() <= len(head)]
    return text[: ends[-1]].rstrip(" ,;:-–—") if ends and ends[-1] >= 8 else ""


def _whole(head: str) -> bool:
    """No bracket or quotation mark is left open."""
    return all(head.count(one) == head.count(other) for one, other in ("《》", "“”", "（）", "()", "〔〕"))
