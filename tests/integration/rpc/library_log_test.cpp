#include "common/rpc/library_log.hpp"

#include <grpc/support/log.h>
#include <mutex>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "guichet/v1/routing.pb.h"

namespace guichet::rpc {
namespace {

TEST(LibraryLog, ReceivesWhatTheLibrariesSay) {
    std::mutex mutex;
    std::set<std::string> libraries;
    redirect_library_logs([&](LibraryLevel level, std::string_view library, std::string_view text) {
        const std::lock_guard lock(mutex);
        if (level == LibraryLevel::error && !text.empty()) libraries.emplace(library);
    });
    // A text that is not UTF-8: protobuf complains and refuses.
    EXPECT_FALSE(v1::ClaimRequest().ParseFromString("\x12\x02\xff\xfe"));
    gpr_log(GPR_ERROR, "a test's error");
    {
        const std::lock_guard lock(mutex);
        EXPECT_EQ(libraries, (std::set<std::string>{"grpc", "protobuf"}));
    }
    redirect_library_logs([](LibraryLevel, std::string_view, std::string_view) {});
}

}  // namespace
}  // namespace guichet::rpc
