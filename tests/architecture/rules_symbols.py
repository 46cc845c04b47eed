"""What the archives of the pure rooms ask the world for, as nm shows it."""

import json
import os
import re
import subprocess
import tempfile

from rooms import IMPURE_SYMBOLS, PURE_ROOMS

IMPURE = re.compile("|".join(f"(?:{pattern})" for pattern in IMPURE_SYMBOLS))


def impure_symbols(archive):
    """The forbidden ones among the names that the archive needs and doesn't define itself, sorted, with the object that asks."""
    listing = subprocess.run(["nm", "-C", "-A", "--undefined-only", archive], check=True, capture_output=True, text=True).stdout
    defined = set(subprocess.run(["nm", "-C", "--defined-only", "--format=just-symbols", archive], check=True, capture_output=True,
                                 text=True).stdout.split("\n"))
    found = set()
    for line in listing.split("\n"):
        match = re.match(r"[^:]*:([^:]+):\s+[Uvw]\s+(.*)$", line)
        if not match:
            continue
        name = re.sub(r"@.*$", "", match.group(2))
        if name not in defined and IMPURE.match(name):
            found.add(f"{match.group(1)} asks for {name}")
    return sorted(found)


def check(manifest_path):
    """The violations in the archives that the build's manifest names, and which pure rooms it held."""
    with open(manifest_path, encoding="utf-8") as file:
        libraries = json.load(file)
    seen, violations = [], []
    for library in libraries:
        if library["room"] not in PURE_ROOMS:
            continue
        seen.append(library["room"])
        if not os.path.exists(library["archive"]):
            violations.append(f"{library['archive']}: isn't built")
            continue
        violations += [f"{library['room']}: {symbol}" for symbol in impure_symbols(library["archive"])]
    return seen, violations


PLANTED = {
    "a clock": ("#include <chrono>\nlong f() { return std::chrono::system_clock::now().time_since_epoch().count(); }", "now()"),
    "C's clock": ("#include <time.h>\nlong f() { return time(nullptr); }", "asks for time"),
    "the environment": ("#include <cstdlib>\nconst char* f() { return std::getenv(\"HOME\"); }", "getenv"),
    "random numbers": ("#include <random>\nunsigned f() { return std::random_device{}(); }", "random_device"),
    "a thread": ("#include <thread>\nvoid f() { std::thread([] {}).join(); }", "std::thread"),
    "a file": ("#include <fstream>\nbool f() { return std::ifstream(\"a\").good(); }", "basic_filebuf"),
    "a descriptor": ("#include <fcntl.h>\nint f() { return open(\"a\", O_RDONLY); }", "asks for open"),
    "a lock": ("#include <mutex>\nvoid f(std::mutex& m) { std::lock_guard<std::mutex> l(m); }", "pthread_mutex_lock"),
    "a line on the screen": ("#include <iostream>\nvoid f() { std::cerr << 1; }", "std::cerr"),
    "printf": ("#include <cstdio>\nvoid f(int x) { std::printf(\"%d\", x); }", "printf"),
}
CLEAN = """#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
std::string time_of(int x) { std::ostringstream out; out << x; if (x > 3) throw std::out_of_range("x"); return out.str(); }
std::shared_ptr<std::map<std::string, int>> opened() { static const std::map<std::string, int> read{{"a", 1}};
  return std::make_shared<std::map<std::string, int>>(read); }
"""


def self_test(compiler):
    """What went wrong when each impurity was planted in an archive of its own; nothing, if all were caught and the clean one passed."""
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        def archive_of(text):
            source, result, archive = (os.path.join(folder, name) for name in ("a.cc", "a.o", "a.a"))
            with open(source, "w", encoding="utf-8") as file:
                file.write(text)
            if os.path.exists(archive):
                os.remove(archive)
            subprocess.run([compiler, "-std=c++20", "-O1", "-c", source, "-o", result], check=True)
            subprocess.run(["ar", "rcs", archive, result], check=True)
            return archive

        for name, (text, expected) in PLANTED.items():
            found = impure_symbols(archive_of(text))
            if not any(expected in symbol for symbol in found):
                problems.append(f"{name} wasn't caught: {found}")
        found = impure_symbols(archive_of(CLEAN))
        if found:
            problems.append(f"pure code was refused: {found}")
    return problems
