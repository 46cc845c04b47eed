"""READMEs, tests that run, golden bytes, the package list."""

import re

from tree import Violation

README_LINES_MAX = 30
# Folders that hold only data for the folder above them, which describes them.
DESCRIBED_ABOVE = ("docs/decisions", "tests/golden/", "tests/unit/", "workflows/catalogue/", "tests/scenarios/", "tests/command_line/")


def readmes(tree):
    """Each folder of the house has a README.md of at most 30 lines."""
    folders = set()
    for path in tree.files:
        parts = path.split("/")[:-1]
        if parts and not parts[0].startswith("."):
            folders.update("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))
    for folder in sorted(folders):
        if folder.startswith(DESCRIBED_ABOVE):
            continue
        text = tree.files.get(folder + "/README.md")
        if text is None:
            yield Violation(folder + "/README.md", 1, "missing: purpose, what it may depend on, where to start reading")
        elif text.count("\n") > README_LINES_MAX:
            yield Violation(folder + "/README.md", README_LINES_MAX, f"{text.count(chr(10))} lines; {README_LINES_MAX} are the limit")


def registered_tests(tree):
    """A test file that no CMakeLists.txt names would never run."""
    for path in tree.files:
        folder, _, name = path.rpartition("/")
        if not path.startswith("tests/") or not re.search(r"(_test\.cc|_test\.py|_test\.sh)$", name):
            continue
        while folder:
            listed = tree.files.get(folder + "/CMakeLists.txt", "")
            listed = re.sub(r"#[^\n]*", "", listed)
            if re.search(r"(?<![\w/])" + re.escape(path[len(folder) + 1:]) + r"(?!\w)", listed):
                break
            folder = folder.rpartition("/")[0]
        else:
            yield Violation(path, 1, "is named in no CMakeLists.txt: it never runs")


def registered_sources(tree):
    """A source file that no CMakeLists.txt names is never compiled."""
    for path in tree.files:
        if not path.endswith(".cc"):
            continue
        folder = path.rpartition("/")[0]
        listed = ""
        while folder:
            listed += re.sub(r"#[^\n]*", "", tree.files.get(folder + "/CMakeLists.txt", ""))
            folder = folder.rpartition("/")[0]
        if not re.search(r"(?<!\w)" + re.escape(path.rpartition("/")[2]) + r"(?!\w)", listed):
            yield Violation(path, 1, "is named in no CMakeLists.txt: it is never compiled")


def snake(name):
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


def golden_records(tree):
    """Every kind of record has golden bytes: a file in tests/golden whose name holds the kind's."""
    stems = [path.rsplit("/", 1)[-1].partition(".")[0] for path in tree.files if path.startswith("tests/golden/")]
    for path, text in tree.files.items():
        if path not in ("engine/record/event.h", "workflows/pathway/event_body.h"):
            continue
        for enum in re.finditer(r"enum class (?:RecordTag|EventTag|EventKind|BodyTag)\b[^{;]*\{(.*?)\}", text, re.DOTALL):
            for entry in re.finditer(r"\bk([A-Z]\w*)\s*=\s*\d+", enum.group(1)):
                if entry.group(1) == "FirstOfWorkflow":
                    continue
                line = text[: enum.start(1) + entry.start()].count("\n") + 1
                if not any(snake(entry.group(1)) in stem for stem in stems):
                    yield Violation(path, line, f"no golden bytes for {entry.group(1)}: tests/golden/…{snake(entry.group(1))}….hex")


def tag_numbers(tree):
    """No two kinds of record have one number."""
    seen = {}
    for path in ("engine/record/event.h", "workflows/pathway/event_body.h"):
        text = tree.files.get(path, "")
        for enum in re.finditer(r"enum class (?:RecordTag|EventTag|EventKind|BodyTag)\b[^{;]*\{(.*?)\}", text, re.DOTALL):
            for entry in re.finditer(r"\bk([A-Z]\w*)\s*=\s*(\d+)", enum.group(1)):
                name, number = entry.groups()
                if name == "FirstOfWorkflow":
                    continue
                if number in seen and seen[number] != name:
                    yield Violation(path, text[: enum.start(1) + entry.start()].count("\n") + 1, f"{name} has {seen[number]}'s number {number}")
                seen.setdefault(number, name)


def package_list(tree):
    """A line of tools/packages.txt has a package, what it is for and why; no package stands twice."""
    path = "tools/packages.txt"
    seen = set()
    for number, line in enumerate(tree.files.get(path, "").split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = line.split(None, 2)
        if len(parts) < 3 or parts[1] not in ("build", "run", "test"):
            yield Violation(path, number, "not `package  build|run|test  reason`")
        if parts[0] in seen:
            yield Violation(path, number, f"{parts[0]} stands twice")
        seen.add(parts[0])


ENUM = "enum class RecordTag : int {{\n  kRejection = 1,\n  kCaseQuarantined = {},\n  kFirstOfWorkflow = 100,\n}};\n"

PLANTS = {
    readmes: [({"engine/log/a.cc": "", "engine/README.md": ""}, "engine/log/README.md:1: missing"),
              ({"docs/README.md": "line\n" * 31}, "31 lines")],
    registered_tests: [
        ({"tests/unit/base/a_test.cc": "", "tests/unit/base/CMakeLists.txt": "# a_test.cc\nritrovo_test(t SOURCES bb_a_test.cc)"}, "never runs"),
        ({"tests/kill_test.sh": ""}, "never runs"),
    ],
    registered_sources: [({"engine/base/a.cc": "", "engine/base/CMakeLists.txt": "ritrovo_library(l SOURCES aa.cc)"}, "never compiled")],
    golden_records: [({"engine/record/event.h": ENUM.format(3), "tests/golden/rejection_v1.hex": ""}, "no golden bytes for CaseQuarantined")],
    tag_numbers: [({"engine/record/event.h": ENUM.format(1)}, "number 1"),
                  ({"engine/record/event.h": ENUM.format(3), "workflows/pathway/event_body.h": "enum class EventTag {\n  kOpened = 3,\n};"},
                   "number 3")],
    package_list: [({"tools/packages.txt": "cmake build\n"}, "not `package"), ({"tools/packages.txt": "a build x\na test y\n"}, "stands twice"),
                   ({"tools/packages.txt": "a maybe some reason\n"}, "not `package")],
}

GOOD = {
    readmes: {"engine/log/a.cc": "", "engine/README.md": "line\n" * 30, "engine/log/README.md": "", ".ci/run": "", "CMakeLists.txt": ""},
    registered_tests: {"tests/unit/base/a_test.cc": "", "tests/unit/base/CMakeLists.txt": "ritrovo_test(t SOURCES a_test.cc)"},
    registered_sources: {"engine/base/a.cc": "", "engine/base/CMakeLists.txt": "ritrovo_library(l SOURCES\n a.cc)"},
    golden_records: {"engine/record/event.h": ENUM.format(3), "tests/golden/rejection_v1.hex": "", "tests/golden/case_quarantined.hex": ""},
    tag_numbers: {"engine/record/event.h": ENUM.format(3), "workflows/pathway/event_body.h": "enum class EventTag {\n  kOpened = 100,\n};"},
    package_list: {"tools/packages.txt": "# words\n\ncmake  build  configures\ncurl  run  asks\n"},
}
