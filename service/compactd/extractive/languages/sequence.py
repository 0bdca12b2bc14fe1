"""The words by which people put one thing after another: what is added to a request, joined to it, or done later."""

from collections.abc import Mapping
from typing import NamedTuple


class Sequel(NamedTuple):
    """Of one language, as expressions over lower case. `adds` matches how a sentence begins that names one thing more
    and needs no verb for it (`and then a short text`); `joins` what stands between two things that are asked for in one
    sentence; `later`, found anywhere, what says that something is still to come, and `then` that a request comes after
    others. `instead` matches how a sentence begins that takes back the one before it (`no, better the train`);
    `pending`, found anywhere, what says that something is not so yet, and `absent` that it is not so for now (`I can't
    reach them now`), which answers who asked whether it is so."""

    adds: str
    joins: str
    later: str
    then: str
    instead: str
    pending: str
    absent: str


AND = frozenset(("and", "und", "et", "y", "e", "и", "और", "そして", "그리고", "而且", "另外"))
"""Words by which a sentence begins that goes on with what was said, of all the languages, in lower case."""

AS_SOON_AS: Mapping[str, str] = {
    "en": r"\b(?:as soon as|once (?:the|they|it|he|she|i|we|you|that)\b)",
    "de": r"\bsobald\b",
    "fr": r"\b(?:dès que|dès (?:la|le|son|sa)|sitôt|aussitôt)\b",
    "es": r"\b(?:en cuanto|tan pronto|apenas)\b",
    "pt": r"\b(?:assim que|logo que|tão logo)\b",
    "it": r"\b(?:non )?appena (?!\w+t[oaie]\b)\b",
    "ru": r"\bкак только\b",
    "ar": "حالما|بمجرد|أول ما|ما إن",
    "hi": "जैसे ही|होते ही|आते ही|मिलते ही",
    "zh": "一(?:到|有|拿到|收到|开|出来).{0,8}就|等.{1,10}(?:就|再|了)",
    "ja": "次第(?:[、，]|に|ご|お|[一-龯])|たらすぐ",
    "ko": "[하되는오] ?는 ?대로|[하되오]는대로|면 바로|자마자",
}
"""Of each language, an expression for what says that something waits for something else, over lower case and found
anywhere: `as soon as the lock is released`."""

REMAINS: Mapping[str, str] = {
    "en": r"^(?:now (?:for|to|on to)|(?:only|just) the\b.*\bleft|leaves?\b|\w+ (?:to go|left)\W*$)",
    "de": r"^(?:(?:jetzt|nun|dann) (?:noch )?(?:der|die|das|den|zu[mr]?)\b|bleib(?:t|en)\b|fehl(?:t|en)\b)",
    "fr": r"^(?:rest(?:e|ent)\b|il (?:ne )?reste\b|(?:maintenant|place)(?: à)? (?:l[ea]s?|au|aux)\b|manque\w*\b)",
    "es": r"^(?:ahora (?:el|la|los|las)\b(?!.*\b(?:es|está|son|están|ha|han)\b)|queda[n]?\b|falta[n]?\b)",
    "pt": r"^(?:agora (?:o|a|os|as)\b(?!.*\b(?:é|está|são|estão|foi)\b)|(?:resta|falta|sobra)[m]?\b)",
    "it": r"^(?:(?:ora|adesso) (?:i|il|lo|la|gli|le)\b(?!.*\b(?:è|sono|ha|hanno)\b)|"
    r"(?:resta|manca|avanza)(?:no)?\b(?! all))",
    "ru": r"(?<!не )\bоста(?:лся|лось|лась|лись|[её]тся|ются)\b|^теперь (?:за|к)\b",
    "ar": "^(?:بقي|بقيت|يبقى|تبقى|باقي|والآن|الآن إلى)(?![ء-ي])",
    "hi": "बाक़ी|बाकी|बचा है|बचे हैं|बची है",
    "zh": "还剩|只剩|剩下|^(?:接下来|现在)(?:是|轮到)",
    "ja": "残り|残って|^(?:次は|あとは)",
    "ko": "남았|남은|^(?:이제|다음은) .*차례",
}
"""Of each language, an expression for a clause that says what is left to be done, over lower case."""

MORE: Mapping[str, str] = {
    "en": r"\b(?:else|more|further|other|another|any\w+)\b",
    "de": r"\b(?:noch|sonst|weiter\w*|ander\w+|mehr)\b",
    "fr": r"\b(?:autre|encore|plus|davantage)\b",
    "es": r"\b(?:otr[ao]s?|más|algo|además)\b",
    "pt": r"\b(?:outr[ao]s?|mais|algo|ainda)\b",
    "it": r"\b(?:altr[aoi]|ancora|qualcosa)\b",
    "ru": r"\b(?:ещё|еще|друг\w+|что-нибудь|чем-нибудь|чем-то)\b",
    "ar": "آخر|أخرى|غير ذلك|أي شيء|المزيد",
    "hi": "और|कुछ|दूसर|अन्य",
    "zh": "还有|其他|别的|更多|什么",
    "ja": "他に|ほかに|何か|もっと",
    "ko": "다른|더 |또 ",
}
"""Of each language, an expression for words by which somebody asks whether anything is wanted besides, over lower case
and found anywhere."""

SEQUELS: Mapping[str, Sequel] = {
    "en": Sequel(
        r"(?:and (?:then|also|next|finally|an?|the|some|one more|another)|then(?: there's)?|also|next(?: up)?|plus|"
        r"after that|lastly|finally)\b(?!.*\b(?:is|are|was|were|has|had|will|i|we|they|he|she)\b)",
        r"\b(?:and then|and also|and|then|plus)\b",
        r"\b(?:next|later|afterwards?|after (?:that|this|lunch)|in a (?:bit|moment|minute|while|second)|shortly|soon|"
        r"follows?|to follow|still to (?:do|come)|still (?:missing|outstanding|open)|remains?|up next)\b",
        r"\bthen\b",
        "(?:oh|ah|hm+|ok|okay)?,? ?(?:(?:actually,? )?no,? (?:wait|sorry|actually|better|rather|make|"
        "let's|it's|he|she|they)|actually,? no|wait,|scratch that|make (?:that|it)|or rather|i mean|"
        r"correction)\b",
        r"\b(?:not|no|nothing|nobody|none|haven't|hasn't|isn't|aren't|didn't)\b.*\byet\b|\bnothing so far\b|"
        r"\bstill (?:not?|nothing|waiting|missing|with (?:me|us|them))\b",
        r"\b(?:not|un(?:able|available|reachable|clear|known|resolved|decided|confirmed|finished|answered)|can't|cannot|"
        r"couldn't|isn't|doesn't|won't)\b.*\b(?:just now|right now|at the moment|for now|currently)\b",
    ),
    "de": Sequel(
        r"(?:und (?:dann|noch|außerdem|zuletzt|danach)|dann(?: noch)?|außerdem|als nächstes|danach|zum schluss|zuletzt)"
        r"\b(?!.*\b(?:ist|sind|war|waren|wird|werden|hat|haben|ich|wir|sie|er)\b)",
        r"\b(?:und dann|und|danach|dann|anschließend|sowie)\b",
        # `gleich, wer` and `gleich ob` say that it is all the same.
        r"\b(?:gleich(?!,? (?:ob|wer|wen|wem|wessen|was|wann|wo|woher|wohin|wie|welche[mnrs]?)\b)|nachher|"
        r"später|danach|anschließend|als nächste[srn]?|folgt|folgen|demnächst|bald|im anschluss|"
        r"(?:jetzt|nun|dann) kommt|kommt (?:noch|jetzt|gleich|dann|danach)|steht noch aus|"
        r"fehlt noch|noch offen)\b",
        r"\b(?:dann|jetzt noch|noch)\b",
        "(?:ach|ah|oh|äh|hm)?,? ?(?:(?:nein|nee),? (?:doch|lieber|warte|besser|moment|sorry)|"
        "doch (?:lieber|besser)|ach nein|oh nein|moment,|warte,|besser gesagt|korrektur|ich meine|"
        r"quatsch)\b",
        r"\b(?:noch|bisher|bislang) (?:immer )?(?:nicht|nichts|kein\w*|niemand)\b|\b(?:warte|warten) noch\b|"
        r"\b(?:ist|sind|liegt|liegen|steht|stehen|hängt|hängen) noch (?:offen|aus|in (?:arbeit|bearbeitung)|"
        r"un(?:klar|bekannt|geklärt|bestätigt|beantwortet|fertig|bezahlt|gelöst|entschieden))\b|"
        r"\b(?:liegt|liegen|hängt|hängen) noch beim?\b",
        r"\b(?:gerade|momentan|derzeit|zurzeit|aktuell|im (?:moment|augenblick))\b.*\b(?:nicht|nichts)\b",
    ),
    "fr": Sequel(
        r"(?:et (?:puis|aussi|ensuite|après|enfin)|puis|ensuite|aussi|après(?: ça)?|enfin)\b"
        r"(?!.*\b(?:est|sont|était|a|ont|sera|je|nous|ils|elle|il|on)\b)",
        r"\b(?:et puis|et|puis|ensuite)\b",
        r"\b(?:ensuite|après|plus tard|tout à l'heure|tout de suite|bientôt|à suivre|suivra|reste (?:à|encore)|"
        r"dans (?:un instant|un moment|la foulée)|prochaine étape)\b",
        r"\b(?:puis|alors|maintenant)\b",
        "(?:ah|oh|euh)?,? ?(?:non,? (?:plutôt|attends|attendez|pardon|finalement)|plutôt|pardon,|"
        r"enfin,? non|finalement|je veux dire)\b",
        r"\b(?:pas|rien|personne|aucune?) encore\b|\b(?:encore|toujours) (?:pas|rien|aucune?|personne)\b",
        r"\b(?:pas|rien|aucune?)\b.*\b(?:pour (?:l'instant|le moment)|en ce moment|actuellement|à ce jour)\b",
    ),
    "es": Sequel(
        r"(?:y (?:luego|después|también|además|por último)|luego|después|además|también|lo siguiente|por último)\b"
        r"(?!.*\b(?:es|son|está|están|era|ha|han|será|yo|nosotros)\b)",
        r"\b(?:y luego|y después|y|luego|después)\b",
        r"\b(?:luego|después|más tarde|a continuación|enseguida|en seguida|en breve|falta(?:n)?|queda(?:n)? por|"
        r"pendiente|próximo paso|ahora (?:llamo|toca|viene|voy)|sigue)\b",
        r"\b(?:entonces|ahora|luego)\b",
        "(?:ay|ah|uy)?,? ?(?:no,? (?:mejor|perdón|espera|perdona)|mejor|perdón,|o mejor|mejor dicho|"
        r"quiero decir)\b",
        r"\b(?:todavía|aún|por ahora|de momento|hasta ahora) (?:no|nada|nadie|sin)\b|\b(?:no|nada|nadie)\b.*"
        r"\b(?:todavía|aún)\b|\bsigue sin\b",
        r"\b(?:no|nada|nadie)\b.*\b(?:por (?:ahora|el momento)|de momento|ahora mismo)\b",
    ),
    "pt": Sequel(
        r"(?:e (?:depois|também|ainda|por fim)|depois|também|além disso|a seguir|por fim)\b"
        r"(?!.*\b(?:é|são|está|estão|era|foi|há|será|eu|nós)\b)",
        r"\b(?:e depois|e em seguida|e|depois|em seguida)\b",
        r"\b(?:a seguir|depois|mais tarde|logo|em seguida|em breve|falta(?:m)?|próximo passo|agora (?:falta|vem|vou)|"
        r"pendente)\b",
        r"\b(?:então|agora|depois)\b",
        "(?:ah|ai|ops)?,? ?(?:não,? (?:melhor|espera|desculpa|desculpe|aliás)|melhor|aliás|ou melhor|"
        r"quer dizer)\b",
        r"\b(?:ainda|por enquanto|até agora) (?:não|nada|ninguém|sem)\b|\b(?:não|nada|ninguém)\b.*\b(?:ainda|"
        r"até agora)\b|\b(?:segue|continua) sem\b",
        r"\b(?:não|nada|ninguém)\b.*\b(?:por enquanto|no momento|agora mesmo)\b",
    ),
    "it": Sequel(
        r"(?:e (?:poi|anche|dopo|infine)|poi|dopo|inoltre|infine|anche)\b"
        r"(?!.*\b(?:è|sono|era|erano|ha|hanno|sarà|io|noi)\b)",
        r"\b(?:e poi|e|poi|dopo)\b",
        r"\b(?:dopo|poi|più tardi|in seguito|a breve|tra poco|fra poco|manca(?:no)?|tocca (?:a|al|allo|alla)|segue|"
        r"prossimo passo|resta da)\b",
        r"\b(?:allora|adesso|poi)\b",
        r"(?:ah|oh|ops)?,? ?(?:no,? (?:meglio|anzi|aspetta|scusa|scusi)|anzi|meglio|o meglio|cioè)\b",
        r"\b(?:ancora|finora|per ora|al momento) (?:non|niente|nulla|nessun\w*|senza)\b|"
        r"\b(?:non|niente|nulla|nessun\w*)\b.*\b(?:ancora|finora)\b",
        r"\b(?:non|niente|nulla|nessun\w*)\b.*\b(?:per ora|al momento|in questo momento)\b",
    ),
    "ru": Sequel(
        r"(?:и (?:ещё|еще|потом|наконец)|а? ?(?:ещё|еще)|потом|затем|далее|также|следующее|наконец)\b"
        r"(?!.*\b(?:был|была|было|были|есть|будет|я|мы|он|она|они)\b)",
        r"\b(?:и потом|а потом|и|потом|затем)\b",
        r"\b(?:следом|потом|позже|затем|далее|дальше|вскоре|скоро|чуть погодя|после этого|"
        r"на очереди|очередь)\b",
        r"\b(?:тогда|теперь|потом)\b",
        r"(?:ой|ах|а)?,? ?(?:нет,? (?:лучше|стоп|погоди|извини|подожди)|лучше|точнее|вернее|то есть)\b",
        r"\b(?:пока|ещё|еще|до сих пор) (?:что )?(?:не|нет|ничего|никто|никаких|тишина)\b|\bне\b.*\bпока\b",
        r"\bне\b.*\bсейчас\b|\bсейчас\b.*\b(?:не|нет)\b",
    ),
    "ar": Sequel(
        "(?:ثم|بعد ذلك|بعدها|وأيضا|أيضا|وأخيرا|أخيرا|كذلك|وكذلك)(?![ء-ي])",
        " (?:ثم|وبعدها) |، و(?=[ء-ي])| و(?=ا(?!ل)[ء-ي]{3,}(?<!ه)(?<!ها) [ء-ي]|(?:متى|أين|كيف|كم|ماذا|هل|لماذا) )",
        "(?<![ء-ي])(?:و?بعدها|و?بعد ذلك|لاحقا|ثم|قريبا|بعد قليل|يتبقى|تبقى|يبقى|(?:والآن )?دور|التالي)(?![ء-ي])",
        "(?<![ء-ي])(?:ثم|الآن|إذن)(?![ء-ي])",
        "(?:لا،? (?:بل|عفوا|انتظر)|بل|أو بالأحرى|أقصد)(?![ء-ي])",
        "(?<![ء-ي])(?:لم|لا|ليس|ما)(?![ء-ي]).*(?:بعد|حتى الآن)(?![ء-ي])|"
        "(?<![ء-ي])(?:(?:ما|لا) (?:زال|زالت|يزال|تزال|زلت|زلنا)|لا (?:أزال|نزال)) (?:[ء-ي]+ )?"
        "(?:قيد|معلق|مفتوح|ناقص|غير|لم|ينتظر|تنتظر|أنتظر|ننتظر|بانتظار|في انتظار|عند)",
        "(?<![ء-ي])(?:لم|لا|ليس|ما)(?![ء-ي]).*(?:الآن|حاليا)(?![ء-ي])",
    ),
    "hi": Sequel(
        "(?:और (?:फिर|भी|एक)|फिर|इसके बाद|उसके बाद|साथ ही|अंत में)(?= )",
        " (?:और फिर|और|फिर) ",
        "(?:इसके बाद|उसके बाद|बाद में|थोड़ी देर|जल्द|बारी|बाक़ी|बाकी|अगला काम)",
        "(?:तब|फिर|अब) ",
        "(?:अरे|ओह)?,? ?(?:नहीं,? (?:रुको|रुकिए|बल्कि|बेहतर)|बल्कि|मतलब|नहीं नहीं)(?= |,)",
        "(?:अभी तक|अब तक).*(?:नहीं|न ही)",
        "(?:अभी|फ़िलहाल|फिलहाल).*(?:नहीं|न ही)",
    ),
    "zh": Sequel(
        "(?:然后|还有|另外|接下来|下一个|下一步|最后|接着|再来)",
        "[，,](?:然后|接着|再|并且|并|还要|顺便)|然后|接着",
        "接下来|接着|随后|稍后|之后|然后|下一步|再(?:来|去|订|做|办)|还剩|还差|还没|晚点|待会",
        "然后|再|那就|接着",
        "(?:哦|啊|呃|哎|噢)?(?:不对?|等等|不是|算了)[,，、 ]|(?:还是)?(?:改|换)成",
        "(?:还|尚|仍|仍然|还是)(?:没|未|无)",
        "暂时(?:还)?(?:没法|不)",
    ),
    "ja": Sequel(
        "(?:あと|それから|それと|次は|次に|最後に|そして|ついでに)",
        "[てで]、|それから|その後",
        "このあと|この後|次は|次に|後ほど|のちほど|後で|あとで|それから|続いて|これから|まもなく|残りは",
        "それから|では|次に",
        "(?:あ|いや|えっと)?、?(?:いや、|やっぱり|違う|違った|間違え|訂正|というか)",
        "まだ.*(?:ない|ません|ず)|未定|未着",
        "今は.*(?:ない|ません|ず)",
    ),
    "ko": Sequel(
        "(?:그리고|그다음|그 다음|다음은|다음으로|또|마지막으로)(?= )",
        "(?<=[가-힣]고),? (?:그다음 |그리고 )?|그리고 |그다음 ",
        "이어서|다음은|다음으로|나중에|이따|그다음|그 다음|남았|(?<![가-힣])곧(?![가-힣])",
        "그럼|그러면|이제 ",
        "(?:아|음)?,? ?(?:아니(?:다|야|요)?[,. ]|잠깐|그게 아니라|정정)",
        "아직",
        "(?:지금|현재)(?:은|는)? .*(?:안 |못|없|않)",
    ),
}
"""By the code of each language."""
