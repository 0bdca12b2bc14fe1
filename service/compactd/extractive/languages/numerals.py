"""Numbers in words, where a word alone does not tell them: with what they count, as `三天`, `닷새`, `दो दिन`, `يومين`.

Where words stand apart and mean nothing else, they are among the values of their language.
"""

from collections.abc import Mapping

_HAN = "一两二三四五六七八九十百千万"
_FIRST = f"(?<![{_HAN}])"
"""A numeral begins where none stands before: a run of them is looked at once."""

_MORE_THAN_ONE = f"(?:[{_HAN[1:]}][{_HAN}]*+|一[{_HAN}]++)"
_SINO_KOREAN = "일이삼사오육칠팔구십백천만"

NUMERALS: Mapping[str, str] = {
    # A thing, a day, a time may be any one: `一个`, `एक दिन`, `한 번` count nothing.
    "zh": (
        f"{_FIRST}[{_HAN}]++(?:页|句|段|条|行|张|份)"
        f"|{_FIRST}{_MORE_THAN_ONE}(?:天|周|个|年|块|字|人|小时|分钟|倍|(?=元|美元|欧元|日元|英镑))"
    ),
    "ja": (
        f"{_FIRST}[{_HAN}]++(?:ページ|枚|文|行|段落|項目|営業日)"
        f"|{_FIRST}{_MORE_THAN_ONE}"
        "(?:日|時間|時|週間|か月|ヶ月|カ月|年|回|件|人|名|個|冊|倍|(?=円|ドル|ユーロ))"
        f"|{_FIRST}[二三四五六七八九]分"
    ),
    "ko": (
        r"(?<![가-힣])(?:"
        r"(?:한|두|세|네|다섯|여섯|일곱|여덟|아홉|열|스무|서른) ?"
        r"(?:쪽|장|줄|개|명|시간|시|달|가지|문장|문단|단락|항목|주)"
        r"|(?:두|세|네|다섯) ?번|하루|이틀|사흘|나흘|닷새|엿새|이레|열흘|보름"
        rf"|(?:[{_SINO_KOREAN}]{{2,}}|[{_SINO_KOREAN[2:]}]) ?(?:원|일|개월|년|분|퍼센트|쪽|페이지|줄))"
    ),
    "hi": (
        r"(?<!\S)(?:"
        r"एक (?:पन्न|पेज|वाक्य|पंक्ति|अनुच्छेद|घंट|हज़ार|सौ|लाख)"
        r"|(?:दो|तीन|चार|पाँच|पांच|छह|छः|सात|आठ|नौ|दस|बारह|पंद्रह|बीस|तीस|पचास) "
        r"(?:पन्न|पेज|वाक्य|पंक्ति|अनुच्छेद|शब्द|बिंदु|कार्य|दिन|घंट|मिनट|बार|हफ़्त|सप्ताह|महीन|साल|लोग|हज़ार|सौ|लाख|(?=रुप|डॉलर|यूरो)))"
    ),
    "ar": (
        r"(?<!\w)(?:"
        r"ثلاثة?|أربعة?|خمسة?|ستة?|سبعة?|ثمانية?|تسعة?|عشرة?|عشرين|ثلاثين|أربعين|خمسين|مئة|مائة|ألف|ألفين"
        r"|واحدة|(?:يوم|ساع|أسبوع|شهر|صفح|جمل|سطر|مر|دقيق|بند)ت?(?:ين|ان)|يومي)(?!\w)"
    ),
}
"""Code of a language → an expression for a number in words, in a text of any language of its script."""
