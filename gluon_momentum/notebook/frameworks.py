"""Which framework a notebook trains with, told from what it imports."""

from __future__ import annotations

import ast
import re
from typing import Iterable, NamedTuple

# In the names of modules, and of optimizers.
_FRAMEWORKS = {
    "mxnet": r"mxnet|gluonbook|\bd2lzh\b",
    "pytorch": r"torch",
    "tensorflow": r"tensorflow|keras|^tf\.",
    "paddle": r"paddle",
    "jax": r"jax|flax|optax",
    "mindspore": r"mindspore",
    "mlx": r"(^|[._])mlx([._]|$)",
}


class Framework(NamedTuple):
    """The framework of a notebook, None if that is not certain, and then why."""

    name: str | None
    reason: str = ""


def framework_of(trees: Iterable[list[ast.stmt] | None]) -> Framework:
    """Return the framework that a notebook imports, if it is one alone."""
    imported = {name for tree in trees for each in tree or [] for name in _imports(each)}
    found = sorted({name for each in imported for name in named_in(each)})
    if len(found) == 1:
        return Framework(found[0])
    shown = f"several frameworks, {' and '.join(found)}" if found else "no framework known here"
    return Framework(None, f"its notebook imports {shown}")


def named_in(text: str) -> list[str]:
    """Return the frameworks to which the name of a module or of an optimizer belongs."""
    return [name for name, pattern in _FRAMEWORKS.items() if re.search(pattern, text)]


def _imports(tree: ast.stmt) -> Iterable[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module or ''}.{one.name}" for one in node.names)
