"""What a path leads to, and putting a file there."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Iterator


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Name path in the sentence of an OSError, and say why."""
    try:
        yield
    except OSError as error:
        raise OSError(f"{path} cannot be written: {error.strerror or error}.") from error


def target_of(path: Path) -> Path:
    """Return what path leads to, if that can be written; a pipe or device stays as it is named."""
    with named(path):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "it is a folder")
        target = Path(os.path.realpath(path))
        if path.exists() and not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        if not is_regular(path):
            return path.absolute()
        if target.is_symlink():
            raise OSError(errno.ELOOP, "its links lead back to it")
        if target != path.absolute() and path.absolute().parts[1] in ("dev", "proc"):
            raise OSError(errno.EINVAL, f"name {target} itself, which it leads to")
    return target


def is_regular(path: Path) -> bool:
    """Tell whether path is a file that can be replaced, or is not there."""
    return not path.exists() or stat.S_ISREG(path.stat().st_mode)


def move(temporary: Path, target: Path) -> None:
    """Put a file in the place of target with its owner and mode, or write it into what is there."""
    if not is_regular(target):
        with temporary.open("rb") as source, target.open("wb") as sink:
            shutil.copyfileobj(source, sink)
        temporary.unlink()
        return
    if target.exists():
        with suppress(PermissionError):
            os.chown(temporary, target.stat().st_uid, target.stat().st_gid)
        shutil.copymode(target, temporary)
    os.replace(temporary, target)
