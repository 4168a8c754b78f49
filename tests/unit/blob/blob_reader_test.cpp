#include "common/blob/blob_reader.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "common/blob/blob_store.hpp"
#include "tests/support/temp_dir.hpp"

namespace guichet::blob {
namespace {

class BlobReading : public ::testing::Test {
  protected:
    void overwrite(const std::string& name, const std::string& bytes) {
        const auto digest = digest_in(name);
        std::ofstream(dir_.path() / digest.substr(0, 2) / digest) << bytes;
    }
    test::TempDir dir_;
};

TEST_F(BlobReading, ComesInPiecesAndEnds) {
    const auto name = put_blob(dir_.path(), "0123456789");
    auto reader = BlobReader::open(dir_.path(), *name, 10);
    ASSERT_TRUE(reader);
    EXPECT_EQ(reader->size(), 10u);
    ASSERT_TRUE(reader->verify());
    EXPECT_EQ(*reader->next(4), "0123");
    EXPECT_EQ(*reader->next(4), "4567");
    EXPECT_EQ(*reader->next(4), "89");
    EXPECT_EQ(*reader->next(4), "");
    EXPECT_EQ(*reader->next(4), "");
}

TEST_F(BlobReading, AnEmptyOneEndsAtOnce) {
    const auto name = put_blob(dir_.path(), "");
    auto reader = BlobReader::open(dir_.path(), *name, 10);
    ASSERT_TRUE(reader);
    ASSERT_TRUE(reader->verify());
    EXPECT_EQ(*reader->next(4), "");
    EXPECT_EQ(*reader->next(4), "");
}

TEST_F(BlobReading, NoticesBytesThatChangedBeforeAndWhileItReads) {
    const auto name = put_blob(dir_.path(), "0123456789");
    overwrite(*name, "0123456780");
    auto reader = BlobReader::open(dir_.path(), *name, 10);
    ASSERT_TRUE(reader);
    EXPECT_EQ(reader->verify().error().code, Code::data_loss);
    auto unproven = BlobReader::open(dir_.path(), *name, 10);
    EXPECT_EQ(*unproven->next(9), "012345678");
    EXPECT_EQ(unproven->next(9).error().code, Code::data_loss);
}

TEST_F(BlobReading, RefusesWhatIsNoNameNotThereOrTooLarge) {
    const auto name = put_blob(dir_.path(), "0123456789");
    EXPECT_EQ(BlobReader::open(dir_.path(), *name, 9).error().reason, "too_large");
    EXPECT_EQ(BlobReader::open(dir_.path(), "sha256:../../etc/passwd", 9).error().code,
              Code::invalid_argument);
    EXPECT_EQ(BlobReader::open(dir_.path(), "sha256:" + std::string(64, 'a'), 9).error().code,
              Code::not_found);
}

}  // namespace
}  // namespace guichet::blob
