#include "engine/log/access_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include "engine/record/json_reader.h"
#include "engine/record/value_json.h"

namespace ritrovo {
namespace {

constexpr JsonBounds kLineBounds{1U << 20U, 4};

tl::unexpected<Error> unwritten(const std::filesystem::path& path, int code) {
  return failure(ErrorCode::kUnavailable, "the log of accesses can't be written: " + path.string() + ": " + std::strerror(code));
}

/// Writes a line at that place of a file, durably; what stood there of a line that didn't end goes, and so does one that can't be written whole.
Result<void> write_line(const std::filesystem::path& path, std::size_t at, const std::string& line) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return unwritten(path, errno);
  const std::string bytes = line + '\n';
  const auto offset = static_cast<off_t>(at);
  const bool cut = ::ftruncate(file, offset) == 0;
  const ssize_t written = cut ? ::pwrite(file, bytes.data(), bytes.size(), offset) : -1;
  const bool short_of = written >= 0 && written < static_cast<ssize_t>(bytes.size());
  const bool whole = written >= 0 && !short_of && ::fsync(file) == 0;
  const int code = short_of ? ENOSPC : errno;
  if (!whole) (void)!::ftruncate(file, offset);
  ::close(file);
  if (!whole) return unwritten(path, code);
  return {};
}

/// Makes the names of a folder's files durable.
Result<void> sync_names(const std::filesystem::path& folder) {
  const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = opened >= 0 && ::fsync(opened) == 0;
  const int code = errno;
  if (opened >= 0) ::close(opened);
  if (!synced) return unwritten(folder, code);
  return {};
}

std::string text_at(const Values& values, std::string_view name) {
  const Value* value = find(values, name);
  const auto* text = value == nullptr ? nullptr : value->get<std::string>();
  return text == nullptr ? std::string() : *text;
}

Values of_tree(const Frontier& tree) {
  Values values;
  set(values, "size", static_cast<std::int64_t>(tree.size().value()));
  set(values, "root", tree.root().hex());
  return values;
}

/// Whether a line names that tree as the one before it.
bool follows(const Values& line, const Frontier& tree) {
  const Values expected = of_tree(tree);
  const Value* size = find(line, "size");
  return text_at(line, "root") == text_at(expected, "root") && size != nullptr && *size == *find(expected, "size");
}

std::string line_of(const AccessBatch& batch, const Frontier& tree) {
  Values line = of_tree(tree);
  set(line, "at", to_string(batch.at));
  set(line, "who", batch.who);
  if (!batch.purpose.empty()) set(line, "purpose", batch.purpose);
  ValueList reads;
  for (const AccessRead& read : batch.reads) {
    Values one;
    set(one, "case", read.case_id.printed());
    set(one, "what", read.what);
    set(one, "personal", read.personal);
    reads.emplace_back(std::move(one));
  }
  set(line, "reads", Value(std::move(reads)));
  return to_json(line);
}

Result<AccessBatch> batch_of(const Values& line) {
  AccessBatch batch;
  const Result<Timestamp> at = parse_timestamp(text_at(line, "at"));
  if (!at) return tl::unexpected(at.error());
  batch.at = *at;
  batch.who = text_at(line, "who");
  batch.purpose = text_at(line, "purpose");
  const Value* reads = find(line, "reads");
  const auto* list = reads == nullptr ? nullptr : reads->get<ValueList>();
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    const auto* one = (*list)[i].get<Values>();
    const Result<CaseId> case_id = one == nullptr ? failure(ErrorCode::kMalformed, "a read is no object") : CaseId::parse(text_at(*one, "case"));
    if (!case_id) return tl::unexpected(case_id.error());
    const Value* personal = find(*one, "personal");
    const bool* opened = personal == nullptr ? nullptr : personal->get<bool>();
    batch.reads.push_back({*case_id, text_at(*one, "what"), opened != nullptr && *opened});
  }
  if (batch.reads.empty()) return failure(ErrorCode::kMalformed, "nothing was read");
  return batch;
}

bool is_month(const std::string& name) { return name.size() == 7 && name[4] == '-' && name.find_first_not_of("0123456789-") == std::string::npos && name.find('-', 5) == std::string::npos && name.find('-') == 4; }

/// Months since the year 0, of "2026-11".
std::int32_t number_of(const std::string& month) { return std::stoi(month.substr(0, 4)) * 12 + std::stoi(month.substr(5, 2)); }

/// The month that many months later.
std::string month_after(const std::string& month, std::int32_t months) {
  const std::int32_t number = number_of(month) - 1 + months;
  const std::string digits = std::to_string(number % 12 + 1);
  return std::to_string(number / 12) + (digits.size() < 2 ? "-0" : "-") + digits;
}

}  // namespace

Result<std::vector<std::string>> AccessLog::months() const {
  std::vector<std::string> found;
  std::error_code code;
  for (const std::filesystem::directory_entry& entry : std::filesystem::directory_iterator(folder_, code)) {
    const std::string name = entry.path().stem().string();
    if (entry.path().extension() == ".log" && is_month(name)) found.push_back(name);
  }
  if (code && code != std::errc::no_such_file_or_directory) return failure(ErrorCode::kUnavailable, folder_.string() + ": " + code.message());
  std::sort(found.begin(), found.end());
  return found;
}

Result<std::string> AccessLog::text_of(const std::string& month) const {
  std::ifstream file(file_of(month), std::ios::binary);
  if (!file) return failure(ErrorCode::kUnavailable, file_of(month).string() + " can't be read");
  std::ostringstream content;
  content << file.rdbuf();
  return std::move(content).str();
}

Result<AccessLog::Head> AccessLog::read_month(const std::string& month, const Head& before, bool first, const std::function<void(const AccessBatch&)>& visit) const {
  const Result<std::string> content = text_of(month);
  if (!content) return tl::unexpected(content.error());
  const std::string_view text = *content;
  Head head{month, {}, 0};
  std::size_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    if (end == std::string::npos) break;
    const std::string_view line = text.substr(at, end - at);
    const std::string where = file_of(month).string() + ", line " + std::to_string(++number);
    const JsonRead read = read_json(line, kLineBounds);
    const auto* values = read.problems.empty() ? read.value.get<Values>() : nullptr;
    if (values == nullptr) return failure(ErrorCode::kCorrupt, where + ": it isn't as it was written");
    // The first line speaks of the month before; whoever no longer has that month can't check it.
    const bool begins = number == 1;
    if (!(begins && first) && !follows(*values, begins ? before.tree : head.tree)) return failure(ErrorCode::kCorrupt, where + ": a line before it was changed, put in or taken out");
    if (begins && text_at(*values, "month") != month) return failure(ErrorCode::kCorrupt, where + ": it is another month's");
    if (!begins) {
      const Result<AccessBatch> batch = batch_of(*values);
      if (!batch) return failure(ErrorCode::kCorrupt, where + ": " + batch.error().message);
      visit(*batch);
    }
    head.tree.append(leaf_hash(line));
    at = end + 1;
    head.bytes = at;
  }
  return head;
}

Result<void> AccessLog::read(const std::function<void(const AccessBatch&)>& visit) const {
  const Result<std::vector<std::string>> all = months();
  if (!all) return tl::unexpected(all.error());
  Head head;
  for (const std::string& month : *all) {
    Result<Head> next = read_month(month, head, month == all->front(), visit);
    if (!next) return tl::unexpected(next.error());
    head = std::move(*next);
  }
  return {};
}

/// The tree of a month, without reading what its lines say: the last one names the tree of all before it, so that none of them was changed.
Result<AccessLog::Head> AccessLog::end_of(const std::string& month) const {
  const Result<std::string> content = text_of(month);
  if (!content) return tl::unexpected(content.error());
  Head head{month, {}, content->rfind('\n') + 1};
  if (head.bytes == 0) return head;
  const std::string_view text = std::string_view(*content).substr(0, head.bytes);
  const std::size_t last = text.size() < 2 ? 0 : text.rfind('\n', text.size() - 2) + 1;
  for (std::size_t at = 0, end = 0; at < last; at = end + 1) {
    end = text.find('\n', at);
    head.tree.append(leaf_hash(text.substr(at, end - at)));
  }
  const std::string_view line = text.substr(last, text.size() - last - 1);
  const JsonRead read = read_json(line, kLineBounds);
  const auto* values = read.problems.empty() ? read.value.get<Values>() : nullptr;
  // A month's first line speaks of the month before.
  const bool sound = values != nullptr && (last == 0 ? text_at(*values, "month") == month : follows(*values, head.tree));
  if (!sound) return failure(ErrorCode::kCorrupt, file_of(month).string() + ": its last line isn't as it was written, or a line before it was changed, put in or taken out");
  head.tree.append(leaf_hash(line));
  return head;
}

Result<std::optional<AccessHead>> AccessLog::head() const {
  const Result<std::vector<std::string>> all = months();
  if (!all) return tl::unexpected(all.error());
  // A month whose first line was cut off by a crash has nothing in it yet.
  for (auto month = all->rbegin(); month != all->rend(); ++month) {
    const Result<Head> last = end_of(*month);
    if (!last) return tl::unexpected(last.error());
    if (last->bytes > 0) return AccessHead{*month, last->tree.size(), last->tree.root()};
  }
  return std::optional<AccessHead>();
}

Result<void> AccessLog::check_extends(const AccessHead& earlier) const {
  const Result<std::vector<std::string>> all = months();
  if (!all) return tl::unexpected(all.error());
  const std::string file = file_of(earlier.month).string();
  if (std::find(all->begin(), all->end(), earlier.month) == all->end()) {
    const bool aged = is_month(earlier.month) && !all->empty() && all->back() >= month_after(earlier.month, kMonthsKept + 1);
    return aged ? Result<void>() : failure(ErrorCode::kCorrupt, file + " is missing, of which " + std::to_string(earlier.size.value()) + " lines were signed");
  }
  const Result<std::string> content = text_of(earlier.month);
  if (!content) return tl::unexpected(content.error());
  Frontier tree;
  for (std::size_t at = 0, end = 0; tree.size() < earlier.size && (end = content->find('\n', at)) != std::string::npos; at = end + 1)
    tree.append(leaf_hash(std::string_view(*content).substr(at, end - at)));
  if (tree.size() < earlier.size)
    return failure(ErrorCode::kCorrupt, file + " ends after " + std::to_string(tree.size().value()) + " lines, but " + std::to_string(earlier.size.value()) + " were signed: the latest readings are missing");
  if (tree.root() != earlier.root) return failure(ErrorCode::kCorrupt, file + ": its first " + std::to_string(earlier.size.value()) + " lines aren't those that were signed");
  return {};
}

std::string AccessLog::month_without(Timestamp at) { return month_after(to_string(at).substr(0, 7), kMonthsKept + 1); }

Result<void> AccessLog::forget_old(const std::string& month) const {
  const Result<std::vector<std::string>> all = months();
  if (!all) return tl::unexpected(all.error());
  for (const std::string& old : *all) {
    std::error_code code;
    if (number_of(old) + kMonthsKept < number_of(month)) std::filesystem::remove(file_of(old), code);
  }
  return {};
}

Result<void> AccessLog::begin_month(const std::string& month) {
  std::error_code code;
  std::filesystem::create_directories(folder_, code);
  if (code) return unwritten(folder_, code.value());
  const Result<std::vector<std::string>> all = months();
  if (!all) return tl::unexpected(all.error());
  Head before;
  const auto earlier = std::find_if(all->rbegin(), all->rend(), [&month](const std::string& one) { return one < month; });
  if (earlier != all->rend()) {
    Result<Head> last = end_of(*earlier);
    if (!last) return tl::unexpected(last.error());
    before = std::move(*last);
  }
  Values line = of_tree(before.tree);
  set(line, "month", month);
  if (Result<void> begun = write_line(file_of(month), 0, to_json(line)); !begun) return begun;
  if (Result<void> named = sync_names(folder_); !named) return named;
  return forget_old(month);
}

Result<AccessLog::Head> AccessLog::end_to_append_to(const std::string& month) {
  std::error_code code;
  const std::uintmax_t bytes = std::filesystem::file_size(file_of(month), code);
  if (end_ && end_->month == month && !code && bytes == end_->bytes) return *end_;
  end_.reset();
  Result<Head> head = code ? Head{month, {}, 0} : end_of(month);
  if (!head || head->bytes > 0) return head;
  // Not begun, or its first line was cut off with the rest of it.
  if (Result<void> first = begin_month(month); !first) return tl::unexpected(first.error());
  return end_of(month);
}

Result<void> AccessLog::append(const AccessBatch& batch) {
  const std::lock_guard one_at_a_time(appending_);
  Result<Head> head = end_to_append_to(to_string(batch.at).substr(0, 7));
  if (!head) return tl::unexpected(head.error());
  const std::string line = line_of(batch, head->tree);
  // A line that couldn't be read again would close the log for good.
  if (const JsonRead read = read_json(line, kLineBounds); !read.problems.empty())
    return failure(ErrorCode::kMalformed, "the log of accesses can't hold who reads, or what for: " + read.problems.front().message);
  end_.reset();
  if (Result<void> written = write_line(file_of(head->month), head->bytes, line); !written) return written;
  head->tree.append(leaf_hash(line));
  head->bytes += line.size() + 1;
  end_ = std::move(*head);
  return {};
}

}  // namespace ritrovo
