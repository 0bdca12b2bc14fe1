"""A rule that has a number gives way to a sentence that allows another number of the same."""

import pytest

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import summarize

U, A = Role.USER, Role.ASSISTANT

RECOUNTED = [
    ("Keep the posts under 90 words.", "The posts can have 140 words now."),
    ("لا تتجاوز المقالات 600 كلمة.", "سمح لنا المحرر بأن تصل المقالات إلى 900 كلمة."),
    ("文章不超过600字。", "编辑同意文章可以写到900字。"),
    ("記事は600字以内で。", "編集部の許可が出て、記事は900字まで書けます。"),
]


def kept(first: str, then: str) -> str:
    return summarize([ChatMessage(role, one) for text in (first, then) for role, one in ((U, text), (A, "OK."))], 1000)


@pytest.mark.parametrize(("first", "then"), RECOUNTED)
def test_the_newer_number_alone_is_said(first: str, then: str) -> None:
    summary = kept(first, then)
    assert first not in summary
    assert then in summary


@pytest.mark.parametrize(
    "then", ["The last post had 140 words.", "The emails can have 140 words.", "You can post at 9 am."]
)
def test_how_many_there_are_or_may_be_of_others_changes_nothing(then: str) -> None:
    assert "under 90 words" in kept("Keep every post under 90 words.", then)
