"""How people correct what they said: what is said first, and what replaces it, in the two sets of `phrases`."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.quality.phrases import KEPT_APART

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Corrections:
    """Pairs about the same thing: `{v}` is the value that a sentence states, `{old}` the one before it."""

    developed: Pairs
    held_out: Pairs

    def of(self, *, held_out: bool) -> Pairs:
        return self.held_out if held_out else self.developed


_DEVELOPED: Mapping[str, Pairs] = {
    "date": (
        ("The review is planned for {v}.", "Actually, the review was moved to {v}."),
        ("We hand it over on {v}.", "Correction: we hand it over on {v}, not on {old}."),
        ("Delivery is set for {v}.", "Sorry, I got the delivery wrong, it's {v}."),
        ("Delivery is set for {v}.", "Delivery has slipped from {old} to {v}."),
        ("The fair opens on {v}.", "The fair opens a little later than I said, on {v}."),
        ("We get the keys on {v}.", "It turns out we get the keys on {v} and not on {old}."),
    ),
    "port": (
        ("The gateway answers on port {v}.", "I was wrong about the gateway, it's port {v} now."),
        ("The gateway answers on port {v}.", "The gateway is on port {v} instead of {old}."),
        ("The broker is reachable on port {v}.", "Scratch that, the broker sits on port {v}."),
        ("The broker is reachable on port {v}.", "The broker no longer uses {old}, take port {v}."),
        ("The camera sits on port {v}.", "Small change: the camera sits on port {v}."),
        ("They gave us port {v}.", "We had to give {old} back, our port is {v}."),
    ),
    "person": (
        ("The reviewer will be {v}.", "Change of plan: {v} will be the reviewer instead of {old}."),
        ("{v} is going to approve the release.", "{old} is on leave, so {v} approves the release."),
        ("{v} will be in the chair.", "{old} is ill, {v} will be in the chair."),
        ("The speech is held by {v}.", "It will be {v} who holds the speech, {old} has lost the voice."),
    ),
    "amount": (
        ("The price we agreed on is {v}.", "They came back to us, the price is {v} rather than {old}."),
        ("The price we agreed on is {v}.", "I misread the mail, we agreed on {v}."),
        ("They quoted us {v} for the migration.", "The quote was revised to {v}, forget the {old}."),
        ("The hall costs {v}.", "They raised it, the hall costs {v}."),
        ("The rent is {v} a month.", "The rent went from {old} to {v} a month."),
    ),
    "product": (
        ("For the queue we take {v}.", "Forget {old}, for the queue we take {v} after all."),
        ("I'd like the queue to be {v}.", "On second thought make the queue {v}, not {old}."),
        ("I'd like the queue to be {v}.", "I changed my mind, the queue should be {v} and not {old}."),
        ("The forms are made with {v}.", "We got rid of {old}, the forms are made with {v} by now."),
        ("Our mail runs over {v}.", "As of this week our mail runs over {v}."),
    ),
    "version": (
        ("The target for the upgrade is {v}.", "Wait, the target is {v}, {old} has a known bug."),
        ("The upgrade goes to {v}.", "Make that {v} for the upgrade, {old} was withdrawn."),
        ("The tablets get {v}.", "I looked again, the tablets get {v}."),
        ("Everyone is on {v}.", "Everyone is on {v} since the weekend, {old} was too slow."),
    ),
    "email": (
        ("Reports go to {v}.", "That address bounced, reports go to {v} from now on."),
        ("The contact for the vendor is {v}.", "The vendor's contact changed, it's {v} these days."),
        ("Complaints go to {v}.", "I gave you an old address for complaints, {v} is the one."),
        ("The landlord reads {v}.", "The landlord no longer reads {old}, use {v}."),
    ),
    "path": (
        ("The settings are read from {v}.", "I mixed that up, the settings are read from {v}, not {old}."),
        ("Configuration lives in {v}.", "The configuration was moved, it lives in {v} now."),
        ("The template is {v}.", "That was last year's template, {v} is the current one."),
        ("The list of names is in {v}.", "The list of names now sits in {v}, {old} is empty."),
    ),
}

CORRECTIONS: Mapping[str, Corrections] = {
    kind: Corrections(pairs, tuple((first, then) for first, then in KEPT_APART["corrections"][kind]))
    for kind, pairs in _DEVELOPED.items()
}
