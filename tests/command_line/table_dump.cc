// Prints every row of a table of RocksDB, those that a later one hides too, in hex: what a search for a text has to look at, since tables are compressed.
#include <rocksdb/options.h>
#include <rocksdb/sst_dump_tool.h>

#include <string>

int main(int count, char** words) {
  if (count != 2) return 2;
  const std::string file = std::string("--file=") + words[1];
  const char* said[] = {"table_dump", "--command=scan", "--output_hex", file.c_str()};
  return rocksdb::SSTDumpTool().Run(4, said, rocksdb::Options());
}
