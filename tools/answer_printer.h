#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "tools/case_folder.h"
#include "tools/submission.h"

namespace ritrovo::tools {

/// The class of an answer, as the generator expects it: "accepted", "repeated", "rejected:CODE", "malformed", "parked", "failed".
[[nodiscard]] std::string class_of(const LineAnswer& line);

/// Writes answers: one line each, for a person or as JSON. Runs on: one thread.
class AnswerPrinter {
 public:
  AnswerPrinter(CaseFolder& folder, bool json, std::string language) : folder_(folder), json_(json), language_(std::move(language)) {}
  /// The line, with its end.
  [[nodiscard]] std::string line(const LineAnswer& answer);

 private:
  struct Known {
    std::shared_ptr<const definition::Library> library;
    std::shared_ptr<const definition::Pathway> pathway;
    std::vector<std::string> aliases;
  };
  const Known* known(CaseId case_id, bool again);
  std::string alias(CaseId case_id, pathway::PersonIndex person);
  std::string as_json(const LineAnswer& answer);
  std::string as_text(const LineAnswer& answer);

  CaseFolder& folder_;
  bool json_;
  std::string language_;
  std::unordered_map<CaseId, Known> known_;
};

}  // namespace ritrovo::tools
