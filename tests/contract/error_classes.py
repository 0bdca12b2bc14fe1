"""The errors of the service, found by their classes in its source, and which of them it uses."""

import ast
from functools import cache
from importlib import import_module
from pathlib import Path

import compactd
from compactd.domain.error_shape import CompactdError

PACKAGE = Path(compactd.__file__).parent


@cache
def error_classes() -> tuple[type[CompactdError], ...]:
    """Every class of an error that names a reason, wherever in the package it is."""
    found = []
    for path, tree in _trees().items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and any(_names_reason(item) for item in node.body):
                cls = getattr(import_module(_module_name(path)), node.name)
                assert issubclass(cls, CompactdError), f"{node.name} has a reason and is no error of the service"
                found.append(cls)
    return tuple(found)


@cache
def names_in_use() -> frozenset[str]:
    """The names that the package raises, calls or hands on. An import, a base class, a type, an `except` and an
    `isinstance` are no use: they only wait for an error that somebody else raises."""
    uses = _Uses()
    for tree in _trees().values():
        uses.visit(tree)
    return frozenset(uses.names)


def _names_reason(statement: ast.stmt) -> bool:
    targets = statement.targets if isinstance(statement, ast.Assign) else ()
    return any(isinstance(target, ast.Name) and target.id == "reason" for target in targets)


@cache
def _trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}


def _module_name(path: Path) -> str:
    return ".".join((PACKAGE.name, *path.relative_to(PACKAGE).with_suffix("").parts))


class _Uses(ast.NodeVisitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_Name(self, node: ast.Name) -> None:
        self.names.add(node.id)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._visit_all(node.body)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self._visit_all(node.body)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._visit_all(node.body)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._visit_all(node.body)

    def visit_Call(self, node: ast.Call) -> None:
        if not (isinstance(node.func, ast.Name) and node.func.id == "isinstance"):
            self.generic_visit(node)

    def _visit_all(self, body: list[ast.stmt]) -> None:
        for statement in body:
            self.visit(statement)
