"""Lengths of files and functions, names of files, words that aren't left lying about."""

import re

from tree import Violation, blanked

FILE_LINES_MAX = 800
FUNCTION_LINES_MAX = 70
FORBIDDEN_STEMS = ("types", "common", "utils", "util", "helpers", "helper", "misc")
SOURCE_ENDINGS = (".h", ".cc", ".py", ".cmake", ".sh")
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
EXEMPTION = re.compile(r"\s*//+ length: \S+ \S+")


def file_lengths(tree):
    """A source file has at most 800 lines."""
    for path, text in tree.files.items():
        lines = text.count("\n")
        if path.endswith(SOURCE_ENDINGS) and lines > FILE_LINES_MAX:
            yield Violation(path, FILE_LINES_MAX, f"{lines} lines; {FILE_LINES_MAX} are the limit: split it by what it is about")


def file_names(tree):
    """A file is named after the thing it holds, in snake_case; .h and .cc are the only endings of C++."""
    for path in tree.files:
        stem, _, ending = path.rsplit("/", 1)[-1].partition(".")
        if ending in ("hpp", "hh", "cpp", "cxx", "C", "inl"):
            yield Violation(path, 1, "C++ files end in .h and .cc")
        if ending in ("h", "cc"):
            if stem in FORBIDDEN_STEMS:
                yield Violation(path, 1, f"'{stem}' names no thing: name the file after what it holds")
            if not re.fullmatch(r"[a-z][a-z0-9_]*", stem):
                yield Violation(path, 1, "file names are snake_case")


def unfinished(tree):
    """Nothing is left for later in the source: an issue is the place for that."""
    for path, text in tree.files.items():
        if path.startswith(("docs/", "LICENSE")) or not path.endswith(SOURCE_ENDINGS + (".yaml", ".txt", ".md")):
            continue
        for number, line in enumerate(text.split("\n"), 1):
            match = UNFINISHED.search(line)
            if match:
                yield Violation(path, number, f"'{match.group(0)}': finish it, or open an issue and remove the mark")


def headers_guarded(tree):
    """A header is read once."""
    for path, text in tree.files.items():
        if path.endswith(".h") and "#pragma once" not in text:
            yield Violation(path, 1, "no #pragma once")


SCOPE = re.compile(r"^(\[\[.*?\]\]\s*)?(inline\s+)?(namespace\b|extern\s*\"|class\b|struct\b|union\b|enum\b)")


def without_templates(header):
    """The text without leading `template <…>`."""
    header = header.strip()
    while header.startswith("template"):
        start = header.find("<")
        if start < 0:
            return header
        depth = 0
        for index in range(start, len(header)):
            depth += {"<": 1, ">": -1}.get(header[index], 0)
            if depth == 0:
                break
        header = header[index + 1:].strip()
    return header


def kind_of(header):
    """What a brace after this text opens: 'scope', 'function' or 'value'."""
    header = without_templates(header)
    if SCOPE.match(header) and not re.search(r"\)\s*(const|noexcept|override|final|->[^=]*)*\s*$", header):
        return "scope"
    if ")" not in header:
        return "value"
    depth, outside = 0, ""
    for character in header:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0:
            outside += character
    outside = re.sub(r"operator\s*(==|<=>|<=|>=|!=|[-+*/%^&|]?=)", "operator", outside)
    if re.search(r"(?<![=<>!])=(?!=)", outside):
        return "value"
    if re.search(r"\)\s*(noexcept\s*)?:(?!:)", outside) and re.search(r"[\w>]\s*$", header):
        return "value"  # `a_{…}` in a constructor's list of initialisers
    return "function"


def functions(text):
    """(first line, last line, header) of every function body that isn't inside another function."""
    code = re.sub(r"^[ \t]*#(?:[^\n\\]|\\.)*(?:\\\n(?:[^\n\\]|\\.)*)*", lambda m: re.sub(r"[^\n]", " ", m.group(0)), blanked(text),
                  flags=re.MULTILINE)
    scopes, line, header, header_line, parens = [], 1, "", 1, 0
    for character in code:
        if character == "\n":
            line += 1
        if scopes and scopes[-1][0] in ("function", "value"):
            opened = scopes[-1]
            if character == "{":
                opened[2] += 1
            elif character == "}":
                opened[2] -= 1
                if opened[2] == 0:
                    scopes.pop()
                    if opened[0] == "function":
                        yield opened[1], line, opened[3]
                        header = ""
                    else:
                        header += "{}"
            continue
        parens += {"(": 1, ")": -1}.get(character, 0)
        if character == "{":
            kind = "value" if parens > 0 else kind_of(header)
            scopes.append([kind, header_line, 1, " ".join(header.split())])
            if kind == "scope":
                header = ""
        elif character == "}":
            if scopes:
                scopes.pop()
            header = ""
        elif character == ";" and parens == 0:
            header = ""
        elif character == ":" and header.strip() in ("public", "private", "protected"):
            header = ""
        else:
            if not header.strip() and not character.isspace():
                header, header_line = "", line
            header += character


def function_lengths(tree):
    """A function has at most 70 lines; an exhaustive switch or a table may say `// length: why` on the line before it."""
    for path, text in tree.code():
        lines = text.split("\n")
        for first, last, header in functions(text):
            length = last - first + 1
            exempt = first >= 2 and EXEMPTION.match(lines[first - 2])
            if length > FUNCTION_LINES_MAX and not exempt:
                yield Violation(path, first, f"{length} lines; {FUNCTION_LINES_MAX} are the limit: {header[:90]}")


LONG = "\n".join(f"  work({n});" for n in range(70))
SHORT = "\n".join(f"  work({n});" for n in range(60))

PLANTS = {
    file_lengths: [({"engine/base/a.cc": "int x;\n" * 801}, "801 lines"), ({"tests/architecture/a.py": "x = 1\n" * 801}, "801 lines")],
    file_names: [({"engine/base/utils.h": ""}, "names no thing"), ({"engine/base/common.cc": ""}, "names no thing"),
                 ({"engine/base/CaseLog.h": ""}, "snake_case"), ({"engine/base/a.cpp": ""}, "end in .h and .cc")],
    unfinished: [({"engine/base/a.cc": "// TO" + "DO: later\n"}, "finish it"), ({"tools/a.cmake": "# FIX" + "ME\n"}, "finish it")],
    headers_guarded: [({"engine/base/a.h": "int x;\n"}, "no #pragma once")],
    function_lengths: [
        ({"engine/base/a.cc": f"namespace a {{\nvoid f() {{\n{LONG}\n}}\n}}\n"}, "72 lines"),
        ({"engine/base/a.cc": f"template <class T = int>\nbool S<T>::operator==(const S& o) const {{\n{LONG}\n}}\n"}, "73 lines"),
        ({"engine/base/a.h": f"class A {{\n public:\n  A(int x) : x_{{x}}, y_(1) {{\n{LONG}\n  }}\n}};\n"}, "72 lines"),
        ({"tests/unit/a_test.cc": f"TEST(A, B) {{\n{LONG}\n}}\n"}, "72 lines"),
        ({"engine/base/a.cc": f"auto f(int n) -> std::vector<int> {{\n  auto g = [&] {{\n{LONG}\n  }};\n  g();\n}}\n"}, "75 lines"),
        ({"engine/base/a.cc": f"// length: w\nvoid f() {{\n{LONG}\n}}\n"}, "72 lines"),
        ({"engine/base/a.cc": f"const char* kBrace = \"}}{{\";\nvoid f(char c = '{{') {{\n{LONG}\n}}\n"}, "72 lines"),
        ({"engine/base/a.cc": f"static struct tm f(int a) {{\n{LONG}\n}}\n"}, "72 lines"),
    ],
}

GOOD = {
    file_lengths: {"engine/base/a.cc": "int x;\n" * 800},
    file_names: {"engine/base/case_log.h": "", "docs/common.md": "", "tools/install": ""},
    unfinished: {"engine/base/a.cc": "// Done. mastodon\n"},
    headers_guarded: {"engine/base/a.h": "#pragma once\n"},
    function_lengths: {
        "engine/base/a.cc": f"// length: one case for each kind of step\nvoid f() {{\n{LONG}\n}}\nvoid g() {{\n{SHORT}\n}}\n"
                            f"const Table kTable = {{\n{LONG}\n}};\nstruct Big {{\n{LONG}\n}};\nnamespace {{\n{LONG}\n}}\n"
                            f"Foo::Foo(int a)\n    : a_{{a}},\n      b_{{a}} {{}}\nvoid h() {{\n{SHORT}\n}}\n"
                            f"enum class E {{\n{LONG}\n}};\nstatic_assert(f(Foo{{1}}));\n"
    },
}
