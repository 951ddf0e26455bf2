"""What no sentence to a reader has, whatever a document says: then somebody other than us steers the model."""

from __future__ import annotations

import re
import unicodedata

from pushsvc.domain.languages import Language

#: An address on the net in any spelling, glued to a Chinese word too (hence ASCII edges): 登录evil.example. An email address
#: is judged with the figures: it must be one of the document's.
_LINK = re.compile(
    r"(?ai)[a-z][a-z0-9+.-]*:/|/{2}|\bwww\b|(?<![\w@.-])[a-z0-9-]+(?:[.。]|\s?[\[(]\s?dot\s?[\])]\s?)[a-z]{2,}\b(?!@)"
    r"|[\u3400-\u9fff][.。](?:[a-z]{2,}|中国|公司|网络|政务|公益)(?![a-z])"
)
#: The British government's site calls itself by its address.
_NAME = re.compile(r"(?a)(?<![\w.@/-])GOV\.UK(?![\w/-]|\.\w)")
EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+")
_MARKUP = re.compile(r"[<>{}`\\|]|&#?\w{1,10};|\*\*|\]\(|^\s*[#>*-]\s|__")
#: What is said to a model or by one, never to a citizen.
_MACHINE = re.compile(
    r"(?ai)\bas an? (?:ai\b|artificial|language model|assistant)|\bi(?:'m| am) an? (?:ai\b|artificial|language model|assistant)"
    r"|\bi (?:cannot|can't|am unable|apologi[sz]e)|\b(?:ignore|disregard|forget)\b"
    r".{0,30}\b(?:instruction|prompt|rule|above|previous|prior)"
    r"|\b(?:system|developer) (?:prompt|message)|\bprompt injection|<\|"
    r"|作为(?:一[个名款])?(?:人工智能|AI|大?语言模型|智能)(?:助手|模型|语言模型|程序)|我是(?:一[个名款])?(?:人工智能|AI|语言模型|智能助手)"
    r"|(?:忽略|无视|忘记|不要理会|绕过).{0,12}(?:指令|指示|提示|规则|要求|设定|以上|之前)|系统提示|提示词|对不起，我|抱歉，我|我无法|我不能"
)
#: What a swindler wants of a reader. A document may ask it too; then the word stands in it. To call is not among it: which
#: telephone may be told, the figures decide.
_WANTED = re.compile(
    r"(?ai)\b(?:click|tap|transfer|wire|remit|download|install|scan|password|passcode|pin|log ?in|sign ?in|verify|reply|forward"
    r"|whatsapp|telegram|wechat|bank (?:card|account)|card number|bitcoin|gift card|pay)\b"
    r"|点击|点开|转账|汇款|打款|付款|缴款|扫码|扫描|二维码|下载|安装|密码|验证码|登录|登陆|银行卡|账号|账户|卡号|回复|转发|加(?:微信|QQ|群)|微信|比特币|红包"
)
_HAN = re.compile(r"[\u3400-\u9fff]")
#: A Chinese sentence may have Latin names in it, so much of its letters; an English one has no Chinese.
_LEAST_HAN = 0.5


def steered(text: str) -> str | None:
    """Why nothing of an answer with this `text` is told: a link, markup, a hidden sign, words of a machine. None: nothing."""
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp") for sign in text):
        return "a control sign or an invisible one"
    folded = unicodedata.normalize("NFKC", text)
    if _LINK.search(_NAME.sub("", EMAIL.sub("", folded))):
        return "a link"
    if _MARKUP.search(folded):
        return "markup"
    if _MACHINE.search(folded):
        return "words to a model or of one"
    return None


def foreign(text: str, language: Language) -> bool:
    """Whether `text` is in another language than `language`, or mixes in letters of a third script that look alike."""
    letters = [sign for sign in EMAIL.sub("", text) if sign.isalpha()]
    han = sum(bool(_HAN.match(sign)) for sign in letters)
    latin = sum("LATIN" in unicodedata.name(sign, "") for sign in letters)
    if han + latin < len(letters) or not letters:
        return True
    return han / len(letters) < _LEAST_HAN if language == "zh" else han > 0


def wants(text: str, source: str) -> str | None:
    """What `text` asks of a reader that `source` nowhere speaks of. None: nothing."""
    folded = unicodedata.normalize("NFKC", source).lower()
    asked = (found.group() for found in _WANTED.finditer(unicodedata.normalize("NFKC", text)))
    return next((word for word in asked if word.lower() not in folded), None)
