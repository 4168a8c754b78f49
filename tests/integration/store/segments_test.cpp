// What kind of customer somebody is: of the person, through joining and taking apart, and gone with him.
#include "common/store/segments.hpp"

#include "common/store/privacy.hpp"
#include "tests/integration/store/fixture.hpp"

namespace guichet::test {
namespace {

using InUse = std::vector<std::pair<std::string, std::int64_t>>;

class SegmentStore : public StoreTest {
  protected:
    ContactId writes(const std::string& author) {
        const auto number = std::to_string(++messages_);
        auto m = inbound("m" + number, "t" + number);
        m.author = author;
        last_ = expect(store_.ingest(std::move(m)));
        return last_.contact;
    }
    void say(const ContactId& contact, const std::string& segment, std::string request = {}) {
        expect(segments_.set(by("bob", std::move(request)), contact, 0, segment));
    }
    void join(const ContactId& into, const ContactId& from) {
        expect(store_.merge_contacts(by("bob"), {into, from, 0, 0, "the same"}));
    }
    void part(const ContactId& contact) { expect(store_.undo_merge(by("bob"), contact, 0)); }
    v1::Contact person(const ContactId& id) { return expect(reads_.contact(kBrand, id)); }
    store::Said said(const ContactId& id) { return store::segment_of(expect(reads_.person(kBrand, id))); }
    std::string segment(const ContactId& id) { return said(id).segment; }
    // The one key that there is of this kind.
    std::string key_like(const std::string& pattern) {
        const auto found = expect(client_->call(redis::Command("KEYS", pattern)));
        return found.size() == 1 ? found[0].text() : std::string();
    }
    InUse in_use() { return expect(segments_.in_use(kBrand)); }

    store::Segments segments_{store_};
    int messages_ = 0;
    store::Ingested last_;
};

TEST_F(SegmentStore, IsSaidOfSomebodyByWhomAndWhen) {
    const auto anna = writes("anna");
    EXPECT_EQ(said(anna).at, 0);
    const auto before = person(anna).version();
    say(anna, "VIP");
    const auto one = said(anna);
    EXPECT_EQ(one.segment, "VIP");
    EXPECT_EQ(one.by, "bob");
    EXPECT_GT(one.at, 0);
    EXPECT_EQ(person(anna).version(), before + 1);
    EXPECT_EQ(refused(segments_.set(by("eve"), anna, before, "press")).reason, "stale_version");
    expect(segments_.set(by("eve"), anna, before + 1, "press"));
    EXPECT_EQ(segment(anna), "press");
    EXPECT_EQ(refused(segments_.set(by("bob"), ContactId("nobody"), 0, "VIP")).code, Code::not_found);
}

TEST_F(SegmentStore, TheSameRequestSaysItOnce) {
    const auto anna = writes("anna");
    say(anna, "VIP", "r1");
    say(anna, "press");
    say(anna, "VIP", "r1");
    EXPECT_EQ(segment(anna), "press");
    EXPECT_EQ(in_use(), (InUse{{"press", 1}}));
}

TEST_F(SegmentStore, APersonIsWhatTheOneOnTopSaysElseTheOthers) {
    const auto anna = writes("anna"), annie = writes("annie"), ann = writes("ann");
    say(annie, "press");
    join(anna, annie);
    EXPECT_EQ(segment(anna), "press") << "nobody said anything of the one on top";
    say(ann, "VIP");
    join(ann, anna);
    for (const auto& id : {ann, anna, annie}) EXPECT_EQ(segment(id), "VIP");
    part(anna);
    EXPECT_EQ(segment(ann), "VIP");
    EXPECT_EQ(segment(anna), "press");
    part(annie);
    EXPECT_EQ(segment(anna), "");
    EXPECT_EQ(segment(annie), "press");
}

TEST_F(SegmentStore, WhatIsSaidOfAPersonIsSaidOfTheOneOnTop) {
    const auto anna = writes("anna"), annie = writes("annie");
    say(annie, "press");
    join(anna, annie);
    say(annie, "");
    EXPECT_EQ(segment(annie), "") << "of none was said, whatever was said before";
    EXPECT_EQ(said(anna).by, "bob");
    say(annie, "VIP");
    part(annie);
    EXPECT_EQ(segment(anna), "VIP");
    EXPECT_EQ(segment(annie), "press");
}

TEST_F(SegmentStore, ThoseInUseAreCounted) {
    const auto anna = writes("anna"), annie = writes("annie"), ann = writes("ann");
    EXPECT_EQ(in_use(), InUse{});
    say(anna, "VIP");
    say(annie, "VIP");
    say(ann, "press");
    EXPECT_EQ(in_use(), (InUse{{"VIP", 2}, {"press", 1}}));
    say(annie, "press");
    say(ann, "press");
    say(anna, "");
    EXPECT_EQ(in_use(), (InUse{{"press", 2}}));
}

TEST_F(SegmentStore, ThereAreNoMoreKindsThanAllowed) {
    const auto anna = writes("anna"), annie = writes("annie");
    say(annie, "VIP");
    redis::Command fill("ZADD", key_like("*:ks"));
    for (int i = 1; i < store::kMostSegments; ++i) fill.add(1).add("s" + std::to_string(i));
    expect(client_->call(std::move(fill)));
    EXPECT_EQ(refused(segments_.set(by("bob"), anna, 0, "one more")).reason, "too_many");
    say(anna, "s7");
    EXPECT_EQ(segment(anna), "s7");
    EXPECT_EQ(segment(annie), "VIP");
}

TEST_F(SegmentStore, GoesWithHimWhenHeIsErased) {
    const auto anna = writes("anna"), annie = writes("annie");
    say(anna, "complains always");
    say(annie, "VIP");
    store::Privacy privacy(store_);
    const auto erased = run(io_, privacy.erase_contact(kBrand, anna.str(), {}));
    ASSERT_TRUE(erased) << erased.error().message;
    EXPECT_EQ(said(anna).at, 0);
    EXPECT_EQ(in_use(), (InUse{{"VIP", 1}}));
    EXPECT_EQ(segment(annie), "VIP");
}

TEST_F(SegmentStore, TheLogTellsOfItWithoutTheWord) {
    const auto anna = writes("anna");
    say(anna, "complains always");
    redis::Command read("XREVRANGE", key_like("*}:events"), "+", "-", "COUNT", 1);
    const auto last = expect(client_->call(std::move(read)));
    ASSERT_EQ(last.size(), 1u);
    std::map<std::string, std::string> fields;
    for (std::size_t i = 0; i + 1 < last[0][1].size(); i += 2)
        fields[last[0][1][i].text()] = last[0][1][i + 1].text();
    EXPECT_EQ(fields["t"], "contact.segmented");
    EXPECT_EQ(fields["c"], last_.conversation.str());
    EXPECT_EQ(fields["x"], anna.str());
    EXPECT_EQ(fields["a"], "bob");
    for (const auto& [name, value] : fields) EXPECT_EQ(value.find("complains"), std::string::npos) << name;
}

TEST_F(SegmentStore, WhoSeesNoneOfHisConversationsSaysNothingOfHim) {
    const auto anna = writes("anna");
    auto agency = by("agency");
    agency.scope = "*/wall/public";
    EXPECT_EQ(refused(segments_.set(agency, anna, 0, "VIP")).code, Code::not_found);
    EXPECT_EQ(segment(anna), "");
}

}  // namespace
}  // namespace guichet::test
