#include "workflows/definition/publication.h"

#include <gtest/gtest.h>

#include "engine/base/limits.h"

namespace ritrovo::definition {
namespace {

TEST(Publication, HasTheseBytesWhateverTheOrder) {
  const Document a{"a.yaml", "x: 1\n"};
  const Document b{"b/c.yaml", ""};
  const std::string golden = "ritrovo.publication/1\n6 5\na.yamlx: 1\n8 0\nb/c.yaml";
  EXPECT_EQ(encode_publication({a, b}).value(), golden);
  EXPECT_EQ(encode_publication({b, a}).value(), golden);
  EXPECT_EQ(decode_publication(golden).value(), (std::vector<Document>{a, b}));
}

TEST(Publication, RefusesTwoDocumentsWithOnePathAndWhatIsTooLarge) {
  EXPECT_EQ(encode_publication({{"a", "1"}, {"a", "2"}}).error().code, ErrorCode::kMalformed);
  EXPECT_EQ(encode_publication({{"", "1"}}).error().code, ErrorCode::kMalformed);
  EXPECT_EQ(encode_publication({{"a", std::string(limits::kDefinitionBytesMax + 1, 'x')}}).error().code, ErrorCode::kOverLimit);
}

TEST(Publication, RefusesBytesThatItDidNotWrite) {
  const std::string good = encode_publication({{"a", "text"}, {"b", "more"}}).value();
  for (std::size_t cut = 0; cut < good.size(); ++cut) {
    const auto decoded = decode_publication(std::string_view(good).substr(0, cut));
    if (decoded) {
      EXPECT_EQ(encode_publication(*decoded).value(), good.substr(0, cut));
    }
  }
  EXPECT_FALSE(decode_publication("ritrovo.publication/1\n01 0\na"));
  EXPECT_FALSE(decode_publication("ritrovo.publication/1\n99999999999999999999 0\na"));
  EXPECT_FALSE(decode_publication("ritrovo.publication/1\n1 18446744073709551615\na"));
  EXPECT_FALSE(decode_publication("ritrovo.publication/1\n1 0\nb1 0\na"));
}

}  // namespace
}  // namespace ritrovo::definition
