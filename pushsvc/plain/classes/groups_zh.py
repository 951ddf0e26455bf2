"""Mentions of groups in Chinese documents."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from itertools import pairwise

from pushsvc.domain.publications import Reading
from pushsvc.plain.classes.group_weights import CHINESE as WEIGHTS
from pushsvc.plain.classes.group_words_zh import (
    AGED,
    FIRMS,
    MODIFIER,
    NEVER,
    NOUN,
    OF_A_THING,
    OFFICES,
    SAME,
    SELDOM,
    TOLD,
    VAGUE,
    WHOLE,
)
from pushsvc.plain.classes.groups import Mention, Words, families, words
from pushsvc.plain.classes.groups_coined import coined
from pushsvc.plain.quick_patterns import first_characters, grouped


def _one_of_first(pattern: str) -> str:
    return "".join(sorted(first_characters(pattern)))


#: The first character is looked at before the many words, and the words in groups by it: the search is four times as fast.
_BUCKETS = 5
_GROUP = re.compile(
    rf"(?:(?=[\d{_one_of_first(MODIFIER)}])(?:{AGED}|{grouped(MODIFIER, _BUCKETS)}){{1,3}}(?:{grouped(NOUN)})"
    rf"|(?=[{_one_of_first(WHOLE)}])(?:{grouped(WHOLE, _BUCKETS)})){OF_A_THING}"
)
#: 二孩、三孩家庭, 生育三孩的家庭: families by their children, where the word for one is not written out.
_CHILDREN = re.compile(r"([二两三])孩(?!以上|及以上|家庭)(?=([^，。；\n]{1,10}家庭))")
_OF_CHILDREN = {"二": "二孩家庭", "两": "二孩家庭", "三": "三孩家庭"}
#: Sentences and headings that say whom the document is for: of whom they speak, whom they help, whom they turn to.
_SCOPE = re.compile(
    r"(?P<for>(?:适用|服务|申请|申报|补贴|补助|保障|支持|救助|奖励|发放|优待|享受|办理|参保|引进|奖补|供应|配租|招生|招聘|资助"
    r"|受益|培训|认定|提取|面向|享受)(?:的)?(?:对象|人群|主体"
    r"|范围)(?:和条件|及条件|及标准|为|是|包括|[:：\s])"
    r"|适用于|面向|凡(?:是|在|具有|符合)?|符合[^。；\n]{0,30}条件的|下列(?:人员|对象|情形))|(?P<helped>(?:支持|鼓励|帮助|引导|保障"
    r"|满足|减轻|方便|惠及"
    r"|照顾)(?=[\u4e00-\u9fff]{0,14}))|(?P<to>(?:^|[，,。；;\n、])对(?!于|照|应|接|外|内)|给予|(?:^|\n)各(?!级|区|有关|相关|镇"
    r"|街|市|省|部门))"
)
_SCOPE_REACH = 45
_STOP = re.compile(r"[。；;\n]")
#: Behind a group: what it must, what it may or gets, what it has done or does.
_VERB_BEHIND = re.compile(
    r"(?:及其[^，。]{0,8}|本人|均|也|还|每人|每户|双方|[（(][^）)]{0,20}[)）])?(?:(?P<must>应当?(?!届)|须|需|必须|负有|按|不得)"
    r"|(?P<gets>可(?!能)|凭|自愿|享受|申请(?!表)|申领|办理|提取|有权|领取)|(?P<does>购买|新购"
    r"|缴存|参加|在[^，。]{0,12}(?:购买|缴纳|缴存|居住|就业|申请)|因|连续|符合|未|已|首次|使用"
    r"|租住|承租|携带|登录|通过))"
)
#: Before a group: what it is given; which of them is meant (购房的…). Behind 由, 经, 会同 it is an office that acts.
_GIVEN_BEFORE = re.compile(
    r"(?:(?P<given>对|向|给|为|给予|支持|鼓励|帮助|面向|凡|下列|各类|广大|惠及)|(?P<of>的)|包括|属于?|是|[:：、]|^)$"
)
#: Behind a group: a sum or a share in its sentence, which it is likely to get or to pay; or the end of that.
_SUM_OR_STOP = re.compile(r"(?P<sum>\d\s?(?:万|元|%|％)|补贴|贴息|奖励|最高)|[。；;\n]")
_SUM_REACH = 60
_ACTS_BEFORE = re.compile(r"(?:由|经|会同|委托|报|与|同|约谈|督促|责令|指导|监督|如|例如|等|除|非|原|拖欠|冒充)$")
_LEFT_OUT = re.compile(r"(?:等)?(?:不宜|不可|不能|不得申|除外|不适用|不享受|不予|代办|代为|代理|工作人员)")
WORDS = Words(
    common=words(
        "企业 居民 职工 人才 学生 市民 学校 用人单位 医疗机构 监护人 金融机构 商业银行 社会组织 经营者 房地产开发企业 消费者"
        " 儿童 个体工商户 缴存单位 研究生 硕士 博士 港澳居民 台湾居民 志愿者 当事人 社会公众"
    ),
    vague=VAGUE,
    families=families(SAME),
    seldom=SELDOM,
    offices=OFFICES,
    firms=FIRMS,
    brief=2,
    precise=4,
    full=6,
    least=-0.5,
    weights=WEIGHTS,
)
#: Before a word at the head of a line, an item or a heading: "（三）支持", "1.".
_ITEM = re.compile(
    r"[\n。；;][\s\u3000]*(?:第[一二三四五六七八九十]+[条类]|[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．:：]|[-•·●◆])?[\s\u3000]*"
    r"[\u4e00-\u9fff“]{0,6}$"
)
#: Between two of several that are listed side by side.
_BESIDE = re.compile(r"[、/]|[和及与或]|以及|等$")
#: Before a firm or an office: where somebody works, applies, or buys.
_WHERE = re.compile(r"(?:在|到|被|于|从|向|至|与|和|所在|其他|经|由|通过)$")
#: Characters of the text that are looked at.
TEXT = 4500
_PLACES = (*FIRMS, *OFFICES)


def mentions(reading: Reading) -> Iterator[Mention]:
    """Each mention of a group in the title and the text, with what is by it."""
    for found in _GROUP.finditer(reading.title[:300]):
        if found.group() not in NEVER:
            yield Mention(_told(found.group()), found.group())
    yield from _in_text(reading.source_text[:TEXT], reading.title)


def _in_text(text: str, title: str) -> Iterator[Mention]:
    scopes = _scopes(text)
    places = list(_GROUP.finditer(text, len(title) if text.startswith(title) else 0))
    for number, place in enumerate(places):
        word, (at, end) = place.group(), place.span()
        if word in NEVER or _LEFT_OUT.match(text, end) or _ACTS_BEFORE.search(text, max(0, at - 4), at):
            continue
        if word.endswith(_PLACES) and _WHERE.search(text, max(0, at - 2), at):
            continue
        signs = _beside(text, at, end)
        while scopes and scopes[0][2] <= at:
            scopes.popleft()
        if scopes and scopes[0][1] <= at:
            signs.add(scopes[0][0])
        around = [text[one.end() : other.start()] for one, other in pairwise(places[max(0, number - 1) : number + 2])]
        if any(len(between) < 3 and _BESIDE.match(between) for between in around):
            signs.add("chain")
        yield Mention(_told(word), word, at, end, frozenset(signs))
    for word, at in coined(text):
        if not _GROUP.match(word) and not _LEFT_OUT.match(text, at + len(word)):
            signs = {*_beside(text, at, at + len(word)), "coined"}
            yield Mention(word, word, at, at + len(word), frozenset(signs))
    for child in _CHILDREN.finditer(text):
        at, end = child.start(), child.end(2)
        yield Mention(_OF_CHILDREN[child[1]], text[at:end], at, end, frozenset(_beside(text, at, end)))


def _beside(text: str, at: int, end: int) -> set[str]:
    """The signs of what stands directly before and behind a group."""
    signs: set[str] = set()
    behind, before = _VERB_BEHIND.match(text, end), _GIVEN_BEFORE.search(text, max(0, at - 4), at)
    signs.update(found.lastgroup for found in (behind, before) if found and found.lastgroup)
    if _ITEM.search(text, max(0, at - 16), at):
        signs.add("item")
    first = _SUM_OR_STOP.search(text, end, end + _SUM_REACH)
    if first and first.lastgroup:
        signs.add("sum")
    return signs


def _told(word: str) -> str:
    """The word as a reader knows it: 香港居民、澳门居民、台湾居民 are 港澳台居民."""
    if "台湾" in word and "澳" in word:
        return "港澳台居民"
    return TOLD.get(word, word)


def _scopes(text: str) -> deque[tuple[str, int, int]]:
    """(sign, start, end), in order, of what says whom the document is for: from a scope cue to the end of its sentence."""
    stretches: deque[tuple[str, int, int]] = deque()
    for cue in _SCOPE.finditer(text):
        stop = _STOP.search(text, cue.end() + 2, cue.end() + _SCOPE_REACH)
        stretches.append((cue.lastgroup or "for", cue.start(), stop.start() if stop else cue.end() + _SCOPE_REACH))
    return stretches
