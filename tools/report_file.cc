#include "tools/report_file.h"

#include <iostream>

#include "engine/runtime/folder.h"
#include "tools/context.h"

namespace ritrovo::tools {

void write_report(const std::string& file, std::string_view content) {
  if (file.empty()) std::cout << content;
  else must(write_file_atomically(file, content));
}

}  // namespace ritrovo::tools
