"""The case that a sentence confines itself to: `For the title, English is fine.`"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from compactd.extractive.languages.by_language import ByLanguage
from compactd.extractive.languages.choice import languages_in

_FIRST: Mapping[str, str] = {
    "en": r"^(?:(?:and|but|only|just|except|though|however),? )*(?:for|in|on|at|within|during) "
    r"(?!(?:now|me|us|all|any|every|general|future|fact|case|example|addition|reflection|"
    r"the (?:future|meantime|end))\b)"
    r"(?P<case>[^,;:.]{2,40}?)(?:,| (?=(?:you|we|it|i|they|please|use|write)\b))",
    "de": r"^(?:(?:und|aber|nur|außer|jedoch) )*(?:für|in|im|bei|beim|auf|an|am|zum|zur|während) "
    r"(?!(?:mich|uns|mir|zukunft|jetzt|allgemeinen|moment|ordnung|fall|jede[mnrs]?|alle[nrs]?)\b)"
    r"(?P<case>[^,;:.]{2,40}?)(?:,| (?=(?:ist|sind|darf\w*|dürf\w+|kann\w*|könn\w+|geht|gehen|reich\w+|pass\w+|"
    r"nimm|schreib\w*|verwend\w+|benutz\w+|bitte)\b))",
    "fr": r"^(?:(?:et|mais|seulement|sauf) )*(?:pour|dans|sur|en|au|aux|à|lors de|pendant) "
    r"(?!(?:moi|nous|tous|toutes|tout|l'avenir|général|fait|cas)\b)"
    r"(?P<case>[^,;:.]{2,40}?)(?:,| (?=(?:tu|vous|on|c'est|ça|il|utilise\w*)\b))",
    "es": r"^(?:(?:y|pero|solo|sólo|salvo|excepto) )*(?:para|en|con|durante) "
    r"(?!(?:mí|nosotros|todo\w*|general|adelante|realidad|caso|cuanto)\b)"
    r"(?P<case>[^,;:.]{2,40}?)(?:,| (?=(?:está|están|vale|puede\w*|usa\w*|se|sí|va|van)\b))",
    "pt": r"^(?:(?:e|mas|só|somente|exceto) )*(?:para|em|no|na|nos|nas|durante) "
    r"(?!(?:mim|nós|tod\w+|geral|futuro|caso|diante)\b)"
    r"(?P<case>[^,;:.]{2,40}?)(?:,| (?=(?:pode\w*|está|estão|tudo|use|usa|serve|vale)\b))",
    "it": r"^(?:(?:e|ma|solo|soltanto|tranne) )*(?:per|in|nel|nello|nella|nei|nelle|negli|su|sul|sulla|con|durante) "
    r"(?!(?:me|noi|tutt\w+|generale|futuro|realtà|caso|ora)\b)"
    r"(?P<case>[^,;:.]{2,40}?)(?:,| (?=(?:va|vanno|puoi|può|potete|possono|usa\w*|si|basta)\b))",
    "ru": r"^(?:(?:а|но|и|только|кроме) )*(?:для|в|во|на|при) "
    r"(?!(?:меня|нас|всех|всего|общем|будущем|принципе|случае)\b)"
    r"(?P<case>[^,;:.]{2,40}?)(?:,| (?=(?:можно|можешь|можете|подойд\w+|годи\w+|пусть|пиши\w*|используй\w*|"
    r"допустим\w*|разреш\w+|пойд\w+)\b))",
    "ar": r"^(?:و|لكن )?(?:بالنسبة (?:إلى |ل)|في |عند |ل)(?P<case>\S{3,}(?: \S+)?)[،, ]"
    r"(?=.*(?:يمكن|يجوز|مقبول|لا بأس|مسموح|لا مانع|يكفي|تكفي))",
    "hi": r"^(?!(?:अब|आगे|जवाब|उत्तर)\b)(?P<case>[^,।]{2,30}?) (?:के लिए|में|पर)(?=[ ,])"
    r"(?=.*(?:सकत|चल(?:ेगा|ेगी|ेंगे)|ठीक|चलता|छूट|मंज़ूर))",
    "zh": r"^(?:但是?|不过|只有|仅)?(?:对于?|在|关于|至于)?(?!现在|以后|今后|从|这次|回答|回复|都)"
    r"(?P<case>[^，。；：、]{2,12}?)(?:里|中|上|时|的时候)?，?(?:可以|能|允许|例外)",
    "ja": r"^(?:ただし|でも|ただ|なお)?、?(?!今後|これから|以後|今|もう|回答|返事|返信|答え|全部|すべて)"
    r"(?P<case>[^、。]{2,14}?)(?:については|に関しては|では|には|だけは|は)、?"
    r"(?=.*(?:[構か]いません|[構か]わない|かまいません|かまわない|いいです|大丈夫|[てで]もいい|可能|許可|問題))",
    "ko": r"^(?:단|다만|하지만|그런데)?,? ?(?!이제|앞으로|지금|답변|대답|답장|모두|전부)"
    r"(?P<case>[^,.]{1,16}?)(?:에서는|에는|에선|만은|은|는|만|에서|에) "
    r"(?=.*(?:됩니다|돼요|되고|괜찮|좋습니다|가능|허용|상관없))",
}
"""By the code of each language, over lower case: what a sentence begins with that says for what case it is so. For
somebody who speaks, in general or from now on is no case."""

_LE = r"(?:le |la |les |l'|ce |cette |ces |notre |nos |mon |ma |mes )"
_EL = r"(?:el|la|los|las|est[aeo]s?|nuestr\w+|mis?|tus?|sus?)"
_IL = r"(?:il |lo |la |l'|i |gli |le |quest[oaie] )"

_LATER: Mapping[str, str] = {
    "en": r"^(?:the|this|that|these|those|our|my|your|his|her|their) (?P<subject>[^,;:.]{2,30}?) (?:may|can)\b|"
    r" (?:for|in|on|at|within|during) (?:the|this|that|these|those|our|my|your|his|her|their) "
    r"(?P<case>[^,;:.]{2,30})[.!]?$",
    "de": r"^(?:der|die|das|dies\w+|unser\w*|mein\w*|dein\w*) (?P<subject>[^,;:.]{2,30}?) (?:darf|dürfen)\b|"
    r" (?:für|im|in|beim|bei|am|zum|zur) (?:(?:den|der|dem|das|die|dies\w+|unser\w+|mein\w+) )?"
    r"(?P<case>[^,;:. ]{3,30})(?: (?:erlaubt|okay|ok|in ordnung|verwenden|benutzen|schreiben|nehmen))?[.!]?$",
    "fr": rf"^{_LE}(?P<subject>[^,;:.]{{2,30}}?) (?:peut|peuvent)\b|"
    rf"\b(?:peux|peut|pouvez|convien\w+|permis\w*|possibles?|d'accord|bon|vont?)\b.* (?:pour|dans|sur) {_LE}"
    r"(?P<case>[^,;:.]{2,30})[.!]?$",
    "es": rf"^{_EL} (?P<subject>[^,;:.]{{2,30}}?) (?:puede|pueden)\b|"
    rf"\b(?:puede\w*|está|están|vale|permit\w+|bien)\b.* (?:para|en) {_EL} "
    r"(?P<case>[^,;:.]{2,30})[.!]?$",
    "pt": r"^(?:[oa]s?|ess[ae]s?|est[ae]s?|noss[oa]s?|meus?|minhas?) (?P<subject>[^,;:.]{2,30}?) (?:pode|podem)\b|"
    r"\b(?:pode\w*|tudo bem|vale|permit\w+|aceit\w+|serve)\b.* (?:para [oa]s?|n[oa]s?|ness[ae]s?|nest[ae]s?) "
    r"(?P<case>[^,;:.]{2,30})[.!]?$",
    "it": rf"^{_IL}(?P<subject>[^,;:.]{{2,30}}?) (?:può|possono)\b|"
    rf"\b(?:puoi|può|potete|possono|va|vanno|permess\w+|ammess\w+)\b.* (?:per {_IL}|ne(?:l|llo|lla|i|lle|gli) |nell'|"
    r"su(?:l|llo|lla|i|lle|gli) )"
    r"(?P<case>[^,;:.]{2,30})[.!]?$",
    "ru": r"^(?P<subject>[^,;:. ]{3,30}) (?:может|могут|можно)\b|"
    r"\b(?:можно|допустим\w*|подойд\w+|годи\w+|разреш\w+)\b.* (?:для|в|на|при) (?P<case>[^,;:.]{3,30})[.!]?$",
}
"""The same of languages whose words stand apart: what says so behind what is so, or is the subject of what may be."""


class Case(NamedTuple):
    """What a sentence confines itself to, and whether it `leads`, that is, says so before anything else."""

    text: str
    leads: bool


_FIRSTS: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(_FIRST[language.code]))
_LATERS: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(_LATER.get(language.code, r"(?!)")))


def case_of(text: str) -> Case | None:
    """The case that a sentence is about; None where it says of none."""
    line = text.lower().replace("’", "'")
    for language in languages_in(line):
        first = _FIRSTS[language.code].match(line)
        if first is not None:
            return Case(first["case"], leads=True)
        later = _LATERS[language.code].search(line)
        if later is not None:
            return Case(later["case"] or later["subject"], leads=False)
    return None
