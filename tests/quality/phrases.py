"""How people state facts, in passing. Each kind has phrasings that the summarizer was developed with, and phrasings
that were kept apart to evaluate it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrasings:
    """Sentences with `{v}` for the value; the same for a value that replaces `{old}`, stated before."""

    developed: tuple[str, ...]
    held_out: tuple[str, ...]

    def of(self, *, held_out: bool) -> tuple[str, ...]:
        return self.held_out if held_out else self.developed


USER: Mapping[str, Phrasings] = {
    "path": Phrasings(
        (
            "The logic you want sits in {v}, at least it did last spring.",
            "By the way, whoever wrote {v} left a note about this.",
            "I think {v} is the one that has to change.",
        ),
        ("You'll probably end up in {v} sooner or later.", "Somebody told me {v} still has the old behaviour."),
    ),
    "ticket": Phrasings(
        (
            "All of this is tracked under {v} if anyone asks.",
            "Oh, and the customer's case is {v}.",
            "It's the same problem as {v}, reported in spring.",
        ),
        ("Put {v} in the description when you're done.", "We had this once before, see {v}."),
    ),
    "amount": Phrasings(
        (
            "They were charged {v} and want it back.",
            "We have {v} left in the budget for this.",
            "Finance only signs off up to {v} without a meeting.",
        ),
        (
            "If it comes to more than {v} I need to hear about it first.",
            "The invoice in question was for {v}, I believe.",
        ),
    ),
    "date": Phrasings(
        (
            "This has to be live by {v}, the auditors come right after.",
            "I'm away from {v} on, so let's not drag it out.",
            "The contract runs out on {v}.",
        ),
        ("We promised the client something for {v}.", "After {v} nobody will be around to approve it."),
    ),
    "version": Phrasings(
        (
            "We're stuck on {v} because of the drivers.",
            "It worked before we went to {v}.",
            "Please keep it compatible with {v}.",
        ),
        ("The cluster runs {v}, don't ask why.", "Anything newer than {v} breaks their client."),
    ),
    "code": Phrasings(
        (
            "What I see in the console is {v}, every single time.",
            "Customers get {v} on the last page.",
        ),
        ("Half of the time it ends with {v}.", "Support says that people keep quoting {v} to them."),
    ),
    "email": Phrasings(
        (
            "Send the write-up to {v} when it's there.",
            "My colleague's address is {v}, cc them.",
        ),
        ("{v} should get a copy too.", "If in doubt drop a line to {v}."),
    ),
    "url": Phrasings(
        (
            "The dashboard is at {v}, if that helps.",
            "Have a look at {v} first.",
        ),
        ("I put some background on {v} a while ago.", "Their docs on it: {v}"),
    ),
    "commit": Phrasings(
        (
            "I bisected it, {v} is where it starts.",
            "Nothing was wrong before {v}.",
        ),
        ("Going back to {v} makes the problem go away.", "My guess would be {v}, that touched the parser."),
    ),
    "command": Phrasings(
        (
            "What brings it back is `{v}`.",
            "Run `{v}` when you're through, that's how we do it here.",
        ),
        ("On my machine `{v}` does the trick.", "The runbook has `{v}` for this."),
    ),
    "port": Phrasings(
        (
            "The replica listens on port {v}, not on the usual one.",
            "Use port {v} for the tunnel.",
        ),
        ("For staging you connect on port {v}.", "I left a proxy running on port {v}."),
    ),
    "person": Phrasings(
        (
            "{v} from compliance has to sign this off.",
            "If it gets hairy, talk to {v}, who built most of it.",
            "The flat is in the name of {v}, by the way.",
        ),
        ("Only {v} has access to that account.", "It was {v} who asked for this in the first place."),
    ),
    "product": Phrasings(
        (
            "We decided on {v} in the end.",
            "Let's go with {v} for this.",
            "Settled: it'll be {v}.",
        ),
        ("Everyone was in favour of {v}, so that's what it will be.", "Build it on {v}, please."),
    ),
    "quantity": Phrasings(
        (
            "Anything over {v} is unacceptable for them.",
            "The limit has to stay at {v}.",
            "Retry, but give up after {v}.",
        ),
        ("The old one took {v} at the very most.", "We can't afford more than {v} there."),
    ),
    "reference": Phrasings(
        (
            "My booking is {v}.",
            "The part I ordered is {v}, in grey.",
            "It's about reservation {v}.",
        ),
        ("{v} is what it says on my confirmation.", "The serial on the back reads {v}."),
    ),
}

ASSISTANT: Mapping[str, Phrasings] = {
    "path": Phrasings(
        ("I've put the fix into {v}, with a test beside it.", "The culprit turned out to be {v}."),
        ("The change went into {v} in the end.",),
    ),
    "ticket": Phrasings(
        ("I opened {v} for the follow-up.", "Done, this is recorded as {v}."), ("I've filed it as {v}.",)
    ),
    "amount": Phrasings(
        ("A refund of {v} is on its way to the card.",), ("That comes to {v} in total, taxes included.",)
    ),
    "code": Phrasings(
        ("The job died with {v} because the token had run out.",), ("The root of it is {v}, raised on start.",)
    ),
    "commit": Phrasings(("I committed that as {v}.",), ("It's on the branch now, as {v}.",)),
    "version": Phrasings(
        ("I pinned the client at {v}, which resolves the conflict.",), ("{v} was the last good one.",)
    ),
    "quantity": Phrasings(("With the index in place a query now takes {v}.",), ("The cache brings it down to {v}.",)),
    "reference": Phrasings(
        ("You're booked, the confirmation is {v}.",), ("Your new seat assignment has the code {v}.",)
    ),
}

CONSTRAINTS: Mapping[str, Phrasings] = {
    "during business hours": Phrasings(
        ("Please never restart the primary during business hours.",),
        ("Nothing gets deployed during business hours, okay?",),
    ),
    "in German": Phrasings(("From here on write the release notes in German.",), ("She only reads mail in German.",)),
    "public API": Phrasings(("Whatever you do, don't touch the public API.",), ("The public API stays as it is.",)),
    "peanuts": Phrasings(
        ("One of the guests is allergic to peanuts, keep that in mind.",), ("Remember the peanuts allergy.",)
    ),
    "window seat": Phrasings(
        ("I'd prefer a window seat if there is one.",), ("A window seat would be lovely for my mother.",)
    ),
    "read-only": Phrasings(
        ("The production database is strictly read-only for you.",), ("Treat the archive as read-only.",)
    ),
    "feature flag": Phrasings(
        ("It must ship behind a feature flag.",), ("I want a feature flag around the whole thing.",)
    ),
    "third-party": Phrasings(
        ("We can't add any third-party dependencies.",), ("Legal won't allow third-party code here.",)
    ),
}

FIRST_STATED: Mapping[str, Phrasings] = {
    "date": Phrasings(("The review is planned for {v}.", "We hand it over on {v}."), ("Delivery is set for {v}.",)),
    "port": Phrasings(("The gateway answers on port {v}.",), ("The broker is reachable on port {v}.",)),
    "person": Phrasings(("The reviewer will be {v}.",), ("{v} is going to approve the release.",)),
    "amount": Phrasings(("The price we agreed on is {v}.",), ("They quoted us {v} for the migration.",)),
    "product": Phrasings(("For the queue we take {v}.",), ("I'd like the queue to be {v}.",)),
    "version": Phrasings(("The target for the upgrade is {v}.",), ("The upgrade goes to {v}.",)),
    "email": Phrasings(("Reports go to {v}.",), ("The contact for the vendor is {v}.",)),
    "path": Phrasings(("The settings are read from {v}.",), ("Configuration lives in {v}.",)),
}

CORRECTED: Mapping[str, Phrasings] = {
    "date": Phrasings(
        ("Actually, the review was moved to {v}.", "Correction: we hand it over on {v}, not on {old}."),
        ("Sorry, I got the delivery wrong, it's {v}.", "Delivery has slipped from {old} to {v}."),
    ),
    "port": Phrasings(
        ("I was wrong about the gateway, it's port {v} now.", "The gateway is on port {v} instead of {old}."),
        ("Scratch that, the broker sits on port {v}.", "The broker no longer uses {old}, take port {v}."),
    ),
    "person": Phrasings(
        ("Change of plan: {v} will be the reviewer instead of {old}.",),
        ("{old} is on leave, so {v} approves the release.",),
    ),
    "amount": Phrasings(
        ("They came back to us, the price is {v} rather than {old}.", "I misread the mail, we agreed on {v}."),
        ("The quote was revised to {v}, forget the {old}.",),
    ),
    "product": Phrasings(
        ("Forget {old}, for the queue we take {v} after all.", "On second thought make the queue {v}, not {old}."),
        ("I changed my mind, the queue should be {v} and not {old}.",),
    ),
    "version": Phrasings(
        ("Wait, the target is {v}, {old} has a known bug.",),
        ("Make that {v} for the upgrade, {old} was withdrawn.",),
    ),
    "email": Phrasings(
        ("That address bounced, reports go to {v} from now on.",),
        ("The vendor's contact changed, it's {v} these days.",),
    ),
    "path": Phrasings(
        ("I mixed that up, the settings are read from {v}, not {old}.",),
        ("The configuration was moved, it lives in {v} now.",),
    ),
}
