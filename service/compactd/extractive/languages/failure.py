"""How people say that something was tried and did not work: `I couldn't open it.` What may not be done is no such
thing: `I can't share that` is an answer."""

from collections.abc import Mapping

FAILURES: Mapping[str, str] = {
    "en": r"\b(?:couldn't|could not|(?:was|were|been)(?:n't| not)? (?:un)?able to|"
    r"(?:have|has)(?:n't| not) (?:got|managed|been able)|"
    r"(?:did|would)(?:n't| not) (?:work|go through|let me|load|open|start|answer|respond|accept)|"
    r"no (?:luck|answer|reply|response)\b|(?:refuses?|refused|rejected|declined|denied|bounced|failed|crashed|aborted|"
    r"expired|timed out|hung up)\b)",
    "de": r"\b(?:konnten?|ließ|ließen|ging|kam|klappte|gelang)\b.*\b(?:nicht|kein\w*)\b|"
    r"\bnicht (?:geklappt|funktioniert|gelungen|erreicht|durchgekommen|fündig)\b|\bohne erfolg\b|\bantworte\w* nicht\b|"
    r"\b(?:abgelehnt|verweigert|fehlgeschlagen|gescheitert|abgebrochen|abgestürzt)\b|\b(?:lehnt\w* ab|verweiger\w+)\b",
    "fr": r"\b(?:n'ai|n'a|n'avons|n'ont) pas (?:pu|réussi|abouti|marché|fonctionné|répondu)\b|\bn'a rien donné\b|"
    r"\bne (?:répond|répondent|s'ouvre|passe) pas\b|\bsans succès\b|\b(?:a|ont) (?:refusé|échoué|été refusée?s?)\b|"
    r"\brefus\b",
    "es": r"\bno (?:pude|pudimos|he podido|ha podido|hemos podido|logré|conseguí|he conseguido|ha funcionado|funcionó|"
    r"responde\w*|contesta\w*|se pudo|me dejó|me deja|hubo)\b|\bsin éxito\b|\b(?:fue |ha )?rechazad[oa]\b",
    "pt": r"\bnão (?:consegui\w*|pude|deu certo|funcionou|respond\w+|atend\w+|foi possível|abriu|deixou)\b|"
    r"\bsem sucesso\b|\brecus(?:ou|ad[oa])\b",
    "it": r"\bnon (?:sono riuscit[oa]|ho potuto|è stato possibile|ha funzionato|funziona|rispond\w+|è andat[oa]|"
    r"mi ha lasciato|si apre)\b|\bsenza successo\b|\b(?:ha )?rifiutat[oa]\b",
    "ru": r"\bне (?:смог\w*|удалось|получилось|вышло|сработал\w*|отвеча\w+|открыва\w+|дозвони\w+|пусти\w+|"
    r"прош[её]л|прошла|прошло)\b|\bотказ\b|\bотклон\w+\b",
    "ar": r"لم (?:أستطع|أتمكن|نتمكن|أقدر|ينجح|يعمل|تنجح|يرد|يستجب|تستجب|يفتح)|ما قدرت|تعذر|تعذّر|فشل|رفض|رُفض|"
    "لا (?:يرد|يستجيب|تستجيب)",
    "hi": r"(?:नहीं|न) (?:हो (?:पाया|पाई|सका|सकी)|कर (?:पाया|पाई|सका|सकी)|खुल|मिल (?:पाया|पाई)|चल (?:पाया|पाई)|"
    "चला|लगा|उठा)|"
    "असफल|विफल|नाकाम|मना कर|जवाब नहीं|अस्वीकार",
    "zh": r"没(?:能|法|成功|成|通过|打通|反应|有反应)|打不(?:开|通)|连不上|"
    "失败|拒绝|被拒|报错|无法(?:打开|连接|访问)|没人接",
    "ja": r"(?:できません|でき)でした|(?:開け|繋がり|つながり|通り|入れ|取れ|見つかり)ませんでした|"
    "失敗|拒否|弾かれ|応答(?:が|し)(?:なく|ません|ない)|うまくいきません|外れました",
    "ko": r"못 ?했|못했|안 (?:됐|돼서|열려|열렸|받아|받으)|실패|거절|거부|응답하지|되지 않았|응답이 없",
}
"""By the code of each language, over lower case, found anywhere in a clause."""
