"""Conversations of a few messages, and the sections of their summaries, for tests of who said what."""

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import summarize
from compactd.extractive.languages import LANGUAGES
from compactd.extractive.page import Section

U, A, T = Role.USER, Role.ASSISTANT, Role.TOOL
LIMIT = 700
ASKED = Section.GOALS, Section.OPEN
WILL = *ASKED, Section.INSTRUCTIONS, Section.DECISIONS
REQUESTS = (
    "Add a --json flag to the export command in src/cli/export.ts.",
    "Füge dem Export-Befehl in src/cli/export.ts eine Option --json hinzu.",
    "请给 src/cli/export.ts 中的导出命令添加 --json 选项。",
    "أضف الخيار --json إلى أمر التصدير في src/cli/export.ts",
)
TAGS = (
    "系统提醒",
    "reminder",
    "user_rules",
    "system-reminder",
    "environment_details",
    "ide:selection",
    "sessionNotice",
    "Hinweis-des-Systems",
    "turn.context",
)


def summary_of(*said: tuple[Role, str], limit: int = LIMIT) -> str:
    return summarize([ChatMessage(role=role, content=text) for role, text in said], limit)


def section(summary: str, *sections: Section) -> str:
    """What stands in sections of a summary, whatever the language of its headings."""
    names = {language.headings[section] for language in LANGUAGES for section in sections}
    blocks = [block.partition("\n") for block in f"\n{summary}".split("\n## ")]
    return "\n".join(text for name, _, text in blocks if name in names)


def block(tag: str, text: str, attributes: str = "") -> str:
    return f"<{tag}{attributes}>\n{text}\n</{tag}>"
