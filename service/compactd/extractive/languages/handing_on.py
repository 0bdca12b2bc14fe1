"""How people say that they have begun with something, or asked somebody else about it, and know no more so far: `I've
written to the landlord.`"""

from collections.abc import Mapping

HANDED_ON: Mapping[str, str] = {
    "en": r"\bi(?:'ve| have)? (?:just |already |now )?(?:asked|written to|wrote to|emailed|called|rang|phoned|messaged|"
    r"texted|pinged|contacted|forwarded|requested|started|begun|reached out|put in a request)\b",
    "de": r"\b(?:nach|an)?gefragt\b|\b(?:angeschrieben|angerufen|angefordert|beantragt|weitergeleitet|angefangen|"
    r"begonnen)\b|\bnachforschung\w*",
    "fr": r"\bj'ai (?:\w+ )?(?:demandé|écrit à|appelé|contacté|relancé|sollicité|transmis|commencé|lancé)\b|"
    r"\bje (?:lui|leur) ai (?:demandé|écrit)\b|\bdemandée? (?:au|à la|aux)\b",
    "es": r"\bles? (?:acabo de |he )?(?:escri\w+|pregunt\w+|pedí|pedido|llam\w+)\b|\b(?:pregunté|escribí|llamé|pedí|"
    r"solicité|reenvié|empecé|comencé)\b|\bhe (?:preguntado|escrito a|llamado|pedido|solicitado|empezado)\b",
    "pt": r"\b(?:perguntei|escrevi (?:para|ao|à)|liguei|pedi|solicitei|encaminhei|comecei)\b|\bfoi encaminhad[oa]\b",
    "it": r"\bho (?:già |appena )?(?:chiesto|scritto a\w*|chiamato|sentito|contattato|inoltrato|cominciato|iniziato|"
    r"avviato)\b|\bin lavorazione\b",
    "ru": r"\b(?:спросил|позвонил|запросил|начал|обратил|связал)(?:а|и|ась|ся|ись)?\b|\bотправил[аи]? запрос\b|"
    r"\bзарегистрирован\w*",
    "ar": "(?:سألت|راسلت|كلمت|كلّمت|اتصلت|طلبت|بدأت)(?![ء-ي]{3})",
    "hi": "से पूछा|को लिखा|को फ़ोन|माँगा है|मंगवा लिया|शुरू (?:कर दिया|किया)|maanga hai",
    "zh": "(?:问了|问过|联系了|联系过|打了电话|发了消息|申请提交|提交了?申请|开始了)",
    "ja": "に(?:聞き|尋ね|問い合わせ|連絡し|依頼し|申請し)ました|始めました|申請中|依頼中|依頼済み|待ちです",
    "ko": "(?:에게|한테|에|께) (?:물어|문의|연락|요청|전화)(?:봤|했|드렸)|시작했",
}
"""By the code of each language, over lower case, found anywhere in a clause."""
