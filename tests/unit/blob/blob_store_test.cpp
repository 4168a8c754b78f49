#include "common/blob/blob_store.hpp"

#include <filesystem>
#include <fstream>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "common/core/bytes.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait.hpp"

namespace guichet::blob {
namespace {

std::size_t files_in(const std::filesystem::path& root) {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root))
        count += entry.is_regular_file();
    return count;
}

TEST(BlobStore, KeepsBytesByTheirDigestOnce) {
    test::TempDir dir;
    const std::string bytes("a\0b", 3);
    const auto first = put_blob(dir.path(), bytes);
    ASSERT_TRUE(first);
    EXPECT_EQ(*first, "sha256:" + hex(sha256(bytes)));
    const auto second = put_blob(dir.path(), bytes);
    ASSERT_TRUE(second);
    EXPECT_EQ(*second, *first);
    EXPECT_EQ(files_in(dir.path()), 1u);
    EXPECT_EQ(*get_blob(dir.path(), *first, 100), bytes);
}

TEST(BlobStore, RefusesWhatIsNoNameOrTooLarge) {
    test::TempDir dir;
    EXPECT_EQ(get_blob(dir.path(), "sha256:../../etc/passwd", 100).error().code, Code::invalid_argument);
    EXPECT_EQ(get_blob(dir.path(), "", 100).error().code, Code::invalid_argument);
    EXPECT_EQ(get_blob(dir.path(), "sha256:" + std::string(64, 'a'), 100).error().code, Code::not_found);
    const auto name = put_blob(dir.path(), "0123456789");
    ASSERT_TRUE(name);
    EXPECT_EQ(get_blob(dir.path(), *name, 9).error().code, Code::resource_exhausted);
}

TEST(BlobStore, NoticesBytesThatChanged) {
    test::TempDir dir;
    const auto name = put_blob(dir.path(), "0123456789");
    ASSERT_TRUE(name);
    const auto digest = name->substr(7);
    std::ofstream(dir.path() / digest.substr(0, 2) / digest) << "9876543210";
    EXPECT_EQ(get_blob(dir.path(), *name, 100).error().code, Code::data_loss);
}

TEST(BlobStore, ReplacesAFileThatWasCutShort) {
    test::TempDir dir;
    const auto name = put_blob(dir.path(), "0123456789");
    ASSERT_TRUE(name);
    const auto digest = name->substr(7);
    std::ofstream(dir.path() / digest.substr(0, 2) / digest) << "0123";
    ASSERT_TRUE(put_blob(dir.path(), "0123456789"));
    EXPECT_EQ(*get_blob(dir.path(), *name, 100), "0123456789");
}

TEST(BlobStore, SaysWhenTheDiskRefuses) {
    test::TempDir dir;
    std::ofstream(dir.path() / "file") << "not a directory";
    EXPECT_EQ(put_blob(dir.path() / "file", "x").error().code, Code::unavailable);
}

TEST(BlobStore, WorksFromTheIoThread) {
    test::TempDir dir;
    boost::asio::io_context io;
    runtime::Pool pool(io.get_executor(), "test", 2, 10);
    BlobStore store(dir.path() / "blobs", pool);
    const auto name = test::run(io, store.put("hello"));
    ASSERT_TRUE(name);
    EXPECT_EQ(*test::run(io, store.get(*name, 100)), "hello");
}

}  // namespace
}  // namespace guichet::blob
