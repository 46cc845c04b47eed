"""The source tree as the rules see it: paths and texts, from the disk or made up by a self-test."""

import os
import re
from dataclasses import dataclass, field

SKIPPED_FOLDERS = {".git", "build", ".cache", "__pycache__", "node_modules"}
BINARY_ENDINGS = (".bin", ".png", ".gz", ".sst")
CODE_ENDINGS = (".h", ".cc")


@dataclass(frozen=True)
class Violation:
    """One place that breaks a rule, in the form that editors follow."""

    path: str
    line: int
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.message}"


@dataclass
class Tree:
    """Files by path from the root, with '/' between folders."""

    files: dict = field(default_factory=dict)

    @staticmethod
    def read(root):
        files = {}
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS)
            for name in sorted(names):
                path = os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")
                if name.endswith(BINARY_ENDINGS):
                    continue
                with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                    files[path] = file.read()
        return Tree(files)

    def code(self):
        """Every C++ file, with its text."""
        return [(path, text) for path, text in self.files.items() if path.endswith(CODE_ENDINGS)]


TOKEN = re.compile(
    r"""(?P<raw>\bR"(?P<fence>[^()\s\\]{0,16})\(.*?\)(?P=fence)")"""
    r"""|(?P<line>//[^\n]*)|(?P<block>/\*.*?\*/)"""
    r"""|(?P<text>"(?:\\.|[^"\\\n])*")"""
    r"""|(?P<char>(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+')""",
    re.DOTALL | re.VERBOSE,
)


def blanked(text, keep_comments=False):
    """The code with strings, characters and comments turned into blanks, line by line as long as before."""

    def blank(match):
        if keep_comments and (match.group("line") or match.group("block")):
            return match.group(0)
        found = match.group(0)
        filler = "".join("\n" if character == "\n" else " " for character in found)
        return filler if match.group("line") or match.group("block") else '"' + filler[1:-1] + '"'

    return TOKEN.sub(blank, text)


def includes(text):
    """(line, target, is_own) of each #include; is_own where it is written with quotes."""
    for number, line in enumerate(text.split("\n"), 1):
        match = re.match(r'\s*#\s*include\s*(?:<([^>]+)>|"([^"]+)")', line)
        if match:
            yield number, match.group(1) or match.group(2), match.group(2) is not None


def room_of(path, rooms):
    """The longest room that the path lies in, or None."""
    best = None
    for room in rooms:
        if path.startswith(room + "/") and (best is None or len(room) > len(best)):
            best = room
    return best
