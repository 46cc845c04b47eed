// Lists or changes rows of a log behind its owner's back, checksums of tables and all: what somebody who can write to the folder can do.
// log_rows LOG list COLUMN: each row's key and value in hex. log_rows LOG put|erase COLUMN KEY [VALUE], the same words again for more.
#include <rocksdb/db.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace {

std::string bytes_of(const std::string& hex) {
  std::string bytes;
  rocksdb::Slice(hex).DecodeHex(&bytes);
  return bytes;
}

rocksdb::ColumnFamilyHandle* column_named(const std::vector<rocksdb::ColumnFamilyHandle*>& columns, const std::string& name) {
  for (rocksdb::ColumnFamilyHandle* column : columns)
    if (column->GetName() == name) return column;
  std::fprintf(stderr, "no column %s\n", name.c_str());
  std::exit(2);
}

}  // namespace

int main(int count, char** given) {
  const std::vector<std::string> words(given + 1, given + count);
  rocksdb::Options options;
  std::vector<std::string> names;
  rocksdb::DB::ListColumnFamilies(options, words.at(0), &names).PermitUncheckedError();
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const std::string& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions());
  std::vector<rocksdb::ColumnFamilyHandle*> columns;
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(options, words.at(0), families, &columns, &opened);
  if (!status.ok()) return std::fprintf(stderr, "%s\n", status.ToString().c_str()), 1;
  const std::unique_ptr<rocksdb::DB> log(opened);
  if (words.at(1) == "list") {
    const std::unique_ptr<rocksdb::Iterator> row(log->NewIterator(rocksdb::ReadOptions(), column_named(columns, words.at(2))));
    for (row->SeekToFirst(); row->Valid(); row->Next()) std::printf("%s %s\n", row->key().ToString(true).c_str(), row->value().ToString(true).c_str());
  }
  for (std::size_t at = 1; at < words.size() && words[at] != "list";) {
    const bool put = words[at] == "put";
    rocksdb::ColumnFamilyHandle* column = column_named(columns, words.at(at + 1));
    const std::string key = bytes_of(words.at(at + 2));
    const rocksdb::Status done = put ? log->Put(rocksdb::WriteOptions(), column, key, bytes_of(words.at(at + 3))) : log->Delete(rocksdb::WriteOptions(), column, key);
    if (!done.ok()) return std::fprintf(stderr, "%s\n", done.ToString().c_str()), 1;
    at += put ? 4 : 3;
  }
  log->Flush(rocksdb::FlushOptions(), columns).PermitUncheckedError();
  for (rocksdb::ColumnFamilyHandle* column : columns) log->DestroyColumnFamilyHandle(column).PermitUncheckedError();
  return log->Close().ok() ? 0 : 1;
}
