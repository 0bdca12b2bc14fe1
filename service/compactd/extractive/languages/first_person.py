"""What a verb says in its form alone: that the speaker does something now, or is about to, and has not done it.

Where a language marks the first person or the aspect of a verb, that tells an announcement in any words: `lo consulto`,
`我查一下`, `Пороюсь в переписке`.
"""

from collections.abc import Mapping

_FINAL_L = "".join(chr(code) for code in range(0xAC00, 0xD7A4) if (code - 0xAC00) % 28 == 8)
"""Korean syllables that end in ㄹ: before `게` they promise something."""

FIRST_PERSON: Mapping[str, str] = {
    "en": r"^leave (?:it|that|this) (?:with|to) me\b|^(?:right away|straight away|at once|on my list)\b",
    "de": r"^(?:wird|ist schon) (?:gemacht|erledigt)\b(?=\W*$)|^(?:sofort|gleich|"
    r"bin (?:schon )?dran)\b(?=\W*$)",
    "fr": r"^(?:c'est parti|tout de suite|à l'instant)\b(?=\W*$)",
    # A verb in -o behind a pronoun, or before what it is done to; no participle.
    "es": r"^(?:(?:ya|ahora|ahora mismo|luego|hoy|mañana|entonces|y) )*(?:te |se |me )?(?:l[oae]s? |te |os )"
    r"(?!\w*(?:ado|ido|cho|sto|rto)\b|tengo\b|veo\b|creo\b)[a-záéíóúñ]{2,}o\b|"
    r"^(?:(?:ya|ahora|luego|hoy|y) )*(?!\w*(?:ado|ido|cho|sto|rto|ndo)\b|(?:tengo|"
    r"solo|como|pero|todo|creo|veo|no|mismo)\b)"
    r"[a-záéíóúñ]{3,}o (?:ya|ahora|el|la|los|las|un|una|al|con la|por)\b|"
    r"^(?!(?:cuando|ahora)\b)\w{2,}(?:ando|iendo|yendo)\b(?! \d)|\bempiezo\b",
    "pt": r"^(?:já|agora|logo) (?!\w*(?:ado|ido|ito|sto|rto)\b)[a-záéíóúãõç]{2,}o\b|"
    r"^(?!(?:quando|segundo|mundo)\b)\w{2,}(?:ando|endo|indo)\b(?! \d)",
    "it": r"^(?:(?:ora|adesso|subito|intanto|allora|stasera|domani|mo'|e) )*(?:(?:ti|ci|vi|"
    r"lo|la|li|le|gli|ne|[mt]e l[oaei]|"
    r"glie\w+) )(?!\w*(?:[aiu]to|tto|sto|rso|mento)\b|(?:sono|restano|"
    r"mancano)\b)[a-zàèéìòù]{2,}o\b(?<!ano)(?<!ono)|"
    r"^(?:(?:ora|adesso|subito|intanto|stasera|domani|mo') )*(?!\w*(?:[aiu]to|tto|"
    r"rso)\b|(?:sono|solo|dopo|tutto|"
    r"come|quando|ho|adesso)\b)[a-zàèéìòù]{2,}o(?: (?:il|lo|la|i|gli|le|un|una|al|alla)\b| (?:l|un|all)')",
    # A first verb in -у or -ю, not before what would make it a noun, and none in the past.
    "ru": r"^(?!.*\b\w+л(?:а|о|и|ась|ось|ись|ся)?\b)(?:(?:я|ща|щас|сейчас|ладно|хорошо|"
    r"тогда|сам|сама|уже|потом|сегодня|"
    r"завтра|вечером|и|ну) )*(?!(?:сразу|к?ему|тому|почему|потому|понимаю|надеюсь|"
    r"могу|думаю|считаю|вижу|знаю|помню)\b)"
    r"[а-яё]{2,}(?:у|ю|усь|юсь)(?= (?:в|во|с|со|на|из|по|за|от|к|у|после|до|сейчас)\b|\W*$)",
    "ar": r"^(?:عم|رح|راح|غادي) [ء-ي]+",
    "hi": r"\b(?:raha|rahi|ta|ti) h(?:oo|u)n\b|(?:ता|ती|ते|रहा|रही|रहे) ह(?:ूँ|ूं|ैं)\W*$|"
    r"(?:ऊँगा|ऊँगी|ूँगा|ूँगी|एँगे|ेंगे)\b",
    "zh": r"^(?:好[,，]? ?|那)?(?:我们?|容我)(?![^，。]*(?:了|过|完|好|已|没|不|觉得|认为|知道|建议|猜))[^，。]+",
    "ja": r"[てで](?:み|おき|き|い?るところ)(?:ます|です|る)|"
    "[おご](?!送り|届け|渡し|伝え|知らせ|返し|見せ|示し)[^、。]{1,6}(?:し|いたし)ます|(?:拝見|伺|参|承)(?:し|い|り)?ます|"
    "(?:開き|聞き|尋ね|手配し|問い合わせ|連絡し|試し|数え|送り|直し|書き|調べ|探し)ます",
    "ko": f"[{_FINAL_L}]게(?:요)?(?=[\\s.!,]|$)|(?<!알)겠(?:습니다|어요)",
}
"""By the code of each language, over lower case, found in a clause."""
