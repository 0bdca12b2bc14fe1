"""What the assistant states, what users ask to be heeded, and what they mention without any identifier; the same two
sets as in `phrases`."""

from collections.abc import Mapping

from tests.quality.phrases import Phrasings, phrasings

ASSISTANT: Mapping[str, Phrasings] = phrasings(
    "assistant",
    {
        "path": (
            "I've put the fix into {v}, with a test beside it.",
            "The culprit turned out to be {v}.",
            "The change went into {v} in the end.",
            "You will find the new rule in {v}.",
        ),
        "ticket": (
            "I opened {v} for the follow-up.",
            "Done, this is recorded as {v}.",
            "I've filed it as {v}.",
            "I left a note in {v} for the next shift.",
        ),
        "amount": (
            "A refund of {v} is on its way to the card.",
            "That comes to {v} in total, taxes included.",
            "The hotel gives {v} back to you.",
        ),
        "code": (
            "The job died with {v} because the token had run out.",
            "The root of it is {v}, raised on start.",
            "What stopped it was {v}.",
        ),
        "commit": (
            "I committed that as {v}.",
            "It's on the branch now, as {v}.",
            "Everything is in {v} now.",
        ),
        "version": (
            "I pinned the client at {v}, which resolves the conflict.",
            "{v} was the last good one.",
            "I moved it back to {v}, and the warning went away.",
        ),
        "quantity": (
            "With the index in place a query now takes {v}.",
            "The cache brings it down to {v}.",
            "It is down to {v} now.",
        ),
        "reference": (
            "You're booked, the confirmation is {v}.",
            "Your new seat assignment has the code {v}.",
            "The seat is yours, {v} is what you show at the door.",
        ),
    },
)

CONSTRAINTS: Mapping[str, Phrasings] = phrasings(
    "constraints",
    {
        "during business hours": (
            "Please never restart the primary during business hours.",
            "Nothing gets deployed during business hours, okay?",
            "The primary gets no restart during business hours.",
        ),
        "in German": (
            "From here on write the release notes in German.",
            "She only reads mail in German.",
            "Write it in German for her, she does not speak anything else.",
        ),
        "public API": (
            "Whatever you do, don't touch the public API.",
            "The public API stays as it is.",
            "Hands off the public API, it is frozen.",
        ),
        "peanuts": (
            "One of the guests is allergic to peanuts, keep that in mind.",
            "Remember the peanuts allergy.",
            "He swells up when he eats peanuts, so none of those.",
        ),
        "window seat": (
            "I'd prefer a window seat if there is one.",
            "A window seat would be lovely for my mother.",
            "A window seat for the boy, or he cries.",
        ),
        "read-only": (
            "The production database is strictly read-only for you.",
            "Treat the archive as read-only.",
            "As far as you are concerned the warehouse data is read-only.",
        ),
        "feature flag": (
            "It must ship behind a feature flag.",
            "I want a feature flag around the whole thing.",
            "Put it behind a feature flag or leave it.",
        ),
        "third-party": (
            "We can't add any third-party dependencies.",
            "Legal won't allow third-party code here.",
            "Nothing third-party goes in, says the lawyer.",
        ),
    },
)

PLAIN: Mapping[str, Phrasings] = phrasings(
    "plain",
    {
        "left-handed": (
            "My brother is left-handed.",
            "Whoever sits there has to be left-handed.",
        ),
        "two cats": (
            "We have two cats at home.",
            "She never travels without her two cats.",
        ),
        "colour-blind": (
            "Our accountant is colour-blind.",
            "One of the judges is colour-blind.",
        ),
        "fourth floor": (
            "I live on the fourth floor, without a lift.",
            "They moved to the fourth floor.",
        ),
        "Portuguese": (
            "Half of the crew speaks only Portuguese.",
            "At home he talks Portuguese.",
        ),
        "night shift": (
            "The man from the night shift knows more.",
            "I do the night shift in winter.",
        ),
        "steel doors": (
            "The warehouse has steel doors.",
            "Behind the steel doors there is no reception.",
        ),
        "new roof": (
            "The barn gets a new roof this year.",
            "All the money went into the new roof.",
        ),
        "second-hand": (
            "The van was bought second-hand.",
            "Nearly all of the chairs are second-hand.",
        ),
        "no landline": (
            "There is no landline in the house.",
            "Since the flood they have no landline.",
        ),
    },
)
"""What has to be found, and who says it: nothing in the words says that it matters."""

TAILS = (
    "as you may remember from last week",
    "which nobody had told me",
    "and that has been so for ages",
    "if I understood them correctly",
    "at least that is what it says on the board",
    "though I could not tell you why",
    "and the others know about it",
)
"""What people hang on to a sentence."""
