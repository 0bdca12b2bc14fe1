"""Dates, times and amounts as they are written elsewhere than in English: a number, and what follows it."""

import re

from compactd.extractive.languages.units import CODES

# The months of a calendar are a closed list; in Chinese, Japanese and Korean they are numbers.
_MONTHS = (
    # German, Dutch
    "januar|jänner|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember"
    "|januari|februari|maart|mei|augustus|december"
    # French
    "|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre"
    # Spanish
    "|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre"
    # Portuguese
    "|janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|novembro|dezembro"
    # Italian
    "|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre"
    # Polish, Turkish
    "|stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|grudnia"
    "|ocak|şubat|mart|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık"
    # Russian, Ukrainian
    "|января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря|січня|лютого"
    "|березня|квітня|травня|червня|липня|серпня|вересня|жовтня|листопада|грудня"
    # Arabic
    "|يناير|فبراير|مارس|أبريل|ابريل|إبريل|مايو|يونيو|يونيه|يوليو|يوليه|أغسطس|اغسطس|سبتمبر|أكتوبر|اكتوبر|نوفمبر"
    "|ديسمبر"
    # Hindi
    "|जनवरी|फ़रवरी|फरवरी|मार्च|अप्रैल|मई|जून|जुलाई|अगस्त|सितंबर|सितम्बर|अक्टूबर|अक्तूबर|नवंबर|नवम्बर|दिसंबर"
    "|दिसम्बर"
)
# The longest first: one begins with another.
_MONTH = f"(?:{'|'.join(sorted(_MONTHS.split('|'), key=len, reverse=True))})"

SIGNS = "$¢£¤¥\u0e3f\u20a0-\u20cf"
"""Of currencies, as a class of a pattern has them."""

DIGITS = "0-9０-９٠-٩۰-۹०-९"
"""What a number begins with, spelt out: a set is gone through several times as fast as `\\d`."""

MONTH_BEGINS = re.compile(rf"(?i:{_MONTH})(?!\w)")
"""A month, where it stands in a text."""

_CURRENCIES = (
    # Signs and abbreviations
    rf"[{SIGNS}]|{CODES}|zł|kr|Kč|руб(?:\.|л(?:ей|я|ь))?|грн"
    # What Europe calls them
    r"|[Dd]oll?ars?|dólar(?:es)?|dollar[io]|[Ee]uros?|[Ff]rancs?|Franken|[Pp]esos?|reais|libras|sterline|Pfund"
    r"|(?:livres )?sterling"
    r"|[Yy]en(?:es)?|ienes|[Yy]uane?s?|[Rr]upees|roupies|Rupien|rupias|rupie|rou?bles|Rubel|rublos|rubli|dirhams|baht"
    r"|доллар(?:ов|а)?|долл\.?|евро|[йи]ен[аы]?|юан(?:ей|я|ь)|рупи[йи]|фунт(?:ов|а)?|тенге"
    # What Asia does
    r"|원|달러|유로|위안|엔|ドル|ユーロ|ポンド|人民[币幣]|块钱?|塊|美元|[欧歐]元|日元|[元円圓]|ريال(?:ا)?|درهم(?:ا)?|جنيه(?:ا)?|دينار(?:ا)?"
    r"|دولار(?:ا)?|يورو|रुपय[ेों]{1,2}|रुपए|रु\.?|डॉलर|यूरो"
)
_MONEY = rf"(?:{_CURRENCIES})"
# thousand, million, billion and what Asia counts by, in the forms that stand behind a number.
SCALE = (
    r"(?:thousand|(?:m|b|tr)illions?|Tausend|(?:Mi|Bi)llion(?:en)?|Milliarden?|Tsd\.?|Mio\.?|Mrd\.?|mille|milliards?|mil(?:lones)?"
    r"|millón|mil milhões|milh(?:ões|ão)|bilh(?:ões|ão)|mila|milion[ei]|miliard[oi]|тысяч[аи]?|тыс\.?|миллион(?:а|ов)?"
    r"|млн\.?|миллиард(?:а|ов)?|млрд\.?|ألف(?:ا)?|آلاف|مليون(?:ا)?|ملايين|مليار(?:ا)?|हज़ार|हजार|लाख|करोड़|अरब"
    r"|[천만억조千百万萬亿億兆]+)"
)
SHORTENED = re.compile(r"\d ?(?:(?:Tsd|Mio|Mrd|Mill|[Mm]ln|[Mm]rd|тыс|млн|млрд)(?:\. ?(?:руб|долл))?|руб|долл)\.$")
"""The end of a text that is an amount with a shortened word, and its stop: `5 Mio.`, `3 тыс. руб.`."""

GOES_ON = re.compile(rf"{_MONEY}|[^\W\d_]")
"""What may follow it in the same sentence, if it is written small or is a currency."""

_GROUP = r"[ \u00a0\u202f'’]\d{3}(?!\d)"
_YEAR = r"(?:(?:1[89]|2[01])\d\d|[٠-٩۰-۹०-९]{4})"

# Behind most numbers of code, logs and JSON stands a mark that nothing of this has there: that is found out first.
_ENDS = r"(?!\d*+(?:[\")\]}/;]|,(?!\d)|-(?!г)|\Z))"

# Begins with a set of characters, for it is not tried elsewhere then; what must not stand before it comes after that.
PATTERN = re.compile(
    rf"[{DIGITS}](?<![0-9A-Za-z_\u00c0-\u1fff.,:/-].){_ENDS}(?:"
    # 14. März 2026, 14 de marzo de 2026, le 1er mars; with a year also where the month is of no list.
    rf"(?P<date>\d?(?:\.|º|er|-го)? (?:de )?(?:(?i:{_MONTH})(?!\w)(?:,? (?:de |del )?{_YEAR}(?:年| ?г\.)?)?"
    rf"|[^\W\d_]{{3,12}}\.? {_YEAR})(?!\w)"
    # 2026년 3월 14일, 15時30分
    r"|(?:\d{3}년 ?\d{1,2}|\d?)월(?: ?\d{1,2}일)?|\d?[시时時点點](?: ?\d{1,2}[분分]|半|반)?"
    # 5 pm, 5:30 p.m., 17 Uhr 30, 17 h 30
    r"|\d?(?::\d\d)? ?(?i:am|pm|a\.m\.|p\.m\.|Uhr(?: \d\d)?)(?!\w)|\d? ?h ?\d\d(?!\w))"
    # 1 250,00 €
    rf"|(?P<amount>(?:\d{{0,2}}(?:{_GROUP})++|\d*+)(?:[.,]\d++)*+"
    # 5 тысяч рублей, 3 millions d'euros, 12만 5천 원, 5 mil reais
    rf"(?= ?(?:[^\W\d_]|[{SIGNS}]))(?: ?{SCALE}(?: ?\d++ ?{SCALE})?(?: (?:de |di |d['’])|[ -]?)| ?){_MONEY}"
    r"(?![0-9A-Za-z])))"
)

OF_YEAR = re.compile(r"\b[Ii]n (?:1[89]|2[01])\d\d [^\W\d_]")
"""The number before a currency is a year: `In 2024 yen fell`, `in 2024 dollars`."""

BEFORE_SIGN = re.compile(
    rf"[A-Z](?<![\w.].)[A-Z]?[{SIGNS}] ?(?P<priced>\d{{1,3}}(?:{_GROUP})++|\d++)(?:[.,]\d++)*+(?: {SCALE}(?!\w))?"
)
"""R$ 250,00, R$ 5 mil"""
