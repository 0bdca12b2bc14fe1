"""The mood of what is not so, and would be welcome: `A short list would help.`"""

import re
from collections.abc import Mapping

from compactd.extractive.languages import Language
from compactd.extractive.languages.by_language import ByLanguage
from compactd.extractive.languages.choice import languages_in

_EXPRESSIONS: Mapping[str, str] = {
    "en": r"^(?!(?:that|this|it|we|you|he|she|they|there|who|what)\b)(?!.*\b(?:would|could|should) have\b).*"
    r"\b(?:would (?:\w+ly |also |just )?(?:help|save|suit|come in|do (?:me|us|nicely|the trick|wonders|fine)|"
    r"make (?:my|our|all the|things|life|it)|go a long way|mean|be (?:(?:so|very|really|most|just|a|an|the|my) )*"
    r"(?:great|good|nice|useful|helpful|handy|welcome|lovely|ideal|perfect|fine|wonderful|fantastic|brilliant|"
    r"better|best|appreciated|enough|worth|plus|bonus|blessing|godsend|lifesaver|relief|help|start|dream))|"
    r"could do with)\b|^(?:i|we)(?: would|'d) (?:\w+ly )?(?:love|like|prefer|appreciate|need|welcome)\b",
    "de": r"^(?!(?:das|dies\w*|es|wir|er|sie|du|da)\b)(?!.*\b(?:gewesen|geworden)\b).*"
    r"(?:\b(?:wäre|wären)\b.*\b(?:gut|toll|schön|super|nett|prima|hilfreich|nützlich|praktisch|ideal|perfekt|klasse|"
    r"wert|recht|willkommen|besser|fein|wunderbar|großartig|spitze|fällig|nötig|dran|hilfe|segen|traum|lieb)\b|"
    r"\b(?:käme|kämen|täte|täten)\b.*\b(?:recht|gelegen|gut|not)\b|\b(?:müsste|müssten|gehörte|gehörten|hülfe|hülfen)\b|"
    r"\b(?:würde|würden)\b.*\b(?:helfen|weiterhelfen|retten|erleichtern|ersparen|nützen|reichen|genügen|passen)\b)",
    "fr": r"^(?!(?:ça|ce|c'|cela|il|elle|on|tu|vous|ils|elles)\b)(?!.*\b(?:au|se)raient? \w+é\b).*"
    r"(?:\b(?:aiderait|aideraient|arrangerait|arrangeraient|sauverait|sauveraient|suffirait|faudrait|faciliterait|"
    r"servirait|conviendrait|dépannerait|simplifierait)\b|\bserai(?:t|ent)\b.*\b(?:bien\w*|utiles?|parfait\w*|idéal\w*|"
    r"super|pratiques?|précieu\w+|génia\w+|top|appréci\w+|chouettes?|nécessaires?|mieux|aide|cadeau)\b|"
    r"\bferai(?:t|ent)\b.*\b(?:bien|plaisir|affaire)\b|\b(?:viendrai|tomberai)(?:t|ent)\b.*\b(?:bien|point|pic)\b)",
    "es": r"^(?!(?:eso|esto|él|ella|ellos)\b)(?!.*\b(?:habría|hubiera)n?\b).*"
    r"(?:\b(?:ayudaría|serviría|salvaría|bastaría|facilitaría|convendría|ahorraría|haría falta|caería|solucionaría|"
    r"agradecería)n?\b|\b(?:vendría|iría|estaría)n? (?:\w+ )?(?:bien|genial|perfecto|fenomenal|de perlas)\b|"
    r"\bsería\w*\b.*\b(?:útil\w*|bueno?s?|buena|genial\w*|ideal\w*|perfect[oa]s?|maravillos[oa]|estupend[oa]|ayuda|"
    r"mejor|alivio|práctic[oa]|necesari[oa]s?)\b|\bme (?:encantaría|gustaría)n?\b)",
    "pt": r"^(?!(?:isso|isto|ele|ela|eles|a gente)\b)(?!.*\bteriam?\b).*"
    r"(?:\b(?:ajudaria|salvaria|serviria|bastaria|facilitaria|pouparia|resolveria|agradeceria)m?\b|"
    r"\b(?:viria|cairia|iria|ficaria|faria)m? (?:\w+ )?(?:bem|jeito|falta|a calhar|ótimo)\b|"
    r"\bseria\w*\b.*\b(?:útil|úteis|bom|boa|ótim[oa]|óptim[oa]|ideal|perfeit[oa]|legal|maravilh\w+|ajuda|melhor|alívio|"
    r"prátic[oa]|mão na roda|necessári[oa]|bem-vind[oa])\b|^(?:eu )?(?:gostaria|adoraria)\b)",
    "it": r"^(?!(?:questo|quello|lui|lei|loro|ciò)\b)"
    r"(?!.*\b(?:sa|av)rebbe(?:ro)? (?:stat|\w+t[oaie]\b)).*"
    r"(?:\b(?:aiuter|servir|salver|baster|faciliter|giover|occorrer|bisogner|risparmier|andr)ebbe(?:ro)?\b|"
    r"\b(?:far|verr|torner|cadr)ebbe(?:ro)? (?:\w+ )?(?:comodo|bene|utile|utili|piacere|a pennello)\b|"
    r"\bsarebbe(?:ro)?\b.*\b(?:util\w+|bell[oaie]?|ottim[oaie]|ideale|perfett[oaie]|comod[oaie]|grande|meglio|aiuto|"
    r"sollievo|manna|gradit[oaie]|bene|necessari[oaie]|l'ideale)\b|\bci (?:vorr|star)ebbe(?:ro)?\b)",
    "ru": r"^(?!(?:это|он|она|они)\b)(?=.*\b(?:бы|б)\b).*"
    r"(?:\bне (?:по)?меша\w+|\b(?:при|с)?годил\w+|помог(?:ла?|ло|ли)?\b|\bспас(?:ла?|ло|ли)?\b|\bвыручил\w*|"
    r"\bхоте(?:лось|л|ла)\b|\b(?:хорошо|здорово|неплохо|отлично|замечательно|идеально|кстати|полезн\w+|удобно|лучше|"
    r"нужн\w+|надо|пора|стоило|хватило|облегчил\w*|упростил\w*|пригодил\w*|устроил\w*|не повредил\w*)\b)",
    "ar": r"(?:كم أتمنى|أتمنى|ليت|حبذا|يا ليت|لو أن|لو كان)",
    "hi": r"(?:ता|ती|ते) तो (?:अच्छा|बढ़िया|बेहतर|ठीक|मदद|आसान)|(?:जाए|जाएँ|हो) तो (?:अच्छा|बढ़िया|बेहतर|मदद)",
    "zh": r"(?:要是|如果|能).*就(?:好|太好|行|方便|帮大忙|省事)|最好(?:能|可以)",
    "ja": r"(?:と|たら|れば|なら)(?:、)?(?:助かる|助かり|嬉しい|うれしい|ありがたい|いい(?:な|の|んだ|です)|幸い)",
    "ko": r"(?:면|으면) (?:좋겠|좋을|고맙|감사|편하|도움)",
}
"""By the code of each language, over lower case: what says in that mood that something helps, is good or is needed, and
nothing of what would have been. What somebody would feel, say or do is no wish (`My old boss would love it`), and a
pronoun stands for something said before (`That would be good`)."""

_PERSONS: Mapping[str, str] = {
    "en": r"(?:nobody|no one|anyone|anybody|everyone|everybody|someone|somebody|people|"
    r"my (?:\w+ )?(?:m[uo]m|mother|dad|father|sister|brother|aunt|uncle|gran\w*|wife|husband|son|"
    r"daughter|boss|friends?|neighbou?rs?|colleagues?))",
    "de": r"(?:niemand|keiner|jeder|jemand|alle|mein\w* (?:\w+ )?(?:oma|opa|mutter|mama|vater|papa|"
    r"schwester|bruder|tante|onkel|frau|mann|sohn|tochter|chef\w*|freund\w*|nachbar\w*|kolleg\w*))",
    "fr": r"(?:personne|tout le monde|quelqu'un|m(?:a|on|es) (?:\w+ )?(?:mère|père|sœur|frère|tante|oncle|"
    r"grand-\w+|femme|mari|fils|fille|chef|patronn?e?|ami\w*|voisin\w*|collègue\w*))",
    "es": r"(?:nadie|cualquiera|todos|todo el mundo|alguien|mis? (?:\w+ )?(?:madre|padre|herman[oa]|"
    r"t[íi][oa]|abuel[oa]|mujer|marido|hij[oa]|jef[ea]|amig[oa]|vecin[oa]|colegas?))",
    "pt": r"(?:ninguém|qualquer um|todos|todo mundo|alguém|(?:[oa] )?(?:minha|meu) (?:\w+ )?(?:mãe|pai|"
    r"irmã|irmão|tia|tio|av[óô]|mulher|marido|filh[oa]|chefe|amig[oa]|vizinh[oa]|colega))",
    "it": r"(?:nessuno|chiunque|tutti|qualcuno|(?:la |il )?mi[ao] (?:\w+ )?(?:madre|padre|mamma|papà|"
    r"sorella|fratello|zi[ao]|nonn[ao]|moglie|marito|figli[ao]|cap[oa]|amic[oa]|vicin[oa]|collega))",
    "ru": r"(?:никто|любой|каждый|все|кто-то|(?:мо[йя] )?(?:мама|мать|папа|отец|сестра|брат|т[её]тя|дядя|"
    r"бабушка|дед\w*|жена|муж|сын|дочь|начальни\w+|друг|подруга|сосед\w*|коллега))",
}
"""By the code of a language: whoever would feel, say or do it, at the beginning of a sentence."""


def _welcome(language: Language) -> re.Pattern[str]:
    persons, expression = _PERSONS.get(language.code), _EXPRESSIONS[language.code]
    return re.compile(rf"^(?!{persons}\b)(?:{expression})" if persons else expression)


_WELCOME: Mapping[str, re.Pattern[str]] = ByLanguage(_welcome)


def would_be_welcome(text: str) -> bool:
    """Whether a sentence says of something that it would be welcome, or would have to become so."""
    line = text.lower().replace("’", "'")
    return any(_WELCOME[language.code].search(line) is not None for language in languages_in(text))
