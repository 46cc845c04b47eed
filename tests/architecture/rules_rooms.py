"""Who may include whom, which library lives in which room, and what keeps the pure rooms pure."""

import re

from rooms import (IMPURE_HEADERS, LIBRARY_ROOMS, MAY_INCLUDE, MAY_INCLUDE_FILES, PURE_ROOMS, SYSTEM_HEADERS, SYSTEM_ROOMS)
from tree import Violation, includes, room_of

HOUSE = ("engine/", "workflows/", "projections/", "adapters/", "tools/", "tests/")


def lies_in(path, folders):
    return any(path.endswith(folder[1:]) if folder.startswith("*") else path.startswith((folder + "/", folder + ".", folder + "_"))
               for folder in folders)


def include_directions(tree):
    """engine/base <- engine/* <- workflows <- projections <- adapters <- tools, and own headers by their path from the root."""
    for path, text in tree.code():
        room = room_of(path, MAY_INCLUDE)
        if room is None:
            yield Violation(path, 1, "lies in no room of tests/architecture/rooms.py")
            continue
        allowed = MAY_INCLUDE[room] + [room]
        for line, target, own in includes(text):
            if not own:
                if target.startswith(HOUSE):
                    yield Violation(path, line, f'<{target}> is our own: write "{target}"')
            elif target not in tree.files:
                yield Violation(path, line, f'"{target}" is no path from the root')
            elif not lies_in(target, allowed) and target not in MAY_INCLUDE_FILES.get(room, []):
                yield Violation(path, line, f"{room} may not know {target}")
            elif room_of(target, MAY_INCLUDE) == "tools/generator" and room not in ("tools/generator", "tools", "tests"):
                yield Violation(path, line, f"{room} may not know {target}")


def third_party_rooms(tree):
    """A third-party library lives in its room; a library without a room has to be given one first."""
    for path, text in tree.code():
        if path.startswith("tests/"):
            continue
        for line, target, own in includes(text):
            if own or target.startswith(HOUSE):
                continue
            if target.startswith(tuple(SYSTEM_HEADERS)):
                if not lies_in(path, SYSTEM_ROOMS):
                    yield Violation(path, line, f"<{target}> speaks to the system, which this room does not")
                continue
            if re.fullmatch(r"[a-z_0-9]+", target):  # a header of the standard library
                continue
            rooms = next((rooms for start, rooms in LIBRARY_ROOMS.items() if target.startswith(start)), None)
            if rooms is None:
                yield Violation(path, line, f"<{target}> has no room in tests/architecture/rooms.py")
            elif not lies_in(path, rooms):
                yield Violation(path, line, f"<{target}> lives in {', '.join(rooms) or 'tests'}")


def pure_includes(tree):
    """A pure room includes no header of clocks, files, threads or random numbers."""
    for path, text in tree.code():
        if room_of(path, PURE_ROOMS) is None:
            continue
        for line, target, own in includes(text):
            if not own and target in IMPURE_HEADERS:
                yield Violation(path, line, f"<{target}> in a pure room")


def pure_order(tree):
    """An unordered container in a pure room is for lookups only, and says so: its order differs between machines."""
    for path, text in tree.code():
        if room_of(path, PURE_ROOMS) is None:
            continue
        for number, line in enumerate(text.split("\n"), 1):
            code = line.split("//")[0]
            if re.search(r"\bunordered_(multi)?(map|set)\b", code) and "#include" not in code and "// lookup only" not in line:
                yield Violation(path, number, "an unordered container in a pure room: use a sorted one, or mark the line `// lookup only`")


def iterated_lookups(tree):
    """What is marked `// lookup only` isn't iterated in its file or in the file's other half."""
    for path, text in tree.code():
        if room_of(path, PURE_ROOMS) is None:
            continue
        names = set()
        stem = path.rsplit(".", 1)[0]
        for half in (stem + ".h", stem + ".cc"):
            for line in tree.files.get(half, "").split("\n"):
                match = re.search(r"\bunordered_\w+<.*>\s*&?\s*(\w+)\s*(=.*|\{.*)?[;,)].*// lookup only", line)
                if match:
                    names.add(match.group(1))
        for number, line in enumerate(text.split("\n"), 1):
            for name in names:
                if re.search(rf"for\s*\([^;]*:\s*(\w+(\.|->))*{name}\s*\)", line) or re.search(rf"\b{name}\.c?r?begin\(\)", line):
                    yield Violation(path, number, f"iterates over {name}, which is for lookups only")


BASE_H = {"engine/base/ids.h": ""}

PLANTS = {
    include_directions: [
        ({**BASE_H, "engine/log/log.h": "", "engine/base/ids.cc": '#include "engine/log/log.h"\n'}, "engine/base may not know engine/log"),
        ({"engine/runtime/run.cc": '#include "workflows/pathway/decide.h"\n', "workflows/pathway/decide.h": ""}, "engine/runtime may not"),
        ({"workflows/pathway/decide.cc": '#include "engine/runtime/clock.h"\n', "engine/runtime/clock.h": ""}, "workflows/pathway may not"),
        ({"workflows/expression/a.cc": '#include "workflows/definition/m.h"\n', "workflows/definition/m.h": ""}, "workflows/expression may not"),
        ({"adapters/http/a.cc": '#include "adapters/kafka/k.h"\n', "adapters/kafka/k.h": ""}, "adapters/http may not"),
        ({"tools/generator/a.cc": '#include "engine/record/event.h"\n', "engine/record/event.h": ""}, "tools/generator may not"),
        ({"projections/a.cc": '#include "tools/main.h"\n', "tools/main.h": ""}, "projections may not"),
        ({**BASE_H, "engine/base/a.cc": '#include "ids.h"\n'}, "no path from the root"),
        ({**BASE_H, "engine/base/a.cc": "#include <engine/base/ids.h>\n"}, "is our own"),
        ({"attic/a.cc": ""}, "lies in no room"),
    ],
    third_party_rooms: [
        ({"engine/runtime/a.cc": "#include <rocksdb/db.h>\n"}, "lives in engine/log"),
        ({"workflows/pathway/a.cc": "#include <cereal/cereal.hpp>\n"}, "lives in engine/record"),
        ({"workflows/pathway/a.h": "#include <boost/json.hpp>\n"}, "lives in engine/record"),
        ({"engine/ledger/a.cc": "#include <openssl/evp.h>\n"}, "lives in engine/digest"),
        ({"engine/log/a.cc": "#include <sodium.h>\n"}, "lives in engine/vault"),
        ({"engine/log/a.cc": "#include <spdlog/spdlog.h>\n"}, "lives in engine/runtime"),
        ({"workflows/calendar/a.cc": "#include <yaml-cpp/yaml.h>\n"}, "lives in workflows/definition"),
        ({"engine/base/a.cc": "#include <gtest/gtest.h>\n"}, "lives in tests"),
        ({"engine/log/a.cc": "#include <leveldb/db.h>\n"}, "has no room"),
        ({"workflows/pathway/a.cc": "#include <unistd.h>\n"}, "speaks to the system"),
    ],
    pure_includes: [({"workflows/pathway/a.cc": "#include <random>\n"}, "<random> in a pure room"),
                    ({"engine/record/a.h": "#include <thread>\n"}, "<thread> in a pure room")],
    pure_order: [({"workflows/pathway/a.h": "std::unordered_map<int, int> seen_;\n"}, "an unordered container")],
    iterated_lookups: [
        ({"engine/record/a.h": "std::unordered_map<int, int> seen_;  // lookup only\n",
          "engine/record/a.cc": "void f() { for (const auto& [a, b] : seen_) g(a); }\n"}, "iterates over seen_"),
        ({"engine/record/a.cc": "std::unordered_set<int> seen{};  // lookup only\nauto x = std::vector(seen.begin(), seen.end());\n"},
         "iterates over seen"),
    ],
}

GOOD = {
    include_directions: {"engine/base/ids.h": "", "engine/runtime/machine.h": '#include "engine/base/ids.h"\n',
                         "workflows/pathway/a.cc": '#include "engine/runtime/machine.h"\n#include <string>\n',
                         "tools/main.cc": '#include "tools/generator/world.h"\n', "tools/generator/world.h": '#include "engine/base/ids.h"\n'},
    third_party_rooms: {"engine/log/a.cc": "#include <rocksdb/db.h>\n#include <vector>\n", "engine/log/b.cc": "#include <fcntl.h>\n",
                        "workflows/pathway/state_codec.cc": "#include <cereal/cereal.hpp>\n", "tests/unit/a_test.cc": "#include <sodium.h>\n"},
    pure_includes: {"engine/runtime/a.cc": "#include <thread>\n", "engine/base/a.h": "#include <string>\n"},
    pure_order: {"engine/base/a.h": "#include <unordered_map>\nstd::unordered_map<int, int> seen_;  // lookup only\n// an unordered_map\n"},
    iterated_lookups: {"engine/base/a.h": "std::unordered_map<int, int> seen_;  // lookup only\n",
                       "engine/base/a.cc": "bool f() { return seen_.contains(1); }\nvoid g() { for (int x : other) {} }\n"},
}
