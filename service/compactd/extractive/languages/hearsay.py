"""What tells of a notice for anybody, or that something is said to be so: `The label says that it must be kept cool`.

Whoever tells that wants nothing by it. Not so of what binds who speaks: the rules of their company, their client's or
their doctor's word, a law and a contract are told in the same words, and hold.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from compactd.extractive.languages.by_language import ByLanguage
from compactd.extractive.languages.choice import languages_in


class _Telling(NamedTuple):
    """Of one language, as expressions over lower case: `notices` that are there for anybody, what stands right
    `before` one that is told of or right `after` it, what is `hearsay` by its form, and how `speakers` name
    themselves, or what is theirs."""

    notices: str
    before: str
    after: str
    hearsay: str
    speakers: str

    @property
    def told(self) -> str:
        """Whatever of that tells."""
        return rf"{self.hearsay}|(?:{self.before})(?:{self.notices})|(?:{self.notices})(?:{self.after})"


_TELLING: Mapping[str, _Telling] = {
    "en": _Telling(
        r"\b(?:sign|notice|poster|label|manual|leaflet|brochure|recipe|article|book)s?\b",
        r"\baccording to (?:\w+ ){1,2}",
        r" (?:\w+ ){0,2}?(?:says?|said|states?|stated|warns?|reads?|tells?|told|claims?)\b",
        r"\bit says (?:here|there)\b",
        r"\b(?:i|me|my|we|us|our)\b",
    ),
    "de": _Telling(
        r"(?:anleitung|handbuch|beipackzettel|schild|aushang|plakat|etikett|rezept|artikel|buch|prospekt)\b",
        r"\b(?:laut|gemäß) (?:(?:de[rm]|eine[rm]) )?\w*",
        r" (?:\w+ ){0,2}?(?:steht|stand|heißt es|hieß es|sagt|warnt)\b",
        r"\bangeblich\b",
        r"\b(?:ich|mi[rc]h?|mein\w*|wir|uns\w*)\b",
    ),
    "fr": _Telling(
        r"\b(?:notice|mode d'emploi|panneau|pancarte|affiche|étiquette|écriteau|recette|article|brochure|dépliant|"
        r"livre|guide)\b",
        r"\b(?:selon|d'après) (?:\w+ |l')",
        r",? (?:précise|indique|dit|disait|affirme|explique|il (?:est|était) (?:écrit|indiqué|précisé)) qu",
        r"\bil paraît qu",
        r"\b(?:je|me|moi|mon|ma|mes|nous|notre|nos)\b|\bj'",
    ),
    "es": _Telling(
        r"\b(?:cartel|letrero|manual|prospecto|folleto|etiqueta|receta|artículo|libro|anuncio)\b",
        r"\bsegún \w+ ",
        r",? (?:dice|decía|pone|ponía|indica|advierte|explica) que\b",
        r"\bdicen por ahí que\b",
        r"\b(?:yo|me|mis?|nosotr[oa]s|nos|nuestr[oa]s?)\b",
    ),
    "pt": _Telling(
        r"\b(?:cartaz|placa|manual|bula|folheto|etiqueta|rótulo|receita|artigo|livro|edital)\b",
        r"\b(?:segundo|conforme|de acordo com) \w+ ",
        r",? (?:diz|dizia|indica|avisa|explica|está escrito|estava escrito) que\b",
        r"\bdizem por aí que\b",
        r"\b(?:eu|meus?|minhas?|nós|noss[oa]s?)\b",
    ),
    "it": _Telling(
        r"\b(?:cartello|manuale|foglietto|volantino|etichetta|ricetta|articolo|libro|opuscolo|avviso)\b",
        r"\bsecondo (?:\w+ |l')",
        r" (?:dice|diceva|indica|avverte|spiega|c'(?:è|era) scritto) (?:di|che)\b",
        r"\bsi dice in giro che\b",
        r"\b(?:io|mi|mi[oae]|miei|noi|ci|nostr[oaie])\b",
    ),
    "ru": _Telling(
        r"\b(?:инструкци|табличк|вывеск|плакат|этикетк|рецепт|стать|брошюр|листовк)\w+",
        r"\b(?:согласно|судя по) ",
        r"(?: \w+)? (?:сказано|написано|указано|говорится)\b",
        r"\bговорят, что\b",
        r"\b(?:я|мне|меня|мо[йяеёию]\w*|мы|нам|нас|наш\w*)\b",
    ),
    "ar": _Telling(
        r"(?:لافتة|ملصق|كتيب|نشرة|وصفة|مقال)[ء-ي]*",
        r"(?:وفق[اً]* لل?|بحسب (?:ال)?|طبق[اً]* لل?)",
        r"(?: \S+){0,2}? (?:إن|أن|أنه)(?![ء-ي])",
        r"^يقال (?:إن|أن)",
        r"(?<![ء-ي])(?:أنا|نحن|لي|علي|لنا|علينا)(?![ء-ي])|[ء-ي](?<!ه)(?<!يا)نا(?![ء-ي])",
    ),
    "hi": _Telling(
        r"(?:बोर्ड|पोस्टर|पर्चे|लेबल|किताब|लेख|नुस्खे|मैनुअल)",
        r"सुना है कि ",
        r" (?:के (?:अनुसार|मुताबिक)|(?:में|पर) (?:\S+ )?(?:लिखा|कहा|बताया) (?:है|था|गया|हुआ)\S*(?: \S+)? कि)",
        r"लोग कहते हैं कि",
        r"मैं|मुझ|मेर[ाीे]|हम",
    ),
    "zh": _Telling(
        r"(?:说明书|牌子|告示|广告|海报|标签|菜谱|文章|书)",
        r"^(?:根据|按照?)",
        r"上?\w{0,2}(?:写|说)",
        r"^(?:据说|听说)",
        r"我|咱|本公司|本店",
    ),
    "ja": _Telling(
        r"(?:看板|貼り紙|張り紙|ポスター|ラベル|説明書|レシピ|記事|チラシ)",
        r"^噂では",
        r".*(?:によると|によれば|と書いて(?:あ|い)|と書かれ)",
        r"(?:そうです|らしいです)\W*$",
        r"私|僕|弊社|当社|当店|うち|我々",
    ),
    "ko": _Telling(
        r"(?:표지판|안내문|포스터|설명서|라벨|레시피|기사|전단)",
        r"^소문에 ",
        r"\S* (?:따르면|의하면|.*고 (?:적혀|쓰여|써|나와|되어|돼) ?있)",
        r"대요\W*$",
        r"(?:^|\s)(?:저는|제|제가|내|내가|나는|(?:우리|저희|당사)\S*)(?=\s)",
    ),
}
"""By the code of each language."""

_TOLD: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(_TELLING[language.code].told))
_NOTICES: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(_TELLING[language.code].notices))
_SPEAKERS: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(_TELLING[language.code].speakers))


def is_hearsay(text: str) -> bool:
    """Whether a text tells of a notice, or that something is said to be so, and not of who speaks."""
    return _is_found(_TOLD, text) and not names_the_speaker(text)


def names_a_notice(text: str) -> bool:
    """Whether a text names what is there for anybody to read."""
    return _is_found(_NOTICES, text)


def names_the_speaker(text: str) -> bool:
    """Whether a text names who speaks, or what is theirs."""
    return _is_found(_SPEAKERS, text)


def _is_found(expressions: Mapping[str, re.Pattern[str]], text: str) -> bool:
    line = text.lower().replace("’", "'")
    return any(expressions[language.code].search(line) is not None for language in languages_in(text))
