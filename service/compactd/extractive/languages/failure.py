"""How people say that something did not work: what they tried themselves (`I couldn't open it`), and what somebody or
something else did not do (`the upload was rejected`), which may as well be what was to be found out. What may not be
done is no such thing: `I can't share that` is an answer."""

from collections.abc import Mapping
from typing import NamedTuple


class Failures(NamedTuple):
    """Of one language, as expressions over lower case, found anywhere in a clause: `tried` matches what the speaker
    tried in vain, and `other` what else did not work; `wanted` a request for that (`Decline it.`, `Abort the job.`),
    and `told` one to be told something, of which a failure may be the news: `Summarize the log.`"""

    tried: str
    other: str
    wanted: str
    told: str


FAILURES: Mapping[str, Failures] = {
    "en": Failures(
        r"(?:^|\b(?:i|we) )(?:still |just )?(?:couldn't|could not|(?:was|were|been) (?:unable|not able) to|"
        r"(?:was|were)n't able to|have(?:n't| not) (?:managed|been able))\b|\bno luck\b",
        r"\b(?:couldn't|could not|(?:was|were) (?:unable|not able) to|(?:did|would)(?:n't| not) (?:work|go through|"
        r"let me|load|open|start|answer|respond|accept)|"
        r"no (?:answer|reply|response)\b|(?:refuses?|refused|rejected|declined|denied|bounced|failed|crashed|aborted|"
        r"expired|timed out|hung up)\b)",
        r"\b(?:declin|reject|refus|den[iy]|abort|stop|cancel|kill|block|ban\b|lock|fail|crash|expir|timeout|outage|"
        r"error|bug)",
        r"\b(?:read|summar|review|list|explain|check|look|analy[sz]|compar|describ|translat|monitor|watch|show|tell|"
        r"ask)",
    ),
    "de": Failures(
        r"\b(?:(?:ich|wir) (?:\w+ )?konnten?|konnten? (?:ich|wir)|ließ|ließen|gelang|klappte)\b.*\b(?:nicht|kein\w*)\b|"
        r"^konnten?\b.*\b(?:nicht|kein\w*)\b|"
        r"\bnicht (?:geklappt|gelungen|erreicht|durchgekommen|fündig)\b|\bohne erfolg\b",
        r"\b(?:konnten?|ging|kam)\b.*\b(?:nicht|kein\w*)\b|\bnicht funktioniert\b|\bantworte\w* nicht\b|"
        r"\b(?:abgelehnt|verweigert|fehlgeschlagen|gescheitert|abgebrochen|abgestürzt)\b|\blehnt\w* ab\b|"
        r"\bverweiger\w+",
        r"\blehn\w*\b.*\bab\b|ablehn|\bbr[ie]ch\w*\b.*\bab\b|abbr[eu]ch|verweiger|sperr|blockier|scheiter|fehlschl|"
        r"ausfall|fehler",
        r"\b(?:lies|lest|lesen|fass\w* .*zusammen|zusammenfass|prüf|überprüf|list|erklär|schau|sieh|analysier|"
        r"vergleich|beschreib|übersetz|zeig|sag|frag)",
    ),
    "fr": Failures(
        r"\b(?:n'ai|n'avons) pas (?:pu|réussi)\b|\bsans succès\b",
        r"\b(?:n'ai|n'a|n'avons|n'ont) pas (?:pu|réussi|abouti|marché|fonctionné|répondu)\b|\bn'a rien donné\b|"
        r"\bne (?:répond|répondent|s'ouvre|passe) pas\b|\b(?:a|ont) (?:refusé|échoué|été refusée?s?)\b|\brefus\b",
        r"\brefus|rejet|décline|bloqu|interdi|interromp|annul|échou|échec|panne|erreur",
        r"\b(?:li[st]\b|lisez|résum|relis|vérifi|list|expliqu|regard|analys|compar|décri|tradui|montr|di[st]\b|demand)",
    ),
    "es": Failures(
        r"\bno (?:pude|pudimos|he podido|hemos podido|logré|conseguí|he conseguido|se pudo|me dejó|me deja)\b|"
        r"\bsin éxito\b",
        r"\bno (?:ha podido|ha funcionado|funcionó|responde\w*|contesta\w*|hubo)\b|\b(?:fue |ha )?rechazad[oa]s?\b",
        r"rechaz|dene?ga|deniegu|bloque|aborta|interrump|cancel|fall[aóeo]|caíd|error",
        r"\b(?:lee|lea|resum|revis|compr[uo]e?b|verific|list|expli[cq]|mir|analiz|compar|describ|traduc|muestr|di\b|"
        r"dime|pregunt)",
    ),
    "pt": Failures(
        r"\bnão (?:consegui(?:mos)?\b|pude|foi possível)\b|\bsem sucesso\b",
        r"\bnão (?:conseguiu|conseguiram|deu certo|funcionou|respond\w+|atend\w+|abriu|deixou)\b|\b(?:recusou|"
        r"recusad[oa]s?)\b",
        r"recus|rejeit|bloque|abort|interromp|cancel|falh|queda|\berros?\b",
        r"\b(?:lê|leia|resum|revis|revej|verifi[cq]|list|expli[cq]|olh|vê|veja|analis|compar|descrev|traduz|mostr|diz|"
        r"diga|pergunt)",
    ),
    "it": Failures(
        r"\bnon (?:sono riuscit[oa]|ho potuto|è stato possibile|mi ha lasciato)\b|\bsenza successo\b",
        r"\bnon (?:ha funzionato|funziona|rispond\w+|è andat[oa]|si apre)\b|\brifiutat[oaie]\b",
        r"rifiut|respin|blocc|interromp|annull|fallit|guast|error",
        r"\b(?:legg|riassum|rived|controll|verific|elenc|spieg|guard|analizz|confront|descriv|traduc|mostr|dim|chied)",
    ),
    "ru": Failures(
        r"(?:^|\b(?:я|мы) (?:\w+ )?)не смог\w*|\bне (?:удалось|получилось|вышло|дозвони\w+)\b",
        r"\bне (?:смог\w*|сработал\w*|отвеча\w+|открыва\w+|пусти\w+|прош[её]л|прошла|прошло)\b|\bотказ\b|\bотклон\w+\b",
        r"отклон|отказ|откаж|заблокир|прерв|запрет|сбо[йя]|ошибк",
        r"\b(?:прочит|прочт|проч[её]т|резюмир|перескаж|провер|список|перечисл|объясн|посмотр|проанализир|сравн|опиш|"
        r"перевед|покаж|скаж|спрос)",
    ),
    "ar": Failures(
        "لم (?:أستطع|أتمكن|نتمكن|أقدر|أنجح)|ما قدرت|تعذر|تعذّر",
        "لم (?:ينجح|يعمل|تنجح|يرد|يستجب|تستجب|يفتح)|فشل|رفض|رُفض|لا (?:يرد|يستجيب|تستجيب)",
        "رفض|فشل|احظر|حظر|أوقف|إلغاء|عطل|خطأ|أخطاء",
        r"اقرأ|لخص|راجع|تحقق|اعرض|اشرح|انظر|حلل|قارن|صف|ترجم|أخبر|اسأل",
    ),
    "hi": Failures(
        "(?:नहीं|न) (?:हो (?:पाया|पाई|सका|सकी)|कर (?:पाया|पाई|सका|सकी)|खुल|मिल (?:पाया|पाई)|चल (?:पाया|पाई))",
        "(?:नहीं|न) (?:चला|लगा|उठा)|असफल|विफल|नाकाम|मना कर|जवाब नहीं|अस्वीकार",
        "अस्वीकार|मना|असफल|विफल|रोक|ब्लॉक|नाकाम|त्रुटि|गलती",
        r"पढ़|सार|समीक्षा|जाँच|जांच|सूची|समझा|देख|विश्लेषण|तुलना|बता|दिखा|पूछ",
    ),
    "zh": Failures(
        "没(?:能|法|成功|打通)|打不(?:开|通)|连不上|无法(?:打开|连接|访问)",
        "没(?:成|通过|反应|有反应)|失败|拒绝|被拒|报错|没人接",
        "拒|失败|中止|终止|封|禁|屏蔽|错|故障",
        r"读|看|总结|概括|检查|审|列|解释|分析|比较|描述|翻译|告诉|问",
    ),
    "ja": Failures(
        r"(?:できません|でき)でした|(?:開け|繋がり|つながり|通り|入れ|取れ|見つかり)ませんでした|うまくいきません",
        r"失敗|拒否|弾かれ|応答(?:が|し)(?:なく|ません|ない)|外れました",
        "拒否|断|失敗|中止|中断|ブロック|禁止|障害|エラー|バグ",
        r"読|要約|まとめ|確認|レビュー|一覧|説明|見て|調べ|分析|比較|翻訳|教え|聞い",
    ),
    "ko": Failures(
        r"못 ?했|안 (?:됐|돼서|열려|열렸)",
        r"안 (?:받아|받으)|실패|거절|거부|응답하지|되지 않았|응답이 없",
        "거절|거부|실패|중단|차단|금지|장애|오류|에러|버그",
        r"읽|요약|검토|확인|목록|설명|봐|보여|분석|비교|번역|알려|물어",
    ),
}
"""By the code of each language."""
