"""Names that are none: headings and labels that an assistant writes with capitals, such as `Flight Number`."""

from compactd.extractive.importance.facts import Facts
from compactd.extractive.reading.identifiers import Kind
from compactd.strategies.steps import A_STEP, Steps

_NAME = Kind.NAME


def plain_words(facts: Facts) -> Steps[set[str]]:
    """The words of a conversation as they are written in it, those of the keys of tools among them; none where users
    said all names that there are, which are none of these."""
    found: set[str] = set()
    if not any(value.kind is _NAME and not value.users for value in facts.values.values()):
        return found
    for number, sentence in enumerate(facts.sentences):
        if number % A_STEP == 0:
            yield
        found.update(sentence.text.split())
    for number, value in enumerate(facts.values.values()):
        if number % A_STEP == 0:
            yield
        if value.label:
            found.update(value.label.split("_"))
    return found


def is_plain(name: str, words: set[str]) -> bool:
    """Whether every word of a name is one of the words in lower case: then it names nothing."""
    return all(word.lower() in words for word in name.split())
