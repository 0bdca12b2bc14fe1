"""Whether a name says that a person speaks: the name of a tag, the key of a JSON field, the kind of an event."""

import re

# Han characters by twos, as most words of them are.
_WORD = re.compile(r"[A-Z]?[a-z\u00df-\u024f]+|[A-Z]+(?![a-z])|[\u4e00-\u9fff]{1,2}|[^\W\d_a-zA-Z\u4e00-\u9fff]+")

# What one asks for: its words are the asker's, whatever hands them on (`<command-args>`).
_ASKED_WORDS = (
    "ask answer arg args argument arguments description feedback goal input inst issue objective query question "
    "request requirement requirements task anfrage aufgabe frage pregunta tarea consulta demande tâche 问题 请求 任务 "
    "質問 依頼"
)
# What carries words, a program's as well as a person's (`<command-message>`).
_CARRIER_WORDS = (
    "body chat comment constraints content conversation email instruction instructions letter mail message messages "
    "msg prompt reply response rule rules sms speech text transcript utterance value voice words nachricht mensaje "
    "mensagem 消息 内容 メッセージ"
)
_PERSON_WORDS = (
    "user human person people customer client caller visitor guest author sender from speaker benutzer nutzer kunde "
    "usuario utilisateur 用户 客户 ユーザー"
)
_PROGRAM_WORDS = (
    "agent alert assistant automated bot context cron environment env event function heartbeat hook ide local login "
    "memory meta metadata model notice notification output program reminder result scheduler server session stderr "
    "stdout status sys system timer tool webhook 系统 系統 提醒 环境 環境 通知 工具"
)
# A person too puts these around what is to be looked at.
_SHOWN = frozenset(("context", "event", "function", "model", "output", "result"))
_NOTES = frozenset(("alert", "event", "info", "message", "note", "notice", "notification", "output", "reminder"))
_WORDS_OF_LABEL = 5
# What a hook reports, and in which words; `pre-commit hook: run ruff` may be a person's.
_HOOKS = frozenset(("hook", "hooks", "webhook"))
_REPORTS = _NOTES | frozenset(("context", "error", "failed", "feedback", "reported", "said", "says", "success"))
_WORDS_OF_HOOK = 8
_EVENT = re.compile(r"[a-z][A-Z]|\w:\w")
# What these words say of a kind of event or of a role, no person says; those after them are on labels of lines too.
_UNMISTAKABLE_WORDS = (
    "agent alert assistant bot env environment function login notice notification stderr stdout timer tool 工具 环境 "
    "環境"
)
_LABELLING_WORDS = (
    "automated cron harness heartbeat hook ide meta metadata reminder scheduler sys system webhook 系统 系統 提醒"
)
# By itself the tag of a person's prompt, put together with other words that of what a harness was configured with.
_TEMPLATE_WORDS = ("constraints", "instruction", "instructions", "rule", "rules")
_ASKED, _CARRIED = frozenset(_ASKED_WORDS.split()), frozenset(_CARRIER_WORDS.split())
_LABELLING = frozenset(_LABELLING_WORDS.split())
_UNMISTAKABLE = _LABELLING | frozenset(_UNMISTAKABLE_WORDS.split())
_TEMPLATE = frozenset(_TEMPLATE_WORDS)
_PERSONS, _PROGRAMS = frozenset(_PERSON_WORDS.split()), frozenset(_PROGRAM_WORDS.split())


def words_of_name(name: str) -> list[str]:
    """The words of a name, in lower case: `createOrder`, `create_order` and `create-order` have two."""
    return [word.lower() for word in _WORD.findall(name)]


def is_of_harness(name: str) -> bool:
    """Whether a tag of this name, which no person's words stand under, is one that a harness makes: it is put together
    of several words, or is a program's."""
    words = words_of_name(name)
    return len(words) > 1 or (bool(words) and words[0] in _PROGRAMS and words[0] not in _SHOWN)


def is_of_person(name: str) -> bool:
    """Whether what stands under a name is a person's words: by its last word, which says what it is, and by those
    before, which say whose: `user_query`, `args`; not `user_info`, not `system_message`, not `command-message`."""
    words = words_of_name(name)
    if not words or not _PROGRAMS.isdisjoint(words):
        return False
    last = words[-1]
    if last in _TEMPLATE:
        return len(words) == 1
    if last in _ASKED or last in _PERSONS:
        return True
    before = words[:-1]
    return last in _CARRIED and (not before or any(word in _PERSONS or word in _ASKED for word in before))


def is_template(name: str) -> bool:
    """Whether a tag of this name is a part of a person's prompt only where no other one says whose words are whose:
    `rules` beside `user_query` are a harness's."""
    words = words_of_name(name)
    return len(words) == 1 and words[0] in _TEMPLATE


def tells_person(name: str) -> bool:
    """Whether a tag of this name says that it is a person who speaks in it, and what: `user_query`."""
    words = words_of_name(name)
    return len(words) > 1 and is_of_person(name) and not _PERSONS.isdisjoint(words[:-1])


def carries_words(key: str) -> bool:
    """Whether a JSON field of this key may carry words that somebody says."""
    words = words_of_name(key)
    return bool(words) and (words[-1] in _CARRIED or words[-1] in _ASKED)


def is_person(word: str) -> bool:
    """Whether a role, or the kind of an event, is a person, or what a person says: `user`, `user_message`, `chat`."""
    words = words_of_name(word)
    spoken = any(one in _PERSONS or one in _CARRIED or one in _ASKED for one in words)
    return spoken and _PROGRAMS.isdisjoint(words)


def is_program(word: str) -> bool:
    """Whether a role, or the kind of an event, is a program's: `system`, `tool_result`, `login`."""
    return not _UNMISTAKABLE.isdisjoint(words_of_name(word))


def labels_program(label: str) -> bool:
    """Whether a label in brackets says that a program speaks in its line: `[hook]`; `[login]` may be a person's."""
    return not _LABELLING.isdisjoint(words_of_name(label))


def is_program_note(label: str) -> bool:
    """Whether a label of a line says that a program speaks in it: `System reminder`, `Hook output`, `Stop hook
    feedback`, `PostToolUse:Bash hook`."""
    words = words_of_name(label)
    if not _HOOKS.isdisjoint(words):
        return 1 < len(words) <= _WORDS_OF_HOOK and (words[-1] in _REPORTS or _EVENT.search(label) is not None)
    return 1 < len(words) < _WORDS_OF_LABEL and words[0] in _PROGRAMS and words[-1] in _NOTES


def names_person(key: str) -> bool:
    """Whether a JSON field of this key says who it is that speaks: `user`, `sender_name`."""
    return not _PERSONS.isdisjoint(words_of_name(key))
