// Who is who: persons are joined, taken out again exactly, and split; nothing is copied, nobody is lost.
#include <algorithm>
#include <map>
#include <set>

#include "common/store/apart.hpp"
#include "common/store/privacy.hpp"
#include "tests/integration/store/fixture.hpp"

namespace guichet::test {
namespace {

class ContactStore : public StoreTest {
  protected:
    // A message of `author`; the contact that it came to.
    std::string writes(const std::string& author, std::vector<store::ContactMark> marks = {}) {
        const auto number = std::to_string(++messages_);
        auto m = inbound("m" + number, "t" + number);
        m.author = author;
        m.author_name = "Name of " + author;
        m.marks = std::move(marks);
        last_ = expect(store_.ingest(std::move(m)));
        return last_.contact.str();
    }
    store::Parted merge(const std::string& into, const std::string& from, std::string request = {}) {
        store::ContactMerge what;
        what.into = ContactId(into);
        what.from = ContactId(from);
        what.reason = "the same voice";
        return expect(store_.merge_contacts(by("bob", std::move(request)), what));
    }
    store::Parted undo(const std::string& contact) {
        return expect(store_.undo_merge(by("bob"), ContactId(contact), 0));
    }
    store::ContactSplit splitting(const std::string& contact, const std::vector<std::string>& authors) {
        store::ContactSplit what;
        what.contact = ContactId(contact);
        for (const auto& author : authors) what.identities.push_back({ChannelId("form"), author});
        return what;
    }
    v1::Contact person(const std::string& id) { return expect(reads_.contact(kBrand, ContactId(id))); }
    std::set<std::string> authors(const std::string& id) {
        std::set<std::string> all;
        const auto one = person(id);
        for (const auto& identity : one.identities()) all.insert(identity.external_id());
        return all;
    }

    int messages_ = 0;
    store::Ingested last_;
};

using Names = std::set<std::string>;

TEST_F(ContactStore, JoinedContactsAreOnePersonUnderEitherId) {
    const auto anna = writes("anna"), annie = writes("annie");
    const auto annies = last_.conversation;
    const auto parted = merge(anna, annie);
    EXPECT_EQ(parted.contact.str(), anna);
    EXPECT_EQ(parted.other.str(), annie);
    for (const auto& id : {anna, annie}) {
        const auto one = person(id);
        EXPECT_EQ(one.id(), anna);
        EXPECT_EQ(one.name(), "Name of anna");
        EXPECT_EQ(one.identities_size(), 2);
        EXPECT_EQ(one.conversations_size(), 2);
        ASSERT_EQ(one.merged_size(), 1);
        EXPECT_EQ(one.merged(0).contact(), annie);
        EXPECT_EQ(one.merged(0).actor(), "bob");
        EXPECT_EQ(one.merged(0).reason(), "the same voice");
    }
    EXPECT_EQ(read(annies).contact(), anna) << "conversations name the person";
    const auto kept = expect(reads_.conversations_as_kept(kBrand, {annies.str()}, "*"));
    EXPECT_EQ(kept.at(0).contact(), annie) << "what is indexed does not change";
    EXPECT_EQ(refused(store_.merge_contacts(by("bob"), {ContactId(annie), ContactId(anna), 0, 0, ""})).reason,
              "one_already");
}

TEST_F(ContactStore, OtherOpenConversationsOfThePersonAreNamed) {
    const auto anna = writes("anna");
    const auto first = last_.conversation;
    const auto annie = writes("annie");
    const auto second = last_.conversation;
    merge(anna, annie);
    auto view = expect(reads_.view(by("bob"), first, 0, 10));
    expect(reads_.surround(by("bob"), view, 10));
    ASSERT_EQ(view.others_size(), 1);
    EXPECT_EQ(view.others(0).id(), second.str());
    undo(annie);
    view = expect(reads_.view(by("bob"), first, 0, 10));
    expect(reads_.surround(by("bob"), view, 10));
    EXPECT_EQ(view.others_size(), 0);
}

TEST_F(ContactStore, UndoKeepsWhatCameMeanwhileWhereItCame) {
    const auto anna = writes("anna"), annie = writes("annie"), ann = writes("ann");
    merge(anna, annie);
    EXPECT_EQ(writes("annie"), annie) << "his account leads where it did";
    // Somebody was put under the one that was joined: named by it, the person is the whole.
    merge(annie, ann);
    EXPECT_EQ(authors(annie), (Names{"anna", "annie", "ann"}));
    undo(annie);
    EXPECT_EQ(authors(annie), (Names{"annie"}));
    EXPECT_EQ(person(annie).conversations_size(), 2);
    EXPECT_EQ(authors(anna), (Names{"anna", "ann"})) << "ann was joined with the person, who is anna";
    EXPECT_EQ(refused(store_.undo_merge(by("bob"), ContactId(annie), 0)).reason, "not_merged");
}

TEST_F(ContactStore, IdentitiesOfAnotherAreSplitOffWithTheirConversations) {
    const auto a = writes("a"), b = writes("b"), c = writes("c"), d = writes("d");
    merge(a, b);
    merge(c, d);
    merge(a, c);
    // c goes; d, which hung under it, stays.
    auto parted = expect(store_.split_contact(by("bob"), splitting(a, {"c"})));
    EXPECT_EQ(parted.contact.str(), a);
    EXPECT_EQ(parted.other.str(), c);
    EXPECT_EQ(authors(a), (Names{"a", "b", "d"}));
    EXPECT_EQ(authors(c), (Names{"c"}));
    EXPECT_EQ(person(c).conversations_size(), 1);
    // The one on top goes, with another: the rest has a new one on top.
    parted = expect(store_.split_contact(by("bob"), splitting(b, {"d", "a"})));
    EXPECT_EQ(parted.contact.str(), b);
    EXPECT_EQ(authors(b), (Names{"b"}));
    EXPECT_EQ(authors(a), (Names{"a", "d"}));
    EXPECT_EQ(person(a).id(), d) << "the first that was named";
    EXPECT_EQ(refused(store_.split_contact(by("bob"), splitting(a, {"a", "d"}))).reason, "nothing_stays");
    EXPECT_EQ(refused(store_.split_contact(by("bob"), splitting(a, {"b"}))).reason, "not_found");
}

TEST_F(ContactStore, WhoHasReadSomethingElseIsRefused) {
    const auto anna = writes("anna"), annie = writes("annie"), ann = writes("ann");
    const auto version = person(anna).version();
    merge(anna, annie);
    store::ContactMerge what{ContactId(anna), ContactId(ann), version, 0, ""};
    EXPECT_EQ(refused(store_.merge_contacts(by("bob"), what)).reason, "stale_version");
    what.into_version = person(anna).version();
    expect(store_.merge_contacts(by("bob", "r1"), what));
    expect(store_.merge_contacts(by("bob", "r1"), what));
    EXPECT_EQ(person(anna).identities_size(), 3) << "the same request, the same answer";
}

TEST_F(ContactStore, WhoSeesNoneOfTheConversationsSeesNoContact) {
    const auto anna = writes("anna"), annie = writes("annie");
    const auto elsewhere = by("agency", {}, "*/wall/public");
    EXPECT_EQ(refused(store_.merge_contacts(elsewhere, {ContactId(anna), ContactId(annie), 0, 0, ""})).reason,
              "not_found");
    const auto here = by("agency", {}, "care/form/private,public");
    expect(store_.merge_contacts(here, {ContactId(anna), ContactId(annie), 0, 0, ""}));
}

TEST_F(ContactStore, NobodyHasMoreIdentitiesThanAllowed) {
    auto whole = writes("a0");
    for (int i = 1; i < store::kMostIdentities; ++i) merge(whole, writes("a" + std::to_string(i)));
    const auto more = writes("more");
    EXPECT_EQ(refused(store_.merge_contacts(by("bob"), {ContactId(whole), ContactId(more), 0, 0, ""})).reason,
              "too_many_identities");
    EXPECT_EQ(person(whole).identities_size(), store::kMostIdentities);
}

TEST_F(ContactStore, WhatIsKnownOfSeveralLeadsToThem) {
    const store::ContactMark mail{"mail", true, "anna@example.org"};
    const store::ContactMark claimed{"mail", false, "anna@example.org"};
    const store::ContactMark phone{"phone", false, "470123456"};
    const auto anna = writes("anna", {mail});
    const auto annie = writes("annie", {claimed, phone});
    writes("annie", {claimed, phone});
    const auto known = expect(reads_.person(kBrand, ContactId(annie)));
    EXPECT_EQ(store::marks_of(known.at(0).fields), (std::vector<store::ContactMark>{claimed, phone}));
    auto found = expect(reads_.alike(kBrand, {mail}));
    std::sort(found.begin(), found.end());
    auto wanted = std::vector<std::string>{anna, annie};
    std::sort(wanted.begin(), wanted.end());
    EXPECT_EQ(found, wanted);
    EXPECT_EQ(expect(reads_.alike(kBrand, {phone})), std::vector<std::string>{annie});
    EXPECT_EQ(person(annie).identities(0).phone(), "470123456");
}

// Random steps against a plain forest: who is one person with whom is always what the forest says, and
// undoing a merge at once restores what was.
class Forest {
  public:
    void add(const std::string& id) { above_.emplace(id, ""); }
    std::string top(std::string id) const {
        while (!above_.at(id).empty()) id = above_.at(id);
        return id;
    }
    void put(const std::string& id, const std::string& above) { above_[id] = above; }
    const std::string& above(const std::string& id) const { return above_.at(id); }
    std::vector<std::string> ids() const {
        std::vector<std::string> all;
        for (const auto& [id, above] : above_) all.push_back(id);
        return all;
    }
    std::set<std::string> with(const std::string& id) const {
        std::set<std::string> all;
        for (const auto& [other, above] : above_) {
            if (top(other) == top(id)) all.insert(other);
        }
        return all;
    }

  private:
    std::map<std::string, std::string> above_;
};

class ContactModel : public ContactStore {
  protected:
    std::set<std::string> stored_with(const std::string& id) {
        std::set<std::string> all;
        for (const auto& one : expect(reads_.person(kBrand, ContactId(id)))) all.insert(one.id);
        return all;
    }
    std::string any(const std::vector<std::string>& ids) { return ids[random_.below(ids.size())]; }
    void arrive() {
        const auto author = "p" + std::to_string(random_.below(12));
        const auto id = writes(author);
        forest_.add(id);
        author_of_[id] = author;
    }
    void join() {
        const auto ids = forest_.ids();
        const auto a = any(ids), b = any(ids);
        if (forest_.top(a) == forest_.top(b)) return;
        const auto before = forest_;
        const auto parted = merge(a, b);
        ASSERT_EQ(parted.contact.str(), forest_.top(a));
        ASSERT_EQ(parted.other.str(), forest_.top(b));
        forest_.put(forest_.top(b), forest_.top(a));
        if (random_.below(2) == 0) return;
        compare();
        undo(parted.other.str());
        forest_ = before;
    }
    void take_out() {
        const auto id = any(forest_.ids());
        if (forest_.above(id).empty()) return;
        undo(id);
        forest_.put(id, "");
    }
    void part() {
        const auto whole = forest_.with(any(forest_.ids()));
        std::vector<std::string> out;
        for (const auto& id : whole) {
            if (random_.below(3) == 0) out.push_back(id);
        }
        if (out.empty() || out.size() == whole.size()) return;
        std::vector<std::string> names;
        for (const auto& id : out) names.push_back(author_of_[id]);
        const auto parted = expect(store_.split_contact(by("bob"), splitting(*whole.begin(), names)));
        std::set<std::string> rest;
        for (const auto& id : whole) {
            if (std::find(out.begin(), out.end(), id) == out.end()) rest.insert(id);
        }
        EXPECT_EQ(stored_with(parted.contact.str()), rest);
        EXPECT_EQ(stored_with(parted.other.str()), std::set<std::string>(out.begin(), out.end()));
        // How the rest hangs together is the store's; the model takes it over.
        for (const auto& id : whole) {
            for (const auto& one : expect(reads_.person(kBrand, ContactId(id)))) {
                const auto at = one.fields.find("jn");
                forest_.put(one.id, at == one.fields.end() ? "" : at->second);
            }
        }
    }
    void compare() {
        for (const auto& id : forest_.ids()) ASSERT_EQ(stored_with(id), forest_.with(id)) << id;
    }

    Forest forest_;
    std::map<std::string, std::string> author_of_;
};

TEST_F(ContactModel, RandomStepsKeepEverybodyWhereTheyBelong) {
    arrive();
    for (int step = 0; step < 400 && !HasFatalFailure(); ++step) {
        switch (random_.below(5)) {
            case 0:
                arrive();
                break;
            case 1:
            case 2:
                join();
                break;
            case 3:
                take_out();
                break;
            default:
                part();
        }
        if (step % 5 == 0) compare();
    }
    compare();
}

TEST_F(ContactStore, OfAnErasedContactNobodyIsToldApart) {
    const auto anna = writes("anna"), annie = writes("annie"), other = writes("other");
    store::Apart apart(store_);
    expect(apart.tell(by("bob"), ContactId(annie), ContactId(anna)));
    expect(apart.tell(by("bob"), ContactId(other), ContactId(annie)));
    EXPECT_EQ(expect(apart.told(kBrand, {annie})).size(), 2u);
    store::Privacy privacy(store_);
    const auto erased = run(io_, privacy.erase_contact(kBrand, anna, {}));
    ASSERT_TRUE(erased) << erased.error().message;
    const auto left = expect(apart.told(kBrand, {annie}));
    ASSERT_EQ(left.size(), 1u);
    EXPECT_EQ(left.begin()->first, other);
    EXPECT_EQ(left.begin()->second.by, "bob");
    EXPECT_TRUE(expect(apart.told(kBrand, {anna})).empty());
}

}  // namespace
}  // namespace guichet::test
