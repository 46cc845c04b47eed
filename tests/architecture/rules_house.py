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


def record_kinds(tree):
    """(path, line, name, number) of every kind of record: the engine's enumerators, and the workflow's structs with a kTag."""
    path = "engine/record/event.h"
    text = tree.files.get(path, "")
    for enum in re.finditer(r"enum class RecordTag\b[^{;]*\{(.*?)\}", text, re.DOTALL):
        for entry in re.finditer(r"\bk([A-Z]\w*)\s*=\s*(\d+)", enum.group(1)):
            if entry.group(1) != "FirstOfWorkflow":
                yield path, text[: enum.start(1) + entry.start()].count("\n") + 1, entry.group(1), entry.group(2)
    path = "workflows/pathway/event_body.h"
    struct = None
    for line, code in enumerate(tree.files.get(path, "").split("\n"), 1):
        struct = re.match(r"\s*struct (\w+)", code) or struct
        tag = re.search(r"\bRecordTag kTag\s*(?:\{|=\s*RecordTag\{)(\d+)\}", code)
        if tag and struct:
            yield path, line, struct.group(1), tag.group(1)


def golden_records(tree):
    """Every kind of record has golden bytes: a file in tests/golden whose name holds the kind's."""
    stems = [path.rsplit("/", 1)[-1].partition(".")[0] for path in tree.files if path.startswith("tests/golden/")]
    for path, line, name, _ in record_kinds(tree):
        wanted = re.compile(rf"(^|[_-]){snake(name)}([_-]|$)")
        if not any(wanted.search(stem) for stem in stems):
            yield Violation(path, line, f"no golden bytes for {name}: tests/golden/{snake(name)}.hex")


def tag_numbers(tree):
    """No two kinds of record have one number, the engine's are below 100 and the workflow's are not; a kind that isn't found has none."""
    seen = {}
    for path, line, name, number in record_kinds(tree):
        if number in seen:
            yield Violation(path, line, f"{name} has {seen[number]}'s number {number}")
        seen.setdefault(number, name)
        if (int(number) < 100) != path.startswith("engine/"):
            yield Violation(path, line, f"{name}'s number {number} is on the other side of 100")
    text = tree.files.get("workflows/pathway/event_body.h", "")
    found = sum(1 for path, *_ in record_kinds(tree) if path.startswith("workflows/"))
    if found != len(re.findall(r"\bRecordTag kTag\b", text)):
        yield Violation("workflows/pathway/event_body.h", 1, f"this rule understands {found} of its kinds only")


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
BODY = ("struct Because {{\n  int cause;\n}};\nstruct Opened {{\n  int a{{}};\n  static constexpr RecordTag kTag{{{}}};\n}};\n")

PLANTS = {
    readmes: [({"engine/log/a.cc": "", "engine/README.md": ""}, "engine/log/README.md:1: missing"),
              ({"docs/README.md": "line\n" * 31}, "31 lines")],
    registered_tests: [
        ({"tests/unit/base/a_test.cc": "", "tests/unit/base/CMakeLists.txt": "# a_test.cc\nritrovo_test(t SOURCES bb_a_test.cc)"}, "never runs"),
        ({"tests/kill_test.sh": ""}, "never runs"),
    ],
    registered_sources: [({"engine/base/a.cc": "", "engine/base/CMakeLists.txt": "ritrovo_library(l SOURCES aa.cc)"}, "never compiled")],
    golden_records: [({"engine/record/event.h": ENUM.format(3), "tests/golden/rejection_v1.hex": ""}, "no golden bytes for CaseQuarantined"),
                     ({"workflows/pathway/event_body.h": BODY.format(103), "tests/golden/unopened.hex": ""}, "no golden bytes for Opened")],
    tag_numbers: [({"engine/record/event.h": ENUM.format(1)}, "number 1"),
                  ({"engine/record/event.h": ENUM.format(3), "workflows/pathway/event_body.h": BODY.format(3)}, "number 3"),
                  ({"workflows/pathway/event_body.h": BODY.format(103) + BODY.format(103)}, "number 103"),
                  ({"workflows/pathway/event_body.h": BODY.format(99)}, "on the other side"),
                  ({"workflows/pathway/event_body.h": "class X { RecordTag kTag = tag(7); };"}, "understands 0")],
    package_list: [({"tools/packages.txt": "cmake build\n"}, "not `package"), ({"tools/packages.txt": "a build x\na test y\n"}, "stands twice"),
                   ({"tools/packages.txt": "a maybe some reason\n"}, "not `package")],
}

GOOD = {
    readmes: {"engine/log/a.cc": "", "engine/README.md": "line\n" * 30, "engine/log/README.md": "", ".ci/run": "", "CMakeLists.txt": ""},
    registered_tests: {"tests/unit/base/a_test.cc": "", "tests/unit/base/CMakeLists.txt": "ritrovo_test(t SOURCES a_test.cc)"},
    registered_sources: {"engine/base/a.cc": "", "engine/base/CMakeLists.txt": "ritrovo_library(l SOURCES\n a.cc)"},
    golden_records: {"engine/record/event.h": ENUM.format(3), "tests/golden/rejection_v1.hex": "", "tests/golden/case_quarantined.hex": ""},
    tag_numbers: {"engine/record/event.h": ENUM.format(3), "workflows/pathway/event_body.h": BODY.format(100)},
    package_list: {"tools/packages.txt": "# words\n\ncmake  build  configures\ncurl  run  asks\n"},
}
