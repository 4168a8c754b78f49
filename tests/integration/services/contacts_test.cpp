// Contacts as agents meet them: suggested with reasons, joined, taken out again, split; one person
// everywhere.
#include "guichet/v1/contacts.pb.h"
#include "services/inbox/contact_service.hpp"
#include "tests/integration/services/world.hpp"

namespace guichet::test {
namespace {

class ContactsTest : public ServicesTest {
  protected:
    ContactsTest() { refusals_.register_rpcs(dispatcher_); }
    // A complaint of `author` who tells this of himself; his contact.
    std::string writes(const std::string& author, const std::string& name,
                       std::vector<store::ContactMark> marks = {}, const std::string& channel = "shop",
                       bool is_public = false) {
        store::Inbound m;
        m.workspace = kBrand;
        m.channel = ChannelId(channel);
        m.external_id = "c" + std::to_string(++requests_);
        m.thread = m.external_id;
        m.author = author;
        m.author_name = name;
        m.text = "I complain, this is a scandal.";
        m.is_public = is_public;
        m.team = TeamId("care");
        m.language = "en";
        m.marks = std::move(marks);
        v1::Message message;
        message.set_text(m.text);
        m.blob = store::encode_message(message);
        auto stored = run(io_, store_.ingest(std::move(m)));
        EXPECT_TRUE(stored);
        last_ = stored->conversation;
        wait_for([this] { return read(last_).state() != v1::CONVERSATION_STATE_NEW; }, "triage");
        return stored->contact.str();
    }
    v1::GetContactResponse contact(const std::string& caller, const std::string& id) {
        v1::GetContactRequest request;
        request.set_contact(id);
        return expect<v1::GetContactResponse>(caller, "InboxService/GetContact", request);
    }
    v1::MergeContactsRequest merging(const std::string& into, const std::string& from) {
        v1::MergeContactsRequest request;
        request.set_into(into);
        request.set_from(from);
        request.set_reason("she said so");
        return request;
    }
    v1::Contact merge(const std::string& into, const std::string& from) {
        return expect<v1::MergeContactsResponse>("bob", "InboxService/MergeContacts", merging(into, from))
            .contact();
    }

    const store::ContactMark kMail{"mail", true, "anna@example.org"};
    const store::ContactMark kMailSaid{"mail", false, "anna@example.org"};
    ConversationId last_;
    inbox::ContactService refusals_{*context_};
};

TEST_F(ContactsTest, LikelySamePersonsAreSuggestedWithReasons) {
    const auto anna = writes("anna", "Anna Maes", {kMail});
    const auto annie = writes("annie", "Annie M", {kMailSaid}, "wall", true);
    writes("other", "Anna Maes");
    const auto found = contact("bob", anna);
    ASSERT_EQ(found.suggestions_size(), 1) << "a name alone suggests nobody";
    const auto& suggestion = found.suggestions(0);
    EXPECT_EQ(suggestion.contact().id(), annie);
    EXPECT_GE(suggestion.score(), settings_.inbox.suggest_from);
    ASSERT_GE(suggestion.reasons_size(), 1);
    EXPECT_EQ(suggestion.reasons(0).rule(), "mail");
    EXPECT_EQ(suggestion.reasons(0).text().find("anna"), std::string::npos) << "masked";
    // Only who may see both is told.
    EXPECT_EQ(contact("agency", annie).suggestions_size(), 0);
    merge(anna, annie);
    EXPECT_EQ(contact("bob", anna).suggestions_size(), 0) << "one person already";
}

TEST_F(ContactsTest, ARefusedSuggestionDoesNotComeAgainUntilThatIsUndone) {
    const auto anna = writes("anna", "Anna Maes", {kMail});
    const auto annie = writes("annie", "Anna Maes", {kMailSaid}, "wall", true);
    ASSERT_EQ(contact("bob", anna).suggestions_size(), 1);
    v1::RefuseSuggestionRequest refuse;
    refuse.set_contact(anna);
    refuse.set_suggested(annie);
    const auto method = "ContactService/RefuseSuggestion";
    EXPECT_EQ(refused<v1::RefuseSuggestionResponse>("agency", method, refuse).code, Code::not_found);
    EXPECT_EQ(refused<v1::RefuseSuggestionResponse>("looker", method, refuse).code, Code::permission_denied);
    expect<v1::RefuseSuggestionResponse>("bob", method, refuse);
    EXPECT_EQ(contact("bob", anna).suggestions_size(), 0);
    EXPECT_EQ(contact("eve", annie).suggestions_size(), 0) << "nor the other way round";
    writes("annie", "Anna Maes", {kMail}, "wall", true);
    EXPECT_EQ(contact("bob", anna).suggestions_size(), 0);

    const auto listed = [&](const std::string& caller, const std::string& of) {
        v1::ListRefusalsRequest list;
        list.set_contact(of);
        return expect<v1::ListRefusalsResponse>(caller, "ContactService/ListRefusals", list);
    };
    ASSERT_EQ(listed("eve", anna).refusals_size(), 1);
    EXPECT_EQ(listed("eve", anna).refusals(0).contact(), annie);
    EXPECT_EQ(listed("eve", anna).refusals(0).name(), "Anna Maes");
    EXPECT_EQ(listed("eve", anna).refusals(0).actor(), "bob");
    EXPECT_GT(listed("eve", anna).refusals(0).at().seconds(), 0);
    EXPECT_EQ(listed("agency", annie).refusals_size(), 0)
        << "who sees one of them learns nothing of the other";

    v1::UndoRefusalRequest undo;
    undo.set_contact(annie);
    undo.set_suggested(anna);
    expect<v1::UndoRefusalResponse>("eve", "ContactService/UndoRefusal", undo);
    EXPECT_EQ(contact("bob", anna).suggestions_size(), 1);
    EXPECT_EQ(listed("eve", anna).refusals_size(), 0);
    undo.clear_request_id();
    EXPECT_EQ(refused<v1::UndoRefusalResponse>("eve", "ContactService/UndoRefusal", undo).reason,
              "not_refused");
    merge(anna, annie);
    refuse.clear_request_id();
    EXPECT_EQ(refused<v1::RefuseSuggestionResponse>("bob", method, refuse).reason, "one_already");
}

TEST_F(ContactsTest, ASegmentIsSaidByWhoAnswersAndReadByWhoSees) {
    const auto anna = writes("anna", "Anna Maes");
    const auto annie = writes("annie", "Annie", {}, "wall", true);
    const auto method = "ContactService/SetSegment";
    v1::SetSegmentRequest set;
    set.set_contact(anna);
    set.set_segment("  Silver \xC3\xA9lite ");
    EXPECT_EQ(refused<v1::SetSegmentResponse>("looker", method, set).code, Code::permission_denied);
    EXPECT_EQ(refused<v1::SetSegmentResponse>("agency", method, set).code, Code::not_found);
    EXPECT_EQ(expect<v1::SetSegmentResponse>("robot", method, set).segment().segment(),
              "Silver \xC3\xA9lite");
    v1::GetSegmentRequest get;
    get.set_contact(anna);
    const auto said = expect<v1::GetSegmentResponse>("looker", "ContactService/GetSegment", get).segment();
    EXPECT_EQ(said.segment(), "Silver \xC3\xA9lite");
    EXPECT_EQ(said.actor(), "robot");
    EXPECT_GT(said.at().seconds(), 0);
    EXPECT_EQ(refused<v1::GetSegmentResponse>("agency", "ContactService/GetSegment", get).code,
              Code::not_found);
    set.set_contact(annie);
    EXPECT_EQ(expect<v1::SetSegmentResponse>("agency", method, set).segment().actor(), "agency");
    for (const auto& bad : {std::string(61, 'a'), std::string("two\nlines"), std::string("\xff")}) {
        set.set_segment(bad);
        EXPECT_EQ(refused<v1::SetSegmentResponse>("bob", method, set).code, Code::invalid_argument);
    }
    const auto used =
        expect<v1::ListSegmentsResponse>("looker", "ContactService/ListSegments", v1::ListSegmentsRequest{});
    ASSERT_EQ(used.segments_size(), 1);
    EXPECT_EQ(used.segments(0).name(), "Silver \xC3\xA9lite");
    EXPECT_EQ(used.segments(0).contacts(), 2);
}

TEST_F(ContactsTest, WhatWasJoinedIsOnePersonAndCanBeTakenOutAgain) {
    const auto anna = writes("anna", "Anna Maes");
    const auto first = last_;
    const auto annie = writes("annie", "Annie M");
    const auto second = last_;
    const auto whole = merge(anna, annie);
    EXPECT_EQ(whole.identities_size(), 2);
    EXPECT_EQ(whole.conversations_size(), 2);
    ASSERT_EQ(whole.merged_size(), 1);
    EXPECT_EQ(whole.merged(0).actor(), "bob");
    EXPECT_EQ(whole.merged(0).reason(), "she said so");
    v1::GetConversationRequest get;
    get.set_conversation(first.str());
    const auto view = expect<v1::GetConversationResponse>("eve", "InboxService/GetConversation", get);
    ASSERT_EQ(view.others_size(), 1) << "nobody answers her twice";
    EXPECT_EQ(view.others(0).id(), second.str());
    EXPECT_EQ(view.others(0).contact(), anna);

    v1::ListConversationsRequest list;
    list.mutable_filter()->set_contact(annie);
    const auto listed = [&] {
        return expect<v1::ListConversationsResponse>("bob", "InboxService/ListConversations", list)
            .conversations_size();
    };
    wait_for([&] { return listed() == 2; }, "both of her conversations, by either id");

    v1::UndoMergeRequest undo;
    undo.set_contact(annie);
    undo.set_version(whole.version());
    const auto undone = expect<v1::UndoMergeResponse>("bob", "InboxService/UndoMerge", undo);
    EXPECT_EQ(undone.contact().id(), anna);
    EXPECT_EQ(undone.contact().identities_size(), 1);
    EXPECT_EQ(undone.undone().id(), annie);
    EXPECT_EQ(listed(), 1) << "the index names who it was";
    EXPECT_EQ(read(second).contact(), annie);
}

TEST_F(ContactsTest, TheHistoryIsOfThePersonPageByPageWithItsFigures) {
    const auto anna = writes("anna", "Anna Maes");
    const auto first = last_;
    const auto annie = writes("annie", "Annie M", {}, "wall", true);
    const auto second = last_;
    writes("bert", "Bert");
    merge(anna, annie);
    v1::ResolveRequest resolve;
    resolve.set_conversation(first.str());
    resolve.set_epoch(claim("bob", first).epoch());
    resolve.set_outcome(v1::OUTCOME_NO_ANSWER_NEEDED);
    expect<v1::ResolveResponse>("bob", "RoutingService/Resolve", resolve);
    const auto history = [&](const std::string& caller, const std::string& of, int size = 0,
                             const std::string& cursor = {}) {
        v1::GetHistoryRequest get;
        get.set_contact(of);
        get.set_page_size(size);
        get.set_cursor(cursor);
        return expect<v1::GetHistoryResponse>(caller, "ContactService/GetHistory", get);
    };
    wait_for([&] { return history("bob", annie).total() == 2 && history("bob", annie).open() == 1; },
             "both, one of them resolved");
    const auto whole = history("bob", anna);
    ASSERT_EQ(whole.conversations_size(), 2);
    EXPECT_EQ(whole.conversations(0).id(), first.str()) << "what changed last";
    EXPECT_EQ(whole.conversations(1).id(), second.str());
    EXPECT_EQ(whole.conversations(1).contact(), anna) << "it names the person";
    EXPECT_EQ(whole.since().seconds(), read(first).created_at().seconds());
    EXPECT_EQ(whole.next_cursor(), "");
    const auto head = history("bob", anna, 1);
    ASSERT_EQ(head.conversations_size(), 1);
    EXPECT_EQ(head.total(), 2) << "the figures are of all";
    const auto tail = history("bob", anna, 1, head.next_cursor());
    ASSERT_EQ(tail.conversations_size(), 1);
    EXPECT_EQ(tail.conversations(0).id(), second.str());

    const auto outside = history("agency", anna);
    ASSERT_EQ(outside.conversations_size(), 1) << "the public one alone";
    EXPECT_EQ(outside.conversations(0).id(), second.str());
    EXPECT_EQ(outside.total(), 1);
    EXPECT_EQ(history("bob", "nobody").total(), 0);
    EXPECT_FALSE(history("bob", "nobody").has_since());
    v1::GetHistoryRequest bad;
    bad.set_contact(anna);
    bad.set_page_size(201);
    EXPECT_EQ(refused<v1::GetHistoryResponse>("bob", "ContactService/GetHistory", bad).code,
              Code::invalid_argument);
    bad.set_page_size(0);
    bad.set_cursor("nonsense");
    EXPECT_EQ(refused<v1::GetHistoryResponse>("bob", "ContactService/GetHistory", bad).code,
              Code::invalid_argument);
}

TEST_F(ContactsTest, ARepeatedRequestJoinsOnceAndStaleOnesAreRefused) {
    const auto anna = writes("anna", "Anna"), annie = writes("annie", "Annie"), ann = writes("ann", "Ann");
    auto request = merging(anna, annie);
    request.set_into_version(contact("bob", anna).contact().version());
    request.set_request_id("same");
    expect<v1::MergeContactsResponse>("bob", "InboxService/MergeContacts", request);
    expect<v1::MergeContactsResponse>("bob", "InboxService/MergeContacts", request);
    request.set_from(ann);
    request.set_request_id("another");
    EXPECT_EQ(refused<v1::MergeContactsResponse>("bob", "InboxService/MergeContacts", request).reason,
              "stale_version");
}

TEST_F(ContactsTest, AnotherPersonsIdentityIsSplitOff) {
    const auto anna = writes("anna", "Anna"), bert = writes("bert", "Bert");
    merge(anna, bert);
    v1::SplitContactRequest split;
    split.set_contact(bert);
    EXPECT_EQ(refused<v1::SplitContactResponse>("bob", "InboxService/SplitContact", split).field,
              "identities");
    auto* identity = split.add_identities();
    identity->set_channel("shop");
    identity->set_external_id("bert");
    const auto parted = expect<v1::SplitContactResponse>("bob", "InboxService/SplitContact", split);
    EXPECT_EQ(parted.contact().id(), anna);
    EXPECT_EQ(parted.split().id(), bert);
    EXPECT_EQ(parted.split().conversations_size(), 1);
}

TEST_F(ContactsTest, WhoMayNotSeeOrChangeDoesNot) {
    const auto hidden = writes("anna", "Anna", {kMail});
    const auto shown = writes("annie", "Annie", {}, "wall", true);
    EXPECT_EQ(
        refused<v1::MergeContactsResponse>("agency", "InboxService/MergeContacts", merging(shown, hidden))
            .code,
        Code::not_found);
    for (const char* caller : {"looker", "robot"}) {
        EXPECT_EQ(
            refused<v1::MergeContactsResponse>(caller, "InboxService/MergeContacts", merging(shown, hidden))
                .code,
            Code::permission_denied);
    }
    merge(shown, hidden);
    const auto seen = contact("agency", shown).contact();
    ASSERT_EQ(seen.identities_size(), 1) << "not the address that he wrote from in private";
    EXPECT_EQ(seen.identities(0).external_id(), "annie");
    EXPECT_EQ(seen.merged_size(), 0);
    v1::SplitContactRequest split;
    split.set_contact(shown);
    auto* identity = split.add_identities();
    identity->set_channel("shop");
    identity->set_external_id("anna");
    EXPECT_EQ(refused<v1::SplitContactResponse>("agency", "InboxService/SplitContact", split).code,
              Code::not_found);
}

}  // namespace
}  // namespace guichet::test
