"""What a summary says of an error, and no program that raised one: who did what about it, and what became of it.

An error's own sentences ("Please check your plan", "We detected unusual traffic") and what clients add to it ("LiteLLM
Retried: 2 times", lines of a stack) are none of that.
"""

import regex

_PEOPLE = r"(?:the|our|a|another) (?:user|agent|assistant|team|customer|client|developer|colleague)s?"
# "The user is not authorized", "the user location is not supported": an error's.
_NO_DEED = (
    r"(?!(?:is|isn't|are|was not|does|doesn't|do|has no|has not|must|can|cannot|can't|may|might|needs?|should|will|or|"
    r"with|account|agent|id|input|key|location|message|name|named|prompt|quota|request|role|specified|token)\b)\w"
)
_WE_DID = (
    r"(?:we|they|he|she) (?:(?:have|had|then|later|also|now|all|both) )*"
    # The provider's we.
    r"(?!(?:encountered|received|detected|experienced|noticed|limited|blocked|failed|paused|suspended|disabled|stopped|"
    r"identified|determined|deprecated|removed|processed|handled|tried|attempted)\b)"
    r"(?:\w{2,}ed|made|found|set|put|ran|went|took|kept|wrote|built|sent|got|gave|chose|saw|hit|did|use|run|split)\b"
)
# By name: "Anna renewed the key".
_SOMEBODY_DID = (
    r"(?-i:[A-Z][a-z]{1,20}) (?:then |later |has |had )?(?:added|agreed|asked|bought|confirmed|decided|documented|"
    r"fixed|looks|merged|moved|pasted|patched|renewed|replaced|rewrote|rotated|switched|upgraded|waits|wants|wrote|"
    r"(?<!(?:error|exception|timeout) )raised (?!by\b|in\b))"
)
_MENDED = (
    r"(?:[.;:!,–—-]\s++|\b(?:and|then|was|were|now|got) )(?:fixed|solved|resolved|switched|worked around|rotated|"
    r"renewed|rewritten|rolled back|reverted|patched|re-?ran|re-?run|downgraded|agreed|confirmed|added|changed|"
    r"deployed|merged|restored|documented|traced)\b"
)
_IT_WORKS = (
    r"(?:it|that|this|all|everything|tests?|(?:the|its) \w+(?: \w+)?) (?:(?:now|then|again|all|since|has|have) )*"
    r"(?:works?|worked|pass(?:es|ed)?|finished|succeeded|runs? again|"
    r"(?:is|are|was|were) (?:done|fine|green|paid|gone|raised|stable))\b"
)
_DIVIDED = (
    r"\b(?:next(?: steps?)?|to-?dos?|decided|decisions?|outcome|goals?|remaining|open|fix(?:es)?|root cause|owner|"
    r"deadline)(?: is)? ?:|\n(?:#{1,4} |[-•] |\d{1,2}[.)] )\**\w"
)
_CAUSE = (
    r"\b(?:(?:was|were) (?:the|its|their|only the) (?:root )?(?:cause|reason|culprit|symptom)|turned out|comes? from|"
    r"came (?:from|back|through)|went (?:away|through))\b"
)
_WHEN = (
    r"\b(?:(?:since|last|before|every) (?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|yesterday|then)|twice|three times|"
    r"this (?:week|morning)|(?:kept|was|were) (?:failing|seen|hit|raised) (?:the|by|in|on|for|since|again))\b|"
    r"\b(?:is|are) \w+(?:ed|t)\b[^.;\n]{0,60}+(?<= now)(?:[.;,]|$)"
)
_ELSEWHERE = (
    r"behoben|gelöst|\b(?:der|die) (?:be)?nutzer(?:in)?\b|corrigé|l'utilisat|el usuario|corregid|corrigid|o usuário|"
    r"用户|修复|ユーザー|修正"
)
_TELLING = regex.compile(
    rf"\b{_PEOPLE} {_NO_DEED}|\b{_WE_DID}|\b{_SOMEBODY_DID}|{_MENDED}|\b{_IT_WORKS}|"
    rf"{_DIVIDED}|{_CAUSE}|{_WHEN}|{_ELSEWHERE}",
    regex.IGNORECASE,
)


def is_told(rest: str) -> bool:
    """Whether the text behind the beginning of an error tells of it. One that ends as an object tells nothing."""
    return not rest.endswith(("}", "]")) and bool(_TELLING.search(rest, concurrent=False))
