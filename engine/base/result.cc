#include "engine/base/result.h"

namespace ritrovo {

std::string_view name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kMalformed: return "malformed";
    case ErrorCode::kNotFound: return "not_found";
    case ErrorCode::kExists: return "exists";
    case ErrorCode::kCorrupt: return "corrupt";
    case ErrorCode::kUnavailable: return "unavailable";
    case ErrorCode::kOverLimit: return "over_limit";
    case ErrorCode::kWrongFolder: return "wrong_folder";
  }
  return "unknown";
}

}  // namespace ritrovo
