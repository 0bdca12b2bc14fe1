"""Answers in place of the questions that they answer, which are said no more: `A-1011? → sent on 4 March`."""

import msgspec

from compactd.extractive.drafting.draft import Draft
from compactd.extractive.importance.outcomes import ARROW
from compactd.extractive.importance.requests.answers import answers_of


def put_answers(draft: Draft) -> None:
    """Leaves out what users asked and was answered, unless it was said already; an answer is worth what its question
    was, and says it where it says nothing alone."""
    sentences = draft.facts.sentences
    for answer in answers_of(sentences):
        if answer.question not in draft.left or answer.place not in draft.left:
            continue
        asked, said = sentences[answer.question], sentences[answer.place]
        draft.left[answer.place] = max(draft.left[answer.place], draft.left.pop(answer.question))
        if not answer.alone:
            sentences[answer.place] = msgspec.structs.replace(
                said,
                text=f"{asked.text}{ARROW}{said.text}",
                term_count=asked.term_count + said.term_count,
                identifiers=(*asked.identifiers, *said.identifiers),
                names=(*asked.names, *said.names),
            )
