"""Writing files: those of a run appear together, or none does.

Every file is first written under a temporary name in the folder where it will be. A program that
is ended from outside calls `settle` before it goes.
"""

from __future__ import annotations

import errno
import json
import os
import secrets
import shutil
import stat
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Iterator

# Not made of the file's own name, with which it could be too long for a file system.
_PREFIX, _SUFFIX = ".gluon-momentum-", ".tmp"
_LEFTOVER_AGE = 24 * 3600  # seconds; no run leaves a file unfinished for so long and goes on

_at_work: list[Files] = []


class Files:
    """The files of one run; `together` makes it."""

    def __init__(self) -> None:
        self._temporary: dict[Path, Path] = {}  # by the path that each will have
        self._reserved: dict[Path, Path] = {}  # what `writing` will give, by the path as given
        self._folders: list[Path] = []  # made for this run
        self._whole = False  # every file is written, and they begin to appear

    def folder(self, path: Path) -> Path:
        """Make a folder if it is not there, and see that files can be written in it.

        Raises:
            OSError: it cannot be made or written; the message names it and says why.
        """
        try:
            for each in reversed((path, *path.parents)):
                if not each.exists():
                    each.mkdir(exist_ok=True)
                    self._folders.append(each)
                elif not each.is_dir():
                    raise NotADirectoryError(errno.ENOTDIR, f"{each} is a file")
            tempfile.TemporaryFile(dir=path).close()
        except OSError as error:
            raise OSError(f"The folder {path} cannot be written: {error.strerror}.") from error
        _remove_leftovers(path)
        return path

    def reserve(self, path: Path) -> None:
        """See that path can be written, and make its folder; `writing` follows.

        Raises:
            OSError: it cannot; the message names it and says why.
            ValueError: another file of this run has the same path.
        """
        target = target_of(path)
        if target in self._temporary:
            raise ValueError(f"{path} is named for two outputs: each needs a file of its own.")
        if is_regular(target):
            folder = self.folder(target.parent if path.is_symlink() else path.parent)
        else:
            folder = Path(tempfile.gettempdir())
        temporary = folder / f"{_PREFIX}{secrets.token_hex(8)}{_SUFFIX}"
        self._temporary[target] = self._reserved[path] = temporary

    @contextmanager
    def writing(self, path: Path) -> Iterator[Path]:
        """Yield the temporary name of the file that becomes path; errors as of `reserve`."""
        if path not in self._reserved:
            self.reserve(path)
        with named(path):
            yield self._reserved.pop(path)

    def write_text(self, path: Path, text: str) -> None:
        """Write text in UTF-8, to become path."""
        with self.writing(path) as temporary:
            temporary.write_text(text, encoding="utf8")

    def write_json(self, path: Path, value: Any) -> None:
        """Write value as strict JSON, to become path.

        Raises:
            ValueError: value holds a number that is not finite, which strict JSON cannot say.
        """
        text = json.dumps(value, indent=1, allow_nan=False, ensure_ascii=False)
        self.write_text(path, f"{text}\n")

    def appear(self) -> None:
        """Give every file its path: first what is no regular file, since writing there can fail."""
        self._whole = True
        for target in sorted(self._temporary, key=is_regular):
            if self._temporary[target].exists():
                with named(target):
                    move(self._temporary[target], target)
        self._temporary.clear()
        self._folders.clear()

    def discard(self) -> None:
        """Remove what has not appeared, and the folders that were made for it."""
        for temporary in self._temporary.values():
            with suppress(OSError):
                temporary.unlink()
        for folder in reversed(self._folders):
            with suppress(OSError):  # something else is in it by now
                folder.rmdir()

    def settle(self) -> None:
        """Finish what has begun to appear, or discard what has not: for a program that must end."""
        if self._whole:
            self.appear()
        else:
            self.discard()


@contextmanager
def together() -> Iterator[Files]:
    """Yield the `Files` of a run, which appear at the end of the block, or not at all."""
    files = Files()
    _at_work.append(files)
    try:
        yield files
        files.appear()
    except BaseException:
        files.discard()
        raise
    finally:
        _at_work.remove(files)


def settle() -> None:
    """Leave no file half written, for a signal handler that ends the process there."""
    for files in _at_work:
        files.settle()


def write_text(path: Path, text: str) -> None:
    """Write text to path in UTF-8, or not at all."""
    with together() as files:
        files.write_text(path, text)


def write_json(path: Path, value: Any) -> None:
    """Write value to path as strict JSON, or not at all; errors as of `Files.write_json`."""
    with together() as files:
        files.write_json(path, value)


def _remove_leftovers(folder: Path) -> None:
    """Remove the temporary files of runs that were killed."""
    for path in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        with suppress(OSError):  # another process removes them too, or owns them
            if time.time() - path.stat().st_mtime > _LEFTOVER_AGE:
                path.unlink()


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
        with suppress(PermissionError, AttributeError):  # Windows has no chown
            os.chown(temporary, target.stat().st_uid, target.stat().st_gid)
        shutil.copymode(target, temporary)
    os.replace(temporary, target)
