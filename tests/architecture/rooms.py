"""Which room may use which, which library lives where, and which rooms are pure: the tables behind the rules."""

ENGINE_PURE = ["engine/base", "engine/digest", "engine/record"]

# Room: the rooms whose headers it may include, besides its own.
MAY_INCLUDE = {
    "engine/base": [],
    "engine/digest": ["engine/base"],
    "engine/record": ["engine/base", "engine/digest"],
    "engine/vault": ENGINE_PURE,
    "engine/ledger": ENGINE_PURE,
    "engine/log": ENGINE_PURE + ["engine/ledger"],
    "engine/audit": ENGINE_PURE + ["engine/ledger", "engine/log"],
    "engine/runtime": ENGINE_PURE + ["engine/vault", "engine/ledger", "engine/log"],
    "workflows/expression": ENGINE_PURE,
    "workflows/calendar": ENGINE_PURE,
    "workflows/definition": ENGINE_PURE + ["workflows/expression", "workflows/calendar"],
    "workflows/reading": ENGINE_PURE + ["workflows/expression", "workflows/calendar", "workflows/definition"],
    "workflows/pathway": ENGINE_PURE + ["workflows/expression", "workflows/calendar", "workflows/definition"],
    "workflows/reasons": ENGINE_PURE + ["workflows/expression", "workflows/calendar", "workflows/definition", "workflows/reading", "workflows/pathway"],
    "workflows/catalogue": [],
    "projections": ["engine", "workflows"],
    "projections/directory": ["engine", "workflows"],
    "adapters/kafka": ["engine", "workflows", "projections"],
    "adapters/http": ["engine", "workflows", "projections"],
    "adapters/sql": ["engine", "workflows", "projections"],
    "adapters/mail": ["engine", "workflows", "projections"],
    "tools": ["engine", "workflows", "projections", "adapters", "tools"],
    # It plays the outside world: what it writes, any other tool could have sent.
    "tools/generator": ["engine/base"],
    "tests": ["engine", "workflows", "projections", "adapters", "tools", "tests"],
}

# The runtime's contract with a workflow is a concept and the values it speaks of; the workflow that fulfils it may name them.
MAY_INCLUDE_FILES = {"workflows/pathway": ["engine/runtime/machine.h"]}

ANYWHERE = ["engine", "workflows", "projections", "adapters", "tools"]

# Beginning of a third-party header: the folders, or endings of file names ("*_codec.cc"), that may include it. Tests may include all.
LIBRARY_ROOMS = {
    "rocksdb/": ["engine/log", "projections/store"],
    "cereal/": ["engine/record", "*_codec.cc"],
    "boost/json": ["engine/record", "*_codec.cc", "projections", "tools", "adapters"],
    "boost/asio": ["engine/runtime", "adapters", "tools"],
    "boost/beast": ["adapters/http"],
    "openssl/": ["engine/digest"],
    "sodium": ["engine/vault", "engine/ledger"],
    "yaml-cpp/": ["workflows/definition"],
    "spdlog/": ["engine/runtime", "adapters", "tools"],
    "CLI/": ["tools"],
    "isa-l": ["engine/record", "engine/log"],
    "date/": ["engine/runtime"],
    "librdkafka/": ["adapters/kafka"],
    "xlsxwriter.h": ["tools/report_xlsx"],
    "sqlite3.h": ["adapters/sql"],
    "libpq-fe.h": ["adapters/sql"],
    "unicode/": ["projections/directory"],
    "curl/": ["adapters/mail"],
    "fmt/": ANYWHERE,
    "tl/expected.hpp": ANYWHERE,
    "gtest/": [],
    "gmock/": [],
    "rapidcheck": [],
}

# POSIX headers: rooms that touch the world.
SYSTEM_HEADERS = ["unistd.h", "fcntl.h", "poll.h", "signal.h", "sys/", "spawn.h", "dirent.h", "termios.h", "sched.h", "netinet/", "arpa/", "pthread.h"]
SYSTEM_ROOMS = ["engine/vault", "engine/log", "engine/runtime", "projections/store", "adapters", "tools"]

# No input or output, clock, random numbers, environment, threads, logging.
PURE_ROOMS = [
    "engine/base",
    "engine/digest",
    "engine/record",
    "engine/ledger",
    "workflows/expression",
    "workflows/calendar",
    "workflows/definition",
    "workflows/reading",
    "workflows/pathway",
    "workflows/reasons",
]

IMPURE_HEADERS = [
    "atomic", "condition_variable", "cstdio", "ctime", "filesystem", "fstream", "future", "iostream", "mutex", "random",
    "semaphore", "shared_mutex", "stdio.h", "syncstream", "thread", "time.h",
]

# Extended regular expressions over demangled names, each matched from its beginning. What libstdc++ and the compiler ask for by
# themselves (memory, exceptions, string streams and their locale, guards of function-local statics) is not in the list.
IMPURE_SYMBOLS = [
    r"(clock_gettime|gettimeofday|time|clock|ftime|localtime(_r)?|mktime|nanosleep|clock_nanosleep|sleep|usleep)$",
    r"std::chrono::.*::now\(",
    r"(secure_)?getenv$", r"setenv$", r"putenv$", r"environ$", r"setlocale$", r"std::locale::global",
    r"(rand|srand|rand_r|random|srandom|drand48|getrandom|getentropy|arc4random.*)$", r"std::random_device", r"randombytes",
    r"RAND_",
    r"pthread_", r"std::thread::", r"std::this_thread", r"std::condition_variable", r"std::__future_base", r"std::call_once",
    r"(open|open64|openat|openat64|creat|fopen|fopen64|freopen|fdopen|tmpfile|read|pread|pread64|write|pwrite|pwrite64|close)$",
    r"(fsync|fdatasync|ftruncate.*|unlink|rename|mkdir|rmdir|stat|fstat|lstat|access|mmap|mmap64|ioctl|fcntl|fcntl64)$",
    r"(socket|connect|bind|listen|accept|send|sendto|recv|recvfrom|poll|select|epoll_.*|pipe)$",
    r"(fork|vfork|execv.*|execl.*|posix_spawn.*|system|popen|kill|raise|signal|sigaction|exit|_exit)$",
    r"(printf|fprintf|vprintf|vfprintf|puts|fputs|putchar|fputc|putc|fwrite|fread|perror|stdout|stderr|stdin)$",
    r"std::(basic_)?(i|o)?fstream", r"std::basic_(filebuf|ifstream|ofstream)", r"std::filesystem::", r"std::c(out|err|log|in)$",
    # std::ios_base::Init isn't here: cereal's headers include <iostream>, which asks for it; to print takes std::cout.
    r"fmt::v\d+::(v?print|detail::print)", r"spdlog::", r"date::(current_zone|locate_zone|get_tzdb)",
]
