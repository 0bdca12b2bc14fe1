"""What people wish each other, and say to thanks, in set words: `Good luck!`, `My pleasure.` It answers no question."""

import re
from collections.abc import Mapping

from compactd.extractive.languages.by_language import ByLanguage

_EXPRESSIONS: Mapping[str, str] = {
    "en": r"good (?:luck|night|evening|morning|afternoon|day|bye|job|work|trip|weekend|health)\b|"
    r"(?:have|enjoy) (?:a|an|the|your|some|fun|yourself)\b(?! (?:look|guess|try))|"
    r"(?:all the )?best (?:of luck|wishes)\b|all the best\b|"
    r"(?:happy|merry) (?:birthday|new|holidays|anniversary|christmas|easter|\w+day)\b|"
    r"safe (?:travels?|trip|journey|flight|drive|home)\b|cheers\b|fingers crossed|break a leg|bless you|get well|"
    r"take care|congrat\w*|welcome (?:back|home)|no worries\b|my pleasure|you're (?:very |most )?welcome|"
    r"sleep (?:well|tight)|sweet dreams|stay safe|well done|godspeed|hang in there|see you\b|to your health|bon \w+$",
    "de": r"(?:viel|ganz viel) (?:glück|erfolg|spaß|vergnügen|freude|kraft)|alles (?:gute|liebe)|"
    r"gute[nrs]? (?:besserung|reise|nacht|fahrt|heimreise|heimfahrt|erholung|flug|rutsch|appetit|morgen|abend|tag)\b|"
    r"schöne[nrs]? (?:\w+ )?(?:tag|abend|nachmittag|wochenende|feiertage?|feierabend|urlaub|ferien|reise|zeit|woche)\b|"
    r"frohe[s]? (?:\w+)|fröhliche \w+|(?:herzlichen )?glückwunsch|gratul\w+|pros(?:i)?t\b|zum wohl|toi,? toi|"
    r"hals- und|gesundheit\b|gern geschehen|keine ursache|nichts zu danken|ich drück\w* |daumen |"
    r"mach'?s gut|pass auf dich auf|erhol dich|weiter so|gut gemacht|bleib gesund|"
    r"hab (?:noch )?(?:einen|ein|eine|viel) (?:schön|gut|toll|spaß|freude)",
    "fr": r"bonn?e? (?:chance|journée|soirée|nuit|année|fête|route|continuation|semaine|anniversaire|appétit|vacances|"
    r"voyage|courage|week-?end|rentrée|soir|fin|rétablissement)|bonnes (?:vacances|fêtes)|santé\b|bon courage|"
    r"à (?:la vôtre|la tienne|tes|vos)\b|félicitations|bravo\b|joyeu(?:x|se|ses) \w+|meilleurs vœux|"
    r"prompt rétablissement|courage\b|(?:je )?crois(?:e|ons) les doigts|amuse(?:z-vous|-toi)|profite[sz]?\b|"
    r"de rien\b|je (?:t'|vous )en prie|"
    r"avec plaisir|pas de (?:quoi|souci)|prends soin|prenez soin|beaucoup de (?:succès|plaisir|bonheur)",
    "es": r"(?:much[ao]s? |buena |la mejor )?suerte\b|(?:mucho )?éxitos?\b|salud\b|felices? \w+|"
    r"buen (?:viaje|día|fin|provecho|camino|finde|descanso)|buenas? (?:noches|tardes|suerte)|buenos días|"
    r"felicidades|felicitaciones|enhorabuena|ánimo\b|que (?:te|os|le|les|la|lo|tengas?|tengan|vaya|disfrut\w+|"
    r"descans\w+|todo)\b|disfrut\w+\b|cuídate|cuídese|de nada\b|no hay de qué|un placer|con gusto|"
    r"(?:cruzo los )?dedos|igualmente\b|recupérate|bien hecho",
    "pt": r"(?:muita |boa )sorte|boa (?:viagem|noite|tarde|semana|prova|sorte)|boas (?:festas|férias)|"
    r"bom (?:dia|fim|trabalho|descanso|apetite|feriado|proveito|divertimento)|(?:muito )?sucesso\b|saúde\b|tim-?tim|"
    r"feliz \w+|parabéns|força\b|aproveit\w+\b|divirta\w*|(?:as )?melhoras|se cuid\w+|cuide-se|de nada\b|por nada\b|"
    r"imagina\b|não há de quê|um prazer|(?:cruzo os )?dedos|tudo de bom|que (?:corra|dê|tenha|você|vocês|tudo)\b",
    "it": r"in bocca al lupo|(?:buona|tanta|molta) fortuna|"
    r"buon[ae]? (?:viaggio|lavoro|giornata|serata|notte|anno|natale|compleanno|appetito|weekend|fine|pasqua|riposo|"
    r"divertimento|vacanz\w+|proseguimento|feste|guarigione)|(?:tanti )?auguri|salute\b|cin cin|congratulazioni|"
    r"complimenti|felicitazioni|brav[oaie]\b|divertit\w+|godit\w+|riguardat\w+|stammi bene|di niente|prego\b|"
    r"figurati|si figuri|non c'è di che|con piacere|incrocio le dita|dita incrociate",
    "ru": r"(?:желаю )?(?:удачи|успех(?:а|ов))|ни пуха|на здоровье|за (?:ваше |твое |твоё )?здоровье|"
    r"будь(?:те)? здоров|с (?:дн[её]м|новым|праздник\w*|наступающ\w*|рождеством)|"
    r"хорош(?:его|их|ей) (?:дня|вечера|выходных|поездки|дороги|отдыха|недели)|счастливо\b|приятн(?:ого|ой|ых) |"
    r"доброй ночи|доброе утро|добрый (?:день|вечер)|спокойной ночи|всего (?:доброго|хорошего|наилучшего)|"
    r"поздравля\w+|береги(?:те)? себя|выздоравлива\w+|не за что|держу кулаки|держи(?:сь|тесь)|молодец|желаю ",
    "ar": r"(?:أتمنى لك |أطيب )?(?:حظ[اً]* (?:سعيد|موفق)|حظا|حظًا|بالتوفيق|موفق|بالنجاح|مع السلامة|تصبح|ليلة سعيدة|"
    r"يوم[اً]* سعيد|رحلة (?:سعيدة|موفقة)|عيد (?:سعيد|مبارك|ميلاد)|كل عام|مبروك|تهاني|عفوا|على الرحب|لا شكر|"
    r"في صحتك|سلامتك|شفاك|دمت|التمنيات)|أتمنى لك",
    "hi": r"(?:आपको |तुम्हें |ढेर सारी |बहुत )*(?:शुभ\w*|बधाई|मुबारक|ऑल द बेस्ट|बेस्ट ऑफ|जन्मदिन|चीयर्स|शाबाश|"
    r"कोई बात नहीं|स्वागत|ख़याल रख|ध्यान रख|जल्दी ठीक|अपना (?:ध्यान|ख्याल))",
    "zh": r"祝|恭喜|加油|辛苦了|晚安|保重|一路(?:平安|顺风|小心)|干杯|不客气|别客气|不用谢|不谢|慢走|"
    r"(?:生日|新年|节日|周末|旅途)(?:快乐|愉快)|"
    r"玩得开心|好运",
    "ja": r"頑張って|がんばって|お(?:疲れ|つかれ|大事に|誕生日|元気で|気をつけ|やすみ)|"
    r"ご(?:健闘|武運|幸運|ゆっくり)|幸運を|(?:良い|よい|素敵な)(?:週末|一日|一年|旅|お年|休日|夜)|乾杯|楽しんで|どういたしまして|おめでとう|成功を|"
    r"(?:行|い)ってらっしゃい|気をつけて",
    "ko": r"행운을|화이팅|파이팅|힘내|건배|(?:생일 |진심으로 )?축하|수고|좋은 (?:하루|주말|밤|아침|저녁|여행|꿈)|"
    r"즐거운 |잘 (?:자|다녀|지내)|조심히|건강하|천만에|별말씀|안녕히|(?:모두 |다 )?잘 ?되길",
}
"""By the code of each language, over lower case: how such words begin."""

CALLED = re.compile(r"يا .+|.*\S ?(?:さん|さま|様|ちゃん|くん|씨|님|जी|先生|女士|小姐|老师)")
"""A name with the word by which somebody is called by it, in scripts that have no capital letters."""

_BEGINS: Mapping[str, re.Pattern[str]] = ByLanguage(
    lambda language: re.compile(rf"\W*(?:{_EXPRESSIONS[language.code]})")
)
_ENDS = re.compile(r"(?:,\s*\w+)?\W*")
_LOUD = ("!", "！")
_UNSPACED = ("zh", "ja")


def wishes_well(text: str, code: str) -> bool:
    """Whether a clause, in lower case and in the language of this code, is a wish or a kind word in set words: loud, or
    nothing but them. A word said by itself, and quietly, answers: `Salud.`, who asked for a ministry."""
    begins = _BEGINS[code].match(text)
    if begins is None or text.endswith(_LOUD):
        return begins is not None
    is_one_word = code not in _UNSPACED and " " not in text
    return not is_one_word and _ENDS.fullmatch(text, begins.end()) is not None
