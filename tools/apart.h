#pragma once

#include <filesystem>
#include <string_view>

namespace ritrovo::tools {

/// Throws a Failure (kMalformed), in the words "PLACE is in OTHER: WHY", where `place` lies in `other` or is it, links followed; neither need exist yet.
/// So it does for an empty `place`.
void must_be_apart(const std::filesystem::path& place, const std::filesystem::path& other, std::string_view why);

/// What a person may read in clear, or what is to outlive the data folder, doesn't belong in it: erasing a person looks for nothing there.
inline constexpr std::string_view kBelongsElsewhere = "what is written for somebody belongs elsewhere: erasing a person wouldn't reach it there, and it would be lost with the folder";

}  // namespace ritrovo::tools
