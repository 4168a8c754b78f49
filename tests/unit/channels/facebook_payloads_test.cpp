// Whole bodies: recorded ones where their folder is at hand, and ours, whole and damaged.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include <gtest/gtest.h>

#include "common/channels/facebook/errors.hpp"
#include "common/channels/facebook/parse.hpp"
#include "common/core/bytes.hpp"

namespace guichet::channels::facebook {
namespace {

// Empty when nobody has it: the project stands alone.
std::map<std::string, std::string> recorded(const char* folder) {
    const char* named = std::getenv("GUICHET_PAYLOADS");
    const auto root = named ? std::filesystem::path(named)
                            : std::filesystem::path(GUICHET_SOURCE_DIR) / ".." / "shared" / "payloads";
    std::map<std::string, std::string> bodies;
    std::error_code ec;
    for (const auto& entry : std::filesystem::directory_iterator(root / folder, ec)) {
        std::ifstream file(entry.path(), std::ios::binary);
        std::ostringstream text;
        text << file.rdbuf();
        bodies[entry.path().filename().string()] = text.str();
    }
    return bodies;
}

// What ingest asks of every message.
void expect_storable(const Event& event, const std::string& where) {
    const auto& m = event.message;
    EXPECT_FALSE(event.account.empty()) << where;
    EXPECT_FALSE(m.external_id().empty()) << where;
    EXPECT_FALSE(m.thread().empty()) << where;
    EXPECT_FALSE(m.author().external_id().empty()) << where;
    EXPECT_NE(m.visibility(), v1::VISIBILITY_UNSPECIFIED) << where;
    EXPECT_TRUE(valid_utf8(m.text())) << where;
    EXPECT_GE(m.ordinal(), 0) << where;
    EXPECT_TRUE(!m.text().empty() || m.attachments_size() > 0 || m.kind() == v1::INBOUND_KIND_DELETED)
        << where;
}

// By how the recorded files are named.
std::size_t expected_events(const std::string& file) {
    if (file.rfind("feed-comment-", 0) == 0) return 1;
    if (file.rfind("messaging-message-", 0) == 0 || file.rfind("messaging-postback-", 0) == 0) return 1;
    return 0;
}

TEST(FacebookPayloads, EveryRecordedOneIsRead) {
    for (const auto& [file, body] : recorded("facebook")) {
        const auto events = parse_webhook({}, body);
        ASSERT_TRUE(events) << file;
        EXPECT_EQ(events->size(), expected_events(file)) << file;
        for (const auto& event : *events) expect_storable(event, file);
    }
}

TEST(FacebookPayloads, RecordedErrorsAreRead) {
    for (const auto& [file, body] : recorded("graph-errors")) {
        const auto error = graph_error(body);
        EXPECT_EQ(error.has_value(), body.find("\"error\"") != std::string::npos) << file;
    }
}

std::vector<std::string> own_samples() {
    return {
        R"({"object":"page","entry":[{"id":"100","time":1763800001,"changes":[{"field":"feed","value":{"item":"comment",
            "verb":"add","comment_id":"7_71","post_id":"100_7","parent_id":"7_70","from":{"id":"555","name":"Ann\u00e9"},
            "created_time":1763800000,"message":"It \ud83d\ude22 broke","photo":"https://cdn.example/1.jpg",
            "message_tags":[{"id":"100","offset":0}]}}]}]})",
        R"({"entry":[{"changes":[{"field":"feed","value":{"parent_id":"100_7","sender_name":"A","comment_id":"7_71",
            "sender_id":-555,"item":"comment","verb":"hide","created_time":1763800000}}],"id":100}],"object":"page"})",
        R"({"object":"page","entry":[{"id":100,"time":1763800001500,"messaging":[{"sender":{"id":555},
            "recipient":{"id":100},"timestamp":1763800000123,"message":{"mid":"m_1","text":"hello","attachments":[
            {"type":"location","payload":{"coordinates":{"lat":1,"long":2}}}],"reply_to":{"mid":"m_0"}}},
            {"sender":{"id":555},"message_edit":{"mid":"m_1","text":"x","num_edit":"9"}}]}]})",
    };
}

TEST(FacebookPayloads, DamagedOnesNeverBreakAnything) {
    auto samples = own_samples();
    for (auto& [file, body] : recorded("facebook")) samples.push_back(body);
    std::mt19937 chance(20261122);  // NOLINT(bugprone-random-generator-seed): the same cases each time
    static constexpr std::string_view kPieces[] = {"{",     "}",  "[",       "]",    "\"", "null",
                                                   "1e999", "-0", "\\u0000", "\xff", ":"};
    std::size_t read = 0;
    for (const auto& sample : samples) {
        for (int round = 0; round < 400; ++round) {
            auto body = sample;
            for (auto changes = 1 + chance() % 3; changes > 0; --changes) {
                const auto at = chance() % body.size();
                const auto piece = kPieces[chance() % std::size(kPieces)];
                switch (chance() % 4) {
                    case 0:
                        body.erase(at, 1 + chance() % 20);
                        break;
                    case 1:
                        body.insert(at, piece);
                        break;
                    case 2:
                        body.replace(at, 1, piece);
                        break;
                    default:
                        body[at] = static_cast<char>(chance() % 256);
                }
                if (body.empty()) body = " ";
            }
            const auto events = parse_webhook({"100", "Shop"}, body);
            if (!events) {
                EXPECT_EQ(events.error().code, Code::invalid_argument);
                continue;
            }
            ++read;
            for (const auto& event : *events) EXPECT_FALSE(event.message.external_id().empty()) << body;
        }
    }
    EXPECT_GT(read, 0u);
}

}  // namespace
}  // namespace guichet::channels::facebook
