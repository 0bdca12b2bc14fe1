"""Sentences that name the thing which a rule is about, and say nothing of the rule.

`config/public.yaml is beside config/secrets.yaml` leaves `You must not read config/secrets.yaml` in force.
"""

from functools import lru_cache

from compactd.extractive.importance.reply_clauses import CLAUSES
from compactd.extractive.importance.rules.named_values import ID
from compactd.extractive.importance.rules.subjects import Subject, content_words
from compactd.extractive.reading.identifiers import Kind

_THINGS = (ID, *map(str, (Kind.PATH, Kind.URL, Kind.EMAIL)))
"""Values by which a thing is known."""

_KINDS_OF_THINGS = (
    "file files folder directory document datei dateien verzeichnis fichier fichiers dossier document archivo "
    "fichero carpeta documento arquivo ficheiro pasta cartella файл файлы файле папка каталог документ ملف مجلد فايل "
    "फ़ाइल फाइल फ़ोल्डर 文件 文件夹 ファイル フォルダ 파일 폴더"
)


def only_names(newer: Subject, older: Subject) -> bool:
    """Whether all that a sentence has in common with an instruction is a thing that both name: what else its clause
    about that says has nothing to do with what the instruction says of it, nor has it another value of anything."""
    things = [thing for kind in _THINGS for thing in newer.values.get(kind, ()) if thing in older.values.get(kind, ())]
    if not things:
        return False
    about = [clause for clause in CLAUSES.split(newer.text) if any(thing in clause for thing in things)]
    shared = _terms_beside(" ".join(about) or newer.text, newer) & _terms_beside(older.text, older)
    if not shared <= _terms_in(_KINDS_OF_THINGS):
        return False
    both = newer.values.keys() & older.values.keys()
    return not any(newer.values[name].isdisjoint(older.values[name]) for name in both)


def _terms_beside(text: str, subject: Subject) -> frozenset[str]:
    """What a text about `subject` names beside the things that it has values of."""
    for thing in sorted((one for kind in _THINGS for one in subject.values.get(kind, ())), key=len, reverse=True):
        text = text.replace(thing, " ")
    return _terms_in(text)


@lru_cache(maxsize=1024)
def _terms_in(text: str) -> frozenset[str]:
    words, pairs = content_words(text)
    return frozenset((*(term for _, term in words), *pairs))
