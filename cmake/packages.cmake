# The third-party libraries, all from Debian 12. Each lives in its room (see tests/architecture); their headers are SYSTEM.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

# engine/log and the projections' store. The shared library: Debian's static one needs the static halves of every compressor.
find_path(RITROVO_ROCKSDB_INCLUDE rocksdb/db.h REQUIRED)
find_library(RITROVO_ROCKSDB_LIBRARY rocksdb REQUIRED)
if(NOT TARGET RocksDB::rocksdb)
  add_library(RocksDB::rocksdb UNKNOWN IMPORTED)
  set_target_properties(RocksDB::rocksdb PROPERTIES
    IMPORTED_LOCATION "${RITROVO_ROCKSDB_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${RITROVO_ROCKSDB_INCLUDE}"
    INTERFACE_LINK_LIBRARIES Threads::Threads)
endif()

find_package(Boost 1.81 REQUIRED COMPONENTS json)      # engine/record and *_codec.cc (JSON); engine/runtime (Asio)
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto)     # engine/digest
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)  # engine/vault, engine/ledger
pkg_check_modules(isal REQUIRED IMPORTED_TARGET libisal)      # engine/record: CRC-32C
pkg_check_modules(xlsxwriter REQUIRED IMPORTED_TARGET xlsxwriter)  # tools: reports as workbooks
pkg_check_modules(icu REQUIRED IMPORTED_TARGET icu-i18n icu-uc)  # projections/directory: names in any script
pkg_check_modules(sqlite REQUIRED IMPORTED_TARGET sqlite3)    # adapters/sql
pkg_check_modules(postgres REQUIRED IMPORTED_TARGET libpq)    # adapters/sql
pkg_check_modules(curl REQUIRED IMPORTED_TARGET libcurl)       # adapters/mail
pkg_check_modules(rdkafka REQUIRED IMPORTED_TARGET rdkafka)    # adapters/kafka
find_package(cereal REQUIRED)                          # engine/record
find_package(yaml-cpp 0.7 REQUIRED)                    # workflows/definition
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)                          # engine/runtime, adapters, tools
find_package(date CONFIG REQUIRED)                     # engine/runtime: time zones
find_package(tl-expected REQUIRED)                     # engine/base: Result
find_package(CLI11 REQUIRED)                           # tools
# The programs' allocator (docs/decisions/0090). A sanitizer brings its own.
if(NOT RITROVO_SANITIZE)
  find_package(mimalloc 2.0 REQUIRED)
endif()

# Short names, so that a CMakeLists.txt says `DEPENDS sodium` and not where it comes from.
add_library(ritrovo::sodium ALIAS PkgConfig::sodium)
add_library(ritrovo::isal ALIAS PkgConfig::isal)
add_library(ritrovo::xlsxwriter ALIAS PkgConfig::xlsxwriter)
add_library(ritrovo::icu ALIAS PkgConfig::icu)
add_library(ritrovo::sqlite ALIAS PkgConfig::sqlite)
# Its headers are known to adapters/sql alone.
add_library(ritrovo_postgres INTERFACE)
target_link_libraries(ritrovo_postgres INTERFACE ${postgres_LINK_LIBRARIES})
add_library(ritrovo::postgres ALIAS ritrovo_postgres)
add_library(ritrovo::curl ALIAS PkgConfig::curl)
add_library(ritrovo::rdkafka ALIAS PkgConfig::rdkafka)

if(RITROVO_TESTS)
  find_package(GTest REQUIRED)
  include(GoogleTest)
  find_package(rapidcheck CONFIG REQUIRED)
  find_package(Python3 3.11 REQUIRED COMPONENTS Interpreter)
endif()
