#include "tests/integration/conformance/fixture.hpp"

namespace guichet::test::conformance {
namespace {

using Said = channels::Event::Kind;

class WayIn : public Connectors {
  protected:
    static std::string bytes(const channels::Events& events) {
        std::string all;
        for (const auto& event : events) {
            all += std::to_string(static_cast<int>(event.kind)) + event.message.SerializeAsString();
        }
        return all;
    }
};

TEST_P(WayIn, TakesWhatACustomerWrote) {
    const Words words;
    const auto event = only(subject_->created({words}));
    EXPECT_EQ(event.kind, Said::message);
    EXPECT_FALSE(event.message.external_id().empty());
    EXPECT_EQ(event.message.author().external_id(), subject_->author_of(words));
    EXPECT_EQ(event.message.author().name(), subject_->tells_names() ? words.name : "");
    EXPECT_EQ(event.message.text(), words.text);
    EXPECT_NE(event.message.kind(), v1::INBOUND_KIND_EDITED);
    EXPECT_NE(event.message.kind(), v1::INBOUND_KIND_DELETED);
    EXPECT_TRUE(event.message.channel().empty());
}

TEST_P(WayIn, AnEditAndADeletionNameTheMessageTheyChange) {
    Words words;
    const auto created = only(subject_->created({words}));
    words.text = "It broke twice";
    words.version = 1;
    const auto edited = only(subject_->edited(words));
    EXPECT_EQ(edited.kind, Said::message);
    EXPECT_EQ(edited.message.external_id(), created.message.external_id());
    EXPECT_EQ(edited.message.kind() == v1::INBOUND_KIND_EDITED, subject_->edits());
    if (!subject_->edits()) return;  // the same id again, and no word of a change
    EXPECT_EQ(edited.message.text(), words.text);
    EXPECT_EQ(edited.message.thread(), created.message.thread());
    const auto removed = only(subject_->removed(words));
    EXPECT_EQ(removed.message.kind(), v1::INBOUND_KIND_DELETED);
    EXPECT_EQ(removed.message.external_id(), created.message.external_id());
}

TEST_P(WayIn, IdsMayBeNumbersOrTexts) {
    const Words words;
    const auto as_text = only(subject_->created({words}));
    const auto as_number = only(subject_->created_with_numbers(words));
    EXPECT_EQ(as_number.message.external_id(), as_text.message.external_id());
    EXPECT_EQ(as_number.message.thread(), as_text.message.thread());
    EXPECT_EQ(as_number.message.author().external_id(), as_text.message.author().external_id());
}

TEST_P(WayIn, AMissingAuthorLosesNoMessage) {
    const auto event = only(subject_->created_without_author({}));
    EXPECT_EQ(event.kind, Said::message);
    EXPECT_EQ(event.message.text(), Words().text);
    EXPECT_EQ(event.message.external_id(), only(subject_->created({{}})).message.external_id());
}

TEST_P(WayIn, TakesAThousandAtOnceInOrder) {
    std::vector<Words> all(1'000);
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i].id = std::to_string(700'000'000'000'000 + i);
        all[i].text = "Message " + std::to_string(i);
    }
    const auto body = subject_->created(all);
    EXPECT_EQ(authenticate(body, subject_->sign(body)).ok(), subject_->brings());
    const auto events = parse(body);
    ASSERT_TRUE(events) << events.error().message;
    ASSERT_EQ(events->size(), all.size());
    for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ((*events)[i].message.text(), all[i].text);
}

TEST_P(WayIn, TheBrandsOwnWordsAreNotACustomers) {
    const auto body = subject_->own({});
    if (!body) return;  // this platform never tells of them
    for (const auto& event : *parse(*body)) EXPECT_EQ(event.kind, Said::own) << *body;
}

// What is fetched is as authentic as the sign-in; nobody can bring it.
TEST_P(WayIn, WhatIsFetchedIsNotBroughtAndNeedsASignIn) {
    if (subject_->brings()) return;
    const auto body = subject_->created({{}});
    EXPECT_EQ(authenticate(body, subject_->sign(body)).code, Code::unauthenticated);
    subject_->deliver(body);
    const auto pulled = run(io_, connector().pull(subject_->intruder(), "", 5s));
    ASSERT_FALSE(pulled);
    EXPECT_EQ(pulled.error().code, Code::unauthenticated) << pulled.error().message;
    const auto outcome = run(io_, connector().send(subject_->intruder(), subject_->answer("Sorry")));
    EXPECT_EQ(outcome.kind, channels::Outcome::Kind::reauth) << outcome.error;
}

TEST_P(WayIn, TakesOnlyTheBytesThatWereSigned) {
    if (!subject_->brings()) return;
    const auto body = subject_->created({{}});
    const auto headers = subject_->sign(body);
    EXPECT_TRUE(authenticate(body, headers).ok()) << authenticate(body, headers).message;
    const auto name = subject_->signature_header();
    const std::string good(headers.get(name));
    const auto with = [&](const std::string& signature) {
        auto forged = headers;
        forged.set(name, signature);
        return authenticate(body, forged).code;
    };
    EXPECT_EQ(authenticate(body + " ", headers).code, Code::unauthenticated);
    EXPECT_EQ(authenticate("", headers).code, Code::unauthenticated);
    auto other = good;
    other.back() = other.back() == '0' ? '1' : '0';
    EXPECT_EQ(with(other), Code::unauthenticated);
    EXPECT_EQ(with(good.substr(0, good.size() - 1)), Code::unauthenticated);
    EXPECT_EQ(with(""), Code::unauthenticated);
    EXPECT_EQ(with("="), Code::unauthenticated);
    EXPECT_EQ(with(std::string(5'000, 'a')), Code::unauthenticated);
    auto none = headers;
    none.remove(name);
    EXPECT_EQ(authenticate(body, none).code, Code::unauthenticated);
}

TEST_P(WayIn, WithoutASecretNothingIsAuthentic) {
    const auto body = subject_->created({{}});
    auto channel = subject_->channel();
    channel.clear_secrets();
    http::Request request;
    request.method = http::Method::post;
    request.headers = subject_->sign(body);
    request.body = body;
    EXPECT_EQ(connector().authenticate(channel, request, clock_.now()).code, Code::unauthenticated);
}

// A body that was cut or mutilated is refused or read, and never breaks anything.
TEST_P(WayIn, SurvivesMutilatedBodies) {
    const std::vector<std::string> bodies{subject_->created({{}, {}}), subject_->edited({}),
                                          subject_->removed({}), subject_->own({}).value_or("{}")};
    for (const auto& body : bodies) {
        for (std::size_t length = 0; length < body.size(); ++length) {
            const auto half = body.substr(0, length);
            if (subject_->half_is_refused()) {
                EXPECT_FALSE(parse(half)) << "half a body: " << half;
            } else {
                EXPECT_NO_THROW(parse(half)) << half;
            }
        }
        for (int round = 0; round < 2'000; ++round) {
            auto bad = body;
            const auto at = random_.below(bad.size());
            static constexpr std::string_view kBytes = "{}[]\",:0-9ntfe\\ \xff";
            bad[at] = kBytes[random_.below(kBytes.size())];
            EXPECT_NO_THROW(parse(bad)) << bad;
        }
    }
}

TEST_P(WayIn, ReadsTheSameTwice) {
    const auto body = subject_->created({{}});
    EXPECT_EQ(bytes(*parse(body)), bytes(*parse(body)));
}

INSTANTIATE_TEST_SUITE_P(Channels, WayIn, ::testing::ValuesIn(kinds()), kind_name);

}  // namespace
}  // namespace guichet::test::conformance
