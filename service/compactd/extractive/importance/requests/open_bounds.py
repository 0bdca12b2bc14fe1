"""The numbers by which the open request is told: what asks for something, and what is done.

Each was chosen by what is named of open requests, and not of done ones: `python -m tests.quality.fit_bounds open`
prints it for other values, too.
"""

from compactd.extractive.reading.sentence_score import UNIT

LOOKED_BACK_AT = 8
"""Messages of users, from the last one on, among which the open request may be."""

PASSED = 2
"""Requests that are done, behind which one is looked for that the assistant has only begun with."""

FEW_TERMS = 3
"""Content words; whoever takes something back in fewer asks for nothing else."""

POLITE_TERMS = 5
"""Content words of the shortest wish that is clothed in thanks."""

FEW_LETTERS = 20
"""Letters and digits below which a remark without a word of asking asks for nothing."""

LETTERS_OF_SYLLABLE = 3
"""As how many of them a character of Chinese, Japanese or Korean counts: each says about as much as a syllable."""

RULE = 1.0
"""The strength from which on a sentence that says how long it holds is a rule, and no request: `Only send the first
page` may be both."""

SURELY = UNIT
"""The score of what is asked for once above which a sentence asks, whatever its cues are, and tells nothing."""

HARDLY = -UNIT
"""The same score above which a sentence may ask that the assistant set to work on."""

PERHAPS = -2 * UNIT // 3
"""The same of what something else was asked after."""

SAYS_SOMETHING = 2
"""Words, but for those that hardly a sentence does without, of a clause that says something by itself, where a reply
begins with it."""

OF_ITS_OWN = 2
"""The same of what says something of its own, joined to what asks for something."""

LISTED = 3
"""The same of each of two clauses in which a list asks for a thing of its own: `tell Ruth about the fees`."""

LONG_REPLY = 6
"""The same of a reply that says something, whatever it is about."""

LIKELY = 20
"""The score of what is observed of a message above which it is open, though words say that it is done, and the reply
names something of it, or it is a question."""

DOUBTED = -UNIT // 2
"""The same where words say that it is done, and the reply names nothing of it."""

POSSIBLY = UNIT // 2
"""The same where its words do not say that it asks for anything."""

UNLIKELY = -UNIT
"""The same where its words say that it is open."""

SURELY_DONE = -UNIT
"""The same at which what was asked for is done, though something that was said of it later is open."""
