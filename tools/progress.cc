#include "tools/progress.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "tools/console.h"

namespace ritrovo::tools {
namespace {

constexpr std::chrono::seconds kPatience{2};
constexpr std::chrono::milliseconds kRepaint{200};
constexpr std::size_t kBarColumns = 28;

std::string clock_text(double seconds) {
  const auto whole = static_cast<long>(seconds + 0.5);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

/// Puts a text in the place of the line. Not by std::cerr, which lets no control character through.
void paint(const std::string& text) {
  std::fputs(("\r" + text + "\x1b[K").c_str(), stderr);
  std::fflush(stderr);
}

}  // namespace

bool is_watched(int descriptor) {
  const char* forced = std::getenv("RITROVO_WATCHED");
  if (forced != nullptr && descriptor == STDERR_FILENO) return std::string_view(forced) == "1";
  return ::isatty(descriptor) == 1;
}

Progress::Progress(std::string label, std::string unit, std::uint64_t total, bool quiet)
    : label_(std::move(label)), unit_(std::move(unit)), total_(total), watched_(!quiet && is_watched(STDERR_FILENO)) {}

void Progress::at(std::uint64_t done, std::uint64_t counted) {
  if (!watched_) return;
  const Clock::time_point now = Clock::now();
  if (now - started_ < kPatience || now - painted_ < kRepaint) return;
  painted_ = now;
  shown_ = true;
  const double seconds = std::chrono::duration<double>(now - started_).count();
  std::string text = fmt::format("{}  ", label_);
  if (total_ > 0) {
    const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total_));
    const auto full = static_cast<std::size_t>(share * kBarColumns);
    for (std::size_t i = 0; i < kBarColumns; ++i) text += i < full ? "█" : "░";
    text += fmt::format(" {:3.0f} %", share * 100);
    if (share > 0) text += fmt::format("  {} left", clock_text(seconds / share - seconds));
  }
  text += fmt::format("  {} {}, {}/s", grouped(counted), unit_, grouped(static_cast<std::uint64_t>(static_cast<double>(counted) / seconds)));
  paint(text);
}

void Progress::finish() {
  if (!shown_) return;
  shown_ = false;
  paint({});
}

}  // namespace ritrovo::tools
