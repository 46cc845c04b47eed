#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <system_error>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "tools/commands.h"
#include "tools/console.h"
#include "tools/documents.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kCatalogue{
    "The definitions that came with ritrovo: list them, print one, or write them to a folder to start from",
    "  ritrovo catalogue\n"
    "  ritrovo catalogue --show terms/nulla_osta.yaml\n"
    "  ritrovo catalogue --out definitions/",
    "  ritrovo check definitions/          after changing them\n"
    "  ritrovo publish definitions/        put them in force"};

struct CatalogueWish {
  std::string out;
  std::string show;
};

void write_all(const Context& context, const std::filesystem::path& folder) {
  std::size_t written = 0;
  for (const definition::Document& document : shipped_documents()) {
    const std::filesystem::path file = folder / document.path;
    std::error_code code;
    std::filesystem::create_directories(file.parent_path(), code);
    if (std::filesystem::exists(file)) {
      throw Failure{{ErrorCode::kExists, fmt::format("{} is there already; choose another folder", file.string())}};
    }
    std::ofstream out(file, std::ios::binary);
    out << document.text;
    out.flush();
    if (!out) throw Failure{{ErrorCode::kUnavailable, fmt::format("can't write {}", file.string())}};
    ++written;
  }
  if (context.json) {
    std::cout << boost::json::serialize(boost::json::object{{"written", written}, {"folder", folder.string()}}) << '\n';
  } else {
    std::cout << fmt::format("{} written to {}.\n", counted(written, "document", "documents"), folder.string());
  }
}

void run(const Context& context, const CatalogueWish& wish) {
  if (!wish.out.empty()) return write_all(context, wish.out);
  boost::json::array list;
  for (const definition::Document& document : shipped_documents()) {
    if (document.path == wish.show) {
      if (context.json) {
        std::cout << boost::json::serialize(boost::json::object{{"path", document.path}, {"text", document.text}}) << '\n';
      } else {
        std::cout << document.text;
      }
      return;
    }
    if (!wish.show.empty()) continue;
    if (context.json) {
      list.push_back(boost::json::string(document.path));
    } else {
      std::cout << document.path << '\n';
    }
  }
  if (!wish.show.empty()) {
    throw Failure{{ErrorCode::kNotFound, fmt::format("the catalogue has no {}; 'ritrovo catalogue' lists what it has", wish.show)}};
  }
  if (context.json) std::cout << boost::json::serialize(list) << '\n';
}

}  // namespace

void add_catalogue(CLI::App& app, Context& context) {
  auto wish = std::make_shared<CatalogueWish>();
  CLI::App* command = add_command(app, context, "catalogue", kCatalogue, false, [&context, wish] { run(context, *wish); });
  command->add_option("--out", wish->out, "Write all of them to this folder")->type_name("DIR");
  command->add_option("--show", wish->show, "Print this one")->type_name("PATH");
}

}  // namespace ritrovo::tools
