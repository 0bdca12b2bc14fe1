"""Conditions that name nothing but what somebody who speaks wants or needs: `if you like`, `as long as it suits you`,
`unless I say otherwise`."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from compactd.extractive.languages import Language
from compactd.extractive.languages.by_language import ByLanguage
from compactd.extractive.languages.choice import languages_in


class AtWill(NamedTuple):
    """Of one language, as expressions over lower case. A condition begins with one of `ifs`; any of `persons` may
    follow, which are whoever is spoken to, and what stands for what was said; then comes one of `wills`: that somebody
    wants, likes or needs it, or that it suits. `unless` matches a condition that the speaker says otherwise, `things`
    what begins the name of something that is needed: `if you need the door code` depends on more than a wish."""

    ifs: str
    persons: str
    wills: str
    unless: str = r"(?!)"
    things: str = r"(?!)"


_AT_WILL: Mapping[str, AtWill] = {
    "en": AtWill(
        r"if|when|whenever|as long as|so long as|wherever|provided",
        r"you(?:'d)?|it(?:'s)?|that(?:'s)?|this|is|would|really|ever|find|are|more",
        r"wants?|like|need(?:ed)?|prefer|wish|must|have to|think|feel|care|choose|please|suits?|helps?|works better|"
        r"happy|comfortable|necessary|possible|useful|helpful|convenient|easier|better|simpler|handier|nicer|quicker",
        r"unless (?:i|we) (?:say|tell|object|ask|decide|change|write|mention)|until (?:i|we) (?:say|tell)",
        r"an?|the|any|some|more|my|our|his|her|their|help|help(?:ed)? (?:with|from)",
    ),
    "de": AtWill(
        r"wenn|falls|solange|sofern|sobald|wann immer|sooft|soweit",
        r"du|dir|sie|ihnen|ihr|euch|es|das|dies|ist|so|immer|gerade|besser",
        r"will(?:st)?|woll(?:en|t)|magst|mögen|mögt|möchte\w*|lust|meinst|meinen|musst|müssen|brauchst|brauchen|"
        r"nötig|möglich|sinnvoll|einfacher|lieber|recht|hilft|pass(?:t|end)|gefällt|beliebt|bequem\w*|angenehm\w*",
        r"(?:es sei denn|außer),? (?:wenn )?(?:ich|wir)\b|"
        r"(?:solange|bis|sofern|wenn) (?:ich|wir) (?:es )?(?:nicht|nichts)? ?(?:\w+ )?(?:sage|sagen|widerspreche)",
    ),
    "fr": AtWill(
        r"si|s'|quand|lorsque|tant que|dès que|comme",
        r"tu|vous|te|t'|l'|le|la|en|il|ça|cela|c'|est|c'est|ce|as|avez|plus",
        r"veux|voulez|voudras|préfère\w*|préfér\w+|souhait\w+|pens\w+|envie|besoin|faut|nécessaire|possible|utile|"
        r"arrange\w*|convient|chante|plaît|dit|simple|pratique|facile|commode|aide|sembles?",
        r"(?:sauf si|à moins que|tant que) (?:je|nous) (?:ne )?(?:\w+ )?(?:dis|dise|disons|contraire)",
        r"d'|de (?:la |l')?|du|des|un|une|le|la|les|l'|mon|ma|mes|son|sa|ses",
    ),
    "es": AtWill(
        r"si|cuando|mientras|siempre que|como",
        r"tú|usted|te|le|les|os|lo|así|es|sea|más",
        r"quier\w+|prefier\w+|dese\w+|necesit\w+|hace falta|haga falta|necesario|útil|viene (?:bien|mejor)|apete\w+|"
        r"gust\w+|conven\w+|convien\w+|parec\w+|parezca|cómodo|fácil|práctico|resulta",
        r"(?:salvo|a menos|excepto) que (?:yo )?(?:te )?diga|mientras (?:yo )?no (?:te )?diga",
        r"el|la|los|las|un|una|mi|su|más|algún|alguna|ayuda",
    ),
    "pt": AtWill(
        r"se|quando|enquanto|sempre que|como",
        r"você|tu|te|lhe|o|isso|for|é|mais|assim",
        r"quis\w+|quer\w*|prefer\w+|desej\w+|precis\w+|necessário|preciso|útil|der jeito|conv(?:ém|ier)|ach\w+ melhor|"
        r"gost\w+|apetec\w+|fácil|cómodo|cômodo|prático|parecer",
        r"(?:a menos que|salvo se|exceto se|enquanto) (?:eu )?(?:não )?(?:te )?(?:diga|disser)",
        r"o|a|os|as|um|uma|d[oae]s?|mais|algum|alguma|ajuda",
    ),
    "it": AtWill(
        r"se|quando|finché|ogni volta che|come",
        r"tu|lei|ti|le|vi|lo|è|sia|più|così",
        r"vuo\w+|volete|preferi\w+|desider\w+|serve|occorre|necessario|utile|va|fa comodo|pare|piace|conviene|comodo|"
        r"facile|pratico|sembra|hai voglia|hai bisogno",
        r"(?:a meno che|salvo che|finché) (?:io )?non (?:ti )?(?:dica|dico)",
        r"il|lo|la|i|gli|le|l'|un|una|di|del\w*|più|aiuto",
    ),
    "ru": AtWill(
        r"если|когда|пока|как только",
        r"вам|тебе|ты|вы|это|так|будет|же",
        r"хоч\w+|хотите|захо[чт]\w+|хотел\w*|нужн\w+|надо|удобн\w+|проще|лучше|легче|понадоб\w+|нравит\w+|угодно|"
        r"пожела\w+|жела\w+|необходим\w+",
        r"(?:если|пока) (?:только )?я не (?:скажу|возраж\w+|попрошу)",
    ),
    "ar": AtWill(
        r"إذا|اذا|إن|متى|ما دمت|كلما",
        r"كان|كنت|ذلك|هذا|الأمر",
        r"أردت|شئت|رغبت|لزم|تريد|ترغب|تفضل|دعت|احتجت|أحببت|يناسبك|مناسبا لك|يريحك|فضلت|يحلو لك|ضروريا",
        r"(?:ما لم|إلا إذا) (?:أقل|قلت)",
    ),
    "hi": AtWill(
        r"अगर|यदि|जब|जब तक",
        r"आप|आपको|तुम|तुम्हें|तुम्हारा|आपका|यह|भी|को|का",
        r"चाह\S*|ज़रूरत|जरूरत|ज़रूरी|जरूरी|ठीक लग|सुविधा|मन |अच्छा लग|पसंद|आसान|बेहतर लग",
        r"जब तक मैं .*न कह",
    ),
}
"""By the code of each language whose words stand apart."""

_UNSPACED: Mapping[str, str] = {
    "zh": r"(?:如果|要是|若|只要|假如)(?:你|您)?(?:觉得)?(?:想|愿意|需要|要|觉得|喜欢|方便|乐意|有必要)|"
    r"有?需要(?:的话|时)|必要时|除非我",
    "ja": r"(?:^|[、。])(?:もし)?(?:必要|よろしけれ|よけれ|良けれ|ご希望|お好み|希望|お望み|ご都合|都合|お好き|好き)"
    r"(?:が|で|な|の|ば|に|よ|良)|たければ|(?:私|こちら)が.*(?:ない|言わ)(?:限り|なければ)",
    "ko": r"(?<![가-힣][이가은는] )(?:원하|필요하|괜찮으|좋으|편하|마음에 들|싶으)(?:시)?(?:면|다면|신다면)|"
    r"(?:제가|내가) .*(?:않는 한|없으면)",
}


def _expression(language: Language) -> re.Pattern[str]:
    unspaced = _UNSPACED.get(language.code)
    if unspaced is not None:
        return re.compile(unspaced)
    its = _AT_WILL[language.code]
    # No word of Hindi or Arabic ends at a boundary that `\b` finds before a vowel sign.
    begins, ends = r"(?<![^\W\d_])", "" if language.code in ("hi", "ar") else r"(?![^\W\d_])"
    persons = rf"(?:(?:{its.persons})(?:\s|(?<=')))*"
    wish = rf"(?:{its.ifs})(?:,?\s|(?<=')){persons}(?:{its.wills}){ends}(?!\s(?:{its.things})(?![^\W\d_]))"
    return re.compile(rf"{begins}(?:{wish}|{its.unless})")


_WISHED: Mapping[str, re.Pattern[str]] = ByLanguage(_expression)


def depends_on_wish(text: str) -> bool:
    """Whether what a sentence allows depends on nothing but what those want or need who talk to each other."""
    line = text.lower().replace("’", "'")
    return any(_WISHED[language.code].search(line) is not None for language in languages_in(line))
