// What the way in must hold together with ingest and the store, on a real Redis.
#include <map>
#include <set>

#include <boost/json.hpp>

#include "common/store/moderation.hpp"
#include "services/ingest/channel_poll.hpp"
#include "tests/integration/conformance/fixture.hpp"
#include "tests/integration/ingest/ingest_world.hpp"

namespace guichet::test::conformance {
namespace {

namespace json = boost::json;

class Stored : public IngestWorld, public ::testing::WithParamInterface<Kind> {
  protected:
    Stored() : subject_(GetParam().make({io_, clock_, random_, *client_, {}})) {
        connectors_.add(subject_->connector());
        put_channel(subject_->channel());
    }

    struct Delivered {
        int status = 0;
        std::vector<std::string> conversations;
        std::vector<bool> duplicates;
    };
    // As the platform does it.
    Delivered deliver(const std::string& body) {
        return subject_->brings() ? deliver(body, subject_->sign(body)) : fetch(body);
    }
    Delivered deliver(const std::string& body, http::Headers headers) {
        auto answer = request(http::Method::post, subject_->webhook_path(), body, std::move(headers));
        Delivered result;
        result.status = answer.status;
        if (answer.status != 200) return result;
        const auto parsed = json::parse(answer.body);
        for (const auto& one : parsed.at("results").as_array()) {
            const auto* id = one.as_object().if_contains("conversation");
            result.conversations.emplace_back(id ? std::string(id->as_string()) : "");
            const auto* duplicate = one.as_object().if_contains("duplicate");
            result.duplicates.push_back(duplicate && duplicate->as_bool());
        }
        return result;
    }
    // The poller takes what lies there.
    Delivered fetch(const std::string& body) {
        const auto before = conversations();
        subject_->deliver(body);
        const auto there = [&] {
            const auto kept = expect(store_.document(kMain, ingest::kCursor, subject_->channel().id()));
            return kept && kept->bytes == subject_->reached();
        };
        const auto until = clock_.steady() + kLimit;
        while (!there()) {
            if (clock_.steady() > until) throw std::runtime_error("it is not fetched");
            io_.restart();
            io_.run_one_for(std::chrono::milliseconds(10));
        }
        const auto after = conversations();
        Delivered result;
        result.status = 200;
        std::set<std::string> told;
        for (const auto& event : *subject_->parse(body)) {
            const auto& id = event.message.external_id();
            const auto found = after.find(id);
            result.conversations.push_back(found == after.end() ? "" : found->second);
            result.duplicates.push_back(before.contains(id) || !told.insert(id).second);
        }
        return result;
    }
    // Of customers' messages, by their external id.
    std::map<std::string, std::string> conversations() {
        std::map<std::string, std::string> all;
        for (const auto& id : conversation_ids()) {
            for (const auto& message : messages(id)) {
                if (message.kind() != v1::MESSAGE_KIND_INBOUND) continue;
                EXPECT_TRUE(all.emplace(message.external_id(), id).second) << message.external_id();
            }
        }
        return all;
    }
    // What a reader of the conversation sees of customers' words; what was taken back is "-".
    std::vector<std::string> shown(const std::string& conversation) {
        std::map<std::int64_t, std::string> by_seq;
        for (const auto& message : messages(conversation)) {
            if (message.kind() == v1::MESSAGE_KIND_INBOUND) by_seq[message.seq()] = message.text();
            if (message.kind() == v1::MESSAGE_KIND_EDIT) by_seq[message.target_seq()] = message.text();
            if (message.kind() == v1::MESSAGE_KIND_DELETION) by_seq[message.target_seq()] = "-";
        }
        std::vector<std::string> texts;
        texts.reserve(by_seq.size());
        for (const auto& [seq, text] : by_seq) texts.push_back(text);
        return texts;
    }
    static Words words(const std::string& text, int version = 0) {
        Words made;
        made.text = text;
        made.version = version;
        return made;
    }

    std::unique_ptr<Subject> subject_;
};

using Texts = std::vector<std::string>;

TEST_P(Stored, OnceHoweverOftenItIsDelivered) {
    const auto body = subject_->created({{}});
    const auto first = deliver(body);
    ASSERT_EQ(first.status, 200);
    ASSERT_EQ(first.conversations.size(), 1u);
    EXPECT_FALSE(first.duplicates[0]);
    for (int i = 0; i < 5; ++i) {
        const auto again = deliver(body);
        EXPECT_EQ(again.conversations, first.conversations);
        EXPECT_TRUE(again.duplicates.at(0));
    }
    EXPECT_EQ(shown(first.conversations[0]), Texts{"It broke"});
}

TEST_P(Stored, ATwinInTheSameBodyIsADuplicate) {
    const auto result = deliver(subject_->created({{}, {}}));
    ASSERT_EQ(result.conversations.size(), 2u);
    EXPECT_EQ(shown(result.conversations[0]), Texts{"It broke"});
}

TEST_P(Stored, NumbersAndTextsAreTheSameIds) {
    const auto first = deliver(subject_->created({{}}));
    const auto again = deliver(subject_->created_with_numbers({}));
    EXPECT_EQ(again.conversations, first.conversations);
    EXPECT_TRUE(again.duplicates.at(0));
}

TEST_P(Stored, AnEditAndADeletionChangeWhatIsThere) {
    const auto id = deliver(subject_->created({{}})).conversations.at(0);
    const auto edit = subject_->edited(words("It broke twice", 1));
    EXPECT_EQ(deliver(edit).status, 200);
    if (!subject_->edits()) {
        EXPECT_EQ(shown(id), Texts{"It broke"}) << "what was said stays, whoever uses its id again";
        return;
    }
    EXPECT_EQ(shown(id), Texts{"It broke twice"});
    EXPECT_EQ(deliver(edit).status, 200);
    EXPECT_EQ(messages(id).size(), 2u) << "the same edit again changes nothing";
    EXPECT_EQ(deliver(subject_->removed({})).status, 200);
    EXPECT_EQ(shown(id), Texts{"-"});
    EXPECT_EQ(deliver(subject_->created({{}})).status, 200);
    EXPECT_EQ(deliver(subject_->edited(words("Late", 2))).status, 200);
    EXPECT_EQ(shown(id), Texts{"-"}) << "what was taken back stays so";
}

TEST_P(Stored, AnEditThatComesBeforeItsMessageIsTheMessage) {
    const auto id = deliver(subject_->edited(words("It broke twice", 1))).conversations.at(0);
    EXPECT_EQ(shown(id), Texts{"It broke twice"});
    EXPECT_EQ(deliver(subject_->created({{}})).conversations.at(0), id);
    EXPECT_EQ(shown(id), Texts{"It broke twice"});
}

TEST_P(Stored, AnOldEditDoesNotUndoANewerOne) {
    if (!subject_->orders_edits()) return;  // the platform does not say which is newer
    const auto id = deliver(subject_->created({{}})).conversations.at(0);
    deliver(subject_->edited(words("third", 2)));
    deliver(subject_->edited(words("second", 1)));
    EXPECT_EQ(shown(id), Texts{"third"});
}

TEST_P(Stored, ADeletionOfAnUnknownMessageKeepsItAway) {
    const auto gone = deliver(subject_->removed({}));
    EXPECT_EQ(gone.status, 200);
    EXPECT_EQ(gone.conversations.at(0), "");
    EXPECT_EQ(dead_letters(), 0);
    if (!subject_->edits()) return;
    const auto late = deliver(subject_->created({{}}));
    EXPECT_EQ(late.status, 200);
    EXPECT_EQ(late.conversations.at(0), "");
    EXPECT_TRUE(late.duplicates.at(0));
    EXPECT_EQ(dead_letters(), 0);
}

TEST_P(Stored, WordsOfNobodyAreKept) {
    const auto result = deliver(subject_->created_without_author({}));
    ASSERT_EQ(result.status, 200);
    EXPECT_EQ(shown(result.conversations.at(0)), Texts{"It broke"});
    EXPECT_EQ(dead_letters(), 0);
}

TEST_P(Stored, AThousandAtOnceAllArrive) {
    std::vector<Words> all(1'000);
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i].id = std::to_string(700'000'000'000'000 + i);
        all[i].text = "Message " + std::to_string(i);
    }
    const auto body = subject_->created(all);
    const auto result = deliver(body);
    ASSERT_EQ(result.status, 200);
    ASSERT_EQ(result.conversations.size(), all.size());
    std::map<std::string, std::size_t> conversations;
    for (const auto& id : result.conversations) ++conversations[id];
    std::size_t stored = 0;
    for (const auto& [id, count] : conversations) {
        EXPECT_EQ(shown(id).size(), count);
        stored += shown(id).size();
    }
    EXPECT_EQ(stored, all.size());
    const auto again = deliver(body);
    EXPECT_EQ(std::count(again.duplicates.begin(), again.duplicates.end(), true), 1'000);
}

TEST_P(Stored, AForgedOneLeavesNothing) {
    const auto body = subject_->created({{}});
    auto headers = subject_->sign(body);
    headers.set(subject_->signature_header(), "sha256=00");
    // Where nothing is brought there is no such address.
    EXPECT_EQ(deliver(body, headers).status, subject_->brings() ? 401 : 404);
    EXPECT_EQ(dead_letters(), 0);
    EXPECT_FALSE(deliver(body).duplicates.at(0)) << "it was never there";
}

TEST_P(Stored, TheBrandsOwnWordsOpenNoConversation) {
    const auto body = subject_->own({});
    if (!body) return;  // this platform never tells of them
    const auto result = deliver(*body);
    EXPECT_EQ(result.status, 200);
    for (const auto& id : result.conversations) EXPECT_EQ(id, "");
    EXPECT_EQ(dead_letters(), 0);
}

// What was hidden where the customer wrote it, in the platform's own tools.
class HiddenThere : public Stored {
  protected:
    // The word for it told the `version`th time.
    std::string told(bool hidden, int version) {
        return *subject_->hidden(words("It broke", version), hidden);
    }
    // The last word on whether the conversation's message is seen: "hide", "unhide", "" for none.
    std::string last(const std::string& conversation) {
        const auto all = expect(moderations_.list(kMain, ConversationId(conversation)));
        if (all.empty()) return "";
        EXPECT_EQ(all.size(), 1u);
        EXPECT_EQ(all[0].state(), v1::MODERATION_STATE_DONE);
        EXPECT_EQ(all[0].actor(), "") << "nobody here asked for it";
        return store::act_word(all[0].act());
    }

    store::Moderations moderations_{store_};
};

TEST_P(HiddenThere, IsHiddenHereAndShownAgain) {
    const auto id = deliver(subject_->created({{}})).conversations.at(0);
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(deliver(told(true, 1)).status, 200);
        EXPECT_EQ(last(id), "hide");
    }
    EXPECT_EQ(shown(id), Texts{"It broke"}) << "the brand still reads it";
    const auto version = conversation(id).version();
    deliver(told(true, 1));
    EXPECT_EQ(conversation(id).version(), version) << "told again it is no event";
    deliver(told(false, 2));
    EXPECT_EQ(last(id), "unhide");
    deliver(told(true, 1));
    EXPECT_EQ(last(id), "unhide") << "an old word that comes late";
    EXPECT_EQ(dead_letters(), 0);
}

TEST_P(HiddenThere, ComesBeforeItsMessage) {
    EXPECT_EQ(deliver(told(true, 1)).status, 200);
    EXPECT_TRUE(conversation_ids().empty());
    const auto id = deliver(subject_->created({{}})).conversations.at(0);
    EXPECT_EQ(shown(id), Texts{"It broke"});
    EXPECT_EQ(last(id), "hide");
    EXPECT_EQ(dead_letters(), 0);
}

TEST_P(HiddenThere, WhatWasTakenBackStaysSo) {
    deliver(told(true, 1));
    EXPECT_EQ(deliver(subject_->removed({})).status, 200);
    deliver(told(false, 2));
    EXPECT_EQ(deliver(subject_->created({{}})).conversations.at(0), "");
    EXPECT_TRUE(conversation_ids().empty());
    EXPECT_EQ(dead_letters(), 0);
}

TEST_P(Stored, WhoseHidingIsToldCanHide) {
    EXPECT_EQ(subject_->hidden({}, true).has_value(), GetParam().can_act);
}

INSTANTIATE_TEST_SUITE_P(Channels, HiddenThere, ::testing::ValuesIn(kinds_that(&Kind::can_act)), kind_name);
INSTANTIATE_TEST_SUITE_P(Channels, Stored, ::testing::ValuesIn(kinds()), kind_name);

}  // namespace
}  // namespace guichet::test::conformance
