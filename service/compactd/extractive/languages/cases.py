"""The case that a sentence confines itself to: `For the title, English is fine.`

Only what allows something, or says in so many words that it is about one case, is an exception. `At the client's
request, use euros` orders, and `in our chats, English is fine` is about all that is said: both replace what was so.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from compactd.extractive.languages.by_language import ByLanguage
from compactd.extractive.languages.choice import languages_in

_ALLOWS: Mapping[str, str] = {
    "en": r"\b(?:(?<!if you )(?<!if we )(?:may|can|could)(?!')|fine|okay|ok|alright|allowed|permitted|acceptable|"
    r"welcome|free to|enough|suffice\w*|will do|no problem|doesn't matter|don't mind|no objections?)\b",
    "de": r"\b(?:dar[fst]\w*|dürf\w+|kann\w*|könn\w+|erlaubt|in ordnung|okay|ok|egal|ruhig|zulässig|gestattet|"
    r"geht|gehen|reich\w+|pass\w+|nichts dagegen)\b",
    "fr": r"\b(?:peu[xt]|peuvent|pouv(?:ez|ons)|permis\w*|autoris\w+|accept\w+|convien\w+|possibles?|d'accord|"
    r"c'est bon|ça va|suffi\w+)\b",
    "es": r"\b(?:puede\w*|podemos|permit\w+|está bien|están bien|vale|basta\w*|sin problema|acept\w+)\b",
    "pt": r"\b(?:pode\w*|permit\w+|tudo bem|está bem|vale|serve|basta\w*|sem problema|aceit\w+)\b",
    "it": r"\b(?:puoi|può|possiamo|potete|possono|permess\w+|ammess\w+|va bene|vanno bene|basta\w*|nessun problema)\b",
    "ru": r"\b(?:можно|можешь|можете|может|можем|могут|допустим\w*|разреш\w+|подойд\w+|годи\w+|пойд\w+|не против)\b",
    "ar": r"(?:يمكن|يجوز|سمح|مقبول|لا بأس|مسموح|لا مانع|يكفي|تكفي)",
    "hi": r"(?:सकत|चल(?:ेगा|ेगी|ेंगे)|ठीक|चलता|छूट|मंज़ूर)",
    "zh": r"(?<![不没])(?:可以|能|允许|例外)",
    "ja": r"(?:[構か]いません|[構か]わない|かまいません|かまわない|いいです|大丈夫|[てで]もいい|可能|許可|問題)",
    "ko": r"(?:됩니다|돼요|되고|괜찮|좋습니다|가능|허용|허락|상관없)",
}
"""What allows something, over lower case."""

_FIRST: Mapping[str, str] = {
    "en": r"^(?:(?:and|but|only|just|except|though|however),? )*(?:for|in|on|at|within|during) "
    r"(?!(?:now|me|us|all|any|every|general|future|fact|case|example|addition|reflection|"
    r"the (?:future|meantime|end))\b)"
    r"(?P<case>[^,;:.]{2,40}?)(?:,| (?=(?:you|we|it|i|they|please|use|write)\b))",
    "de": r"^(?:(?:und|aber|nur|außer|jedoch) )*(?:für|in|im|bei|beim|auf|an|am|zum|zur|während) "
    r"(?!(?:mich|uns|mir|zukunft|jetzt|allgemeinen|moment|ordnung|fall|jede[mnrs]?|alle[nrs]?)\b)"
    r"(?P<case>[^,;:.]{2,40}?)(?:,| (?=(?:ist|sind|darf\w*|dürf\w+|kann\w*|könn\w+|geht|gehen|reich\w+|pass\w+|"
    r"nimm|antwort\w*|schreib\w*|verwend\w+|benutz\w+|bitte)\b))",
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
    "ar": rf"^(?:و|لكن )?(?:بالنسبة (?:إلى |ل)|في |عند |ل)(?P<case>\S{{3,}}(?: \S+)?)[،, ](?=.*{_ALLOWS['ar']})",
    "hi": rf"^(?!(?:अब|आगे|जवाब|उत्तर)\b)(?P<case>[^,।]{{2,30}}?) (?:के लिए|में|पर)(?=[ ,])(?=.*{_ALLOWS['hi']})",
    "zh": r"^(?:但是?|不过|只有|仅)?(?:对于?|在|关于|至于)?(?!现在|以后|今后|从|这次|回答|回复|都)"
    r"(?P<case>[^，。；：、]{2,12}?)(?:里|中|上|时|的时候)?，?(?:可以|能|允许|例外)",
    "ja": r"^(?:ただし|でも|ただ|なお)?、?(?!今後|これから|以後|今|もう|回答|返事|返信|答え|全部|すべて)"
    rf"(?P<case>[^、。]{{2,14}}?)(?:については|に関しては|では|には|だけは|は)、?(?=.*{_ALLOWS['ja']})",
    "ko": r"^(?:단|다만|하지만|그런데)?,? ?(?!이제|앞으로|지금|답변|대답|답장|모두|전부)"
    rf"(?P<case>[^,.]{{1,16}}?)(?:에서는|에는|에선|만은|은|는|만|에서|에) (?=.*{_ALLOWS['ko']})",
}
"""By the code of each language, over lower case: what a sentence begins with that says for what case it is so. For
somebody who speaks, in general or from now on is no case."""

_LE = r"(?:le |la |les |l'|ce |cette |ces |notre |nos |mon |ma |mes |une? |des )"
_EL = r"(?:el|la|los|las|est[aeo]s?|nuestr\w+|mis?|tus?|sus?|una?|un[oa]s)"
_IL = r"(?:il |lo |la |l'|i |gli |le |quest[oaie] |un[oa]? |un'|dei |delle |degli )"

_LATER: Mapping[str, str] = {
    "en": r"^(?:(?:the|this|that|these|those|our|my|your|his|her|their|an?|some) )?"
    r"(?!(?:i|you|we|they|he|she|it|one|that|this|these|those|there|people|no|none|all|every\w*|any\w*|nobody|"
    r"who|what|which|how|when|where|if|as|so|then|now)\b)(?P<subject>[^,;:.]{2,30}?) (?:may|can)\b|"
    r" (?:for|in|on|at|within|during) (?:the|this|that|these|those|our|my|your|his|her|their) "
    r"(?P<case>[^,;:.]{2,30})[.!]?$",
    "de": r"^(?:der|die|das|dies\w+|unser\w*|mein\w*|dein\w*|ein\w?) (?P<subject>[^,;:.]{2,30}?) (?:darf|dürfen)\b|"
    r" (?:für|im|in|beim|bei|am|zum|zur) (?:(?:den|der|dem|das|die|dies\w+|unser\w+|mein\w+) )?"
    r"(?P<case>[^,;:. ]{3,30})(?: (?:erlaubt|okay|ok|in ordnung|verwenden|benutzen|schreiben|nehmen))?[.!]?$",
    "fr": rf"^{_LE}(?P<subject>[^,;:.]{{2,30}}?) (?:peut|peuvent)\b|"
    rf"\b(?:peux|peut|pouvez|convien\w+|permis\w*|possibles?|d'accord|bon|vont?)\b.* (?:pour|dans|sur) {_LE}"
    r"(?P<case>[^,;:.]{2,30})[.!]?$",
    "es": rf"^{_EL} (?P<subject>[^,;:.]{{2,30}}?) (?:puede|pueden)\b|"
    rf"\b(?:puede\w*|está|están|vale|permit\w+|bien)\b.* (?:para|en) {_EL} "
    r"(?P<case>[^,;:.]{2,30})[.!]?$",
    "pt": r"^(?:[oa]s?|ess[ae]s?|est[ae]s?|noss[oa]s?|meus?|minhas?|uma?s?|uns) "
    r"(?P<subject>[^,;:.]{2,30}?) (?:pode|podem)\b|"
    r"\b(?:pode\w*|tudo bem|vale|permit\w+|aceit\w+|serve)\b.* (?:para [oa]s?|n[oa]s?|ness[ae]s?|nest[ae]s?) "
    r"(?P<case>[^,;:.]{2,30})[.!]?$",
    "it": rf"^{_IL}(?P<subject>[^,;:.]{{2,30}}?) (?:può|possono)\b|"
    rf"\b(?:puoi|può|potete|possono|va|vanno|permess\w+|ammess\w+)\b.* (?:per {_IL}|ne(?:l|llo|lla|i|lle|gli) |nell'|"
    r"su(?:l|llo|lla|i|lle|gli) )"
    r"(?P<case>[^,;:.]{2,30})[.!]?$",
    "ru": r"^(?!(?:я|ты|вы|мы|он[аио]?|это|вс[её]|так|тут|здесь|теперь|сейчас|снова|опять|больше|если|когда|впредь|"
    r"отныне)\b)(?P<subject>[^,;:.]{3,30}?) (?:может|могут|можно)\b|"
    r"\b(?:можно|допустим\w*|подойд\w+|годи\w+|разреш\w+)\b.* (?:для|в|на|при) (?P<case>[^,;:.]{3,30})[.!]?$",
}
"""The same of languages whose words stand apart: what says so behind what is so, or is the subject of what may be."""

_ONLY: Mapping[str, str] = {
    "en": r"^(?:(?:and|but),? )?(?:only|just|except) ",
    "de": r"^(?:(?:und|aber) )?(?:nur|außer) ",
    "fr": r"^(?:(?:et|mais) )?(?:seulement|sauf) ",
    "es": r"^(?:(?:y|pero) )?(?:solo|sólo|salvo|excepto) ",
    "pt": r"^(?:(?:e|mas) )?(?:só|somente|exceto) ",
    "it": r"^(?:(?:e|ma) )?(?:solo|soltanto|tranne) ",
    "ru": r"^(?:(?:а|но|и) )?(?:только|кроме) ",
}
"""What says in so many words that a sentence is about one case, so that it is, though it orders."""

_OF = re.compile(
    r" (?:of|for|with|to|from|that|which|des|der|von|vom|für|mit|zum|zur|de|du|del|della|dello|dei|di|do|da|dos|das|"
    r"avec|con|com|pour|para|per|que|qui|che|d'\S+) .*"
)
"""What a noun has behind it: `the rest of the project` is a rest."""

_NO_CASE: Mapping[str, str] = {
    "en": r"\b(?:rest|remainder|whole|entire|whatever|everything|future|being|time|moment|days?|weeks?|months?|years?|"
    r"today|tomorrow|sessions?|turns?|view|opinion|mind|eyes|experience|requests?|demand|orders?|instructions?|"
    r"behalf|advice|suggestion|accordance|agreement|line|light|response|keeping|reasons?|sake|purposes?|clarity|"
    r"understanding|\w+ability|convenience|simplicity|consistency|safety|comfort|better|principle|practice|theory|"
    r"way|contrast|short|particular)$",
    "de": r"\b(?:rest|ganze\w*|gesamte\w*|zeit|weile|heute|morgen|zukunft|folgenden|weiteren|meinung|ansicht|"
    r"erachtens|anweisung|wunsch|bitte|bitten|auftrag|anfrage|vorschlag|rat|absprache|einklang|grund|gründen|zweck|"
    r"\w+keit|\w*verständnis|klarheit|einfachheit|besten|liebsten|prinzip|grunde|praxis|übrigen|anschluss|ende)\b",
    "fr": r"\b(?:plus|reste|suite|ensemble|totalité|avenir|futur|moment|instant|jours?|temps|aujourd'hui|demain|"
    r"avis|opinion|demande|ordre|instructions?|conseil|accord|raisons?|clarté|lisibilité|compréhension|simplicité|"
    r"cohérence|principe|fond|pratique|réalité|mieux)\b",
    "es": r"\b(?:más|resto|totalidad|todo|futuro|momento|ahora|días?|tiempo|hoy|mañana|opinión|petición|pedido|orden|"
    r"instrucciones|solicitud|consejo|acuerdo|razones|motivos?|claridad|legibilidad|comprensión|sencillez|"
    r"coherencia|principio|fondo|práctica|mejor|adelante)\b",
    "pt": r"\b(?:mais|resto|restante|totalidade|todo|futuro|momento|agora|dias?|tempo|hoje|amanhã|opinião|pedido|"
    r"ordem|instruções|solicitação|conselho|acordo|razões|motivos?|clareza|legibilidade|compreensão|simplicidade|"
    r"coerência|princípio|fundo|prática|melhor|frente|diante)\b",
    "it": r"\b(?:più|maggiore?|resto|totalità|tutto|futuro|momento|ora|giorni|tempo|oggi|domani|opinione|parere|"
    r"richiesta|ordine|istruzioni|consiglio|accordo|ragioni|motiv[oi]|chiarezza|leggibilità|comprensione|semplicità|"
    r"coerenza|principio|fondo|pratica|meglio|avanti)\b",
    "ru": r"\b(?:остально\w+|дальнейш\w+|будущ\w+|врем\w+|момент\w*|дн\w{1,2}|сегодня|завтра|просьб\w+|мнени\w+|"
    r"указани\w+|запрос\w*|причин\w+|ясност\w+|понятност\w+|понимани\w+|удобств\w+|простот\w+|целом|"
    r"принцип\w*|лучш\w+|больш\w+)\b",
    "ar": r"مستقبل|وضوح|طلب|بقية|باقي|رأي|الواقع|الحقيقة|النهاية|فهم|وقت|الآن|اليوم|الغد|الأيام",
    "hi": r"भविष्य|बाकी|बाक़ी|स्पष्टता|समझ|अनुरोध|राय|समय|दिन|आज|कल|सुविधा|वास्तव",
    "zh": r"为了?|应|按|根据|将来|未来|接下来|往后|剩下|其余|整个|今天|明天|时间|目前|其实|原则|意见|要求|你|您|我们?$",
    "ja": r"ため|次|将来|残り|全体|時間|今日|明日|意見|要望|依頼|指示|基本|原則|実際",
    "ko": r"다음|이후|향후|미래|나머지|전체|시간|오늘|내일|의견|요청|지시|위해|기본|원칙|사실",
}
"""What is no case: a time, a reason, an opinion, a request, a purpose, or the rest."""

_THE_WHOLE = re.compile(
    r"(?:(?:the|this|these|our|my|your|das|dies\w+|unser\w*|den|dem|la|le|les|l'|cet?|cette|ces|notre|nos|el|los|las|"
    r"est[aeo]s?|nuestr\w+|[oa]s?|ness[ae]s?|noss[oa]s?|quest[oaie]|il|lo|i|gli|nostr[oaie]|этот|этого|эт[аойму]+|"
    r"наш\w*|इस|हमारी|हमारे|这个?|我们的|この|私たちの|이번|이|우리) ?)?"
    r"(?:chats?|conversations?|talks?|discussions?|dialog(?:ue)?s?|messages?|replies|responses|answers?|projects?|"
    r"unterhaltung\w*|gespräch\w*|nachrichten|antworten|projekt\w*|discussions?|échanges?|messages|réponses?|"
    r"projets?|conversaci\w+|charlas?|mensajes|respuestas?|proyectos?|convers[ao]\w*|bate-papos?|mensagens|respostas?|"
    r"projetos?|messaggi|rispost[ae]|progett[oi]|чат\w*|разговор\w*|беседы?|переписк\w+|сообщени\w+|ответ\w*|"
    r"проект\w*|\S*محادثا?ت?(?:نا)?|\S*مشروع|\S*ردود|\S*رسائل|बातचीत|चैट|परियोजना|प्रोजेक्ट|संदेशों|聊天|对话|项目|消息|"
    r"チャット|会話|プロジェクト|やり取り|대화|채팅|프로젝트|메시지)[،,]?"
)
"""What is all that is said: the talk itself, and the work that it is about."""


class Case(NamedTuple):
    """What a sentence confines itself to, and whether it `leads`, that is, says so before anything else."""

    text: str
    leads: bool


_FIRSTS: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(_FIRST[language.code]))
_LATERS: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(_LATER.get(language.code, r"(?!)")))
_ALLOWING: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(_ALLOWS[language.code]))
_ONLYS: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(_ONLY.get(language.code, r"(?!)")))
_NO_CASES: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(_NO_CASE[language.code]))


def case_of(text: str) -> Case | None:
    """The case that a sentence allows something for, or says that it is only about; None where it says of none."""
    return next((case for code, case in _cases(text) if not _is_no_case(code, case)), None)


def allows(text: str) -> bool:
    """Whether a text says of something that it may be so."""
    line = text.lower().replace("’", "'")
    return any(_ALLOWING[language.code].search(line) for language in languages_in(text))


def general_of(text: str) -> str | None:
    """What a sentence that allows something says it for, where that is no case: all that is said, a time, a reason."""
    found = [*_cases(text)]
    return found[0][1].text if found and all(_is_no_case(*one) for one in found) else None


def _cases(text: str) -> Iterable[tuple[str, Case]]:
    """What a sentence that may make an exception says that it is about, and the language in which it does."""
    line = text.lower().replace("’", "'")
    for language in languages_in(text):
        code = language.code
        if _ALLOWING[code].search(line) is None and _ONLYS[code].match(line) is None:
            continue
        first = _FIRSTS[code].match(line)
        if first is not None:
            yield code, Case(first["case"], leads=True)
        later = _LATERS[code].search(line)
        if later is not None:
            yield code, Case(later["case"] or later["subject"], leads=False)


def _is_no_case(code: str, case: Case) -> bool:
    named = _OF.sub("", case.text)
    return _NO_CASES[code].search(named) is not None or _THE_WHOLE.fullmatch(case.text) is not None
