#include "services/inbox/likeness.hpp"

#include <algorithm>
#include <set>

#include "common/core/fold.hpp"
#include "common/privacy/personal_data.hpp"
#include "common/store/records.hpp"

namespace guichet::inbox {
namespace {

constexpr double kMail = 0.75, kPhone = 0.65, kOrder = 0.45, kTown = 0.35, kProven = 0.15;
constexpr double kFullName = 0.25, kOneName = 0.1, kLanguage = 0.1, kOtherName = -0.2;

struct Weight {
    double weight;
    std::string shown;
};

Weight weigh(const store::ContactMark& mark, bool proven) {
    const double more = proven ? kProven : 0;
    if (mark.kind == "mail") return {kMail + more, privacy::mask_value(privacy::Kind::mail, mark.value)};
    if (mark.kind == "phone") return {kPhone + more, privacy::mask_value(privacy::Kind::phone, mark.value)};
    if (mark.kind == "order") return {kOrder, privacy::mask_value(privacy::Kind::phone, mark.value)};
    if (mark.kind == "name_town") return {kTown, mark.value.substr(mark.value.rfind(',') + 1)};
    return {0, ""};
}

std::set<std::string> words_of(const std::string& name) {
    std::set<std::string> words;
    std::string word;
    for (const char c : fold(name) + " ") {
        const bool part = (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
        if (part) {
            word.push_back(c);
        } else if (!word.empty()) {
            words.insert(std::move(word));
            word.clear();
        }
    }
    return words;
}

void add(Likeness& likeness, const char* rule, double weight, std::string text) {
    v1::Reason reason;
    reason.set_kind("contact");
    reason.set_rule(rule);
    reason.set_weight(weight);
    reason.set_text(std::move(text));
    likeness.score += weight;
    likeness.reasons.push_back(std::move(reason));
}

// One mark of a kind counts, the heaviest: two orders in common are no second proof.
void compare_marks(const PersonFacts& a, const PersonFacts& b, Likeness& likeness) {
    for (const char* kind : {"mail", "phone", "order", "name_town"}) {
        Weight best{0, ""};
        for (const auto& mine : a.marks) {
            for (const auto& other : b.marks) {
                const bool same = mine.kind == kind && other.kind == kind &&
                                  store::mark_key(mine) == store::mark_key(other);
                auto weight = same ? weigh(mine, mine.proven && other.proven) : Weight{0, ""};
                if (weight.weight > best.weight) best = std::move(weight);
            }
        }
        const std::string rule = std::string(kind) == "name_town" ? "town" : kind;
        if (best.weight > 0) add(likeness, rule.c_str(), best.weight, best.shown);
    }
}

void compare_names(const PersonFacts& a, const PersonFacts& b, Likeness& likeness) {
    bool compared = false, shared = false;
    double best = 0;
    std::string shown;
    for (const auto& mine : a.names) {
        for (const auto& other : b.names) {
            const auto left = words_of(mine), right = words_of(other);
            if (left.empty() || right.empty()) continue;
            compared = true;
            shared = shared || std::any_of(left.begin(), left.end(),
                                           [&](const auto& word) { return right.count(word) > 0; });
            const double weight = left != right ? 0 : left.size() > 1 ? kFullName : kOneName;
            if (weight > best) shown = mine;
            best = std::max(best, weight);
        }
    }
    if (best > 0) add(likeness, "name", best, shown);
    if (compared && !shared) add(likeness, "other_name", kOtherName, b.names.front());
}

}  // namespace

Likeness likeness(const PersonFacts& a, const PersonFacts& b) {
    Likeness likeness;
    compare_marks(a, b, likeness);
    compare_names(a, b, likeness);
    if (!a.language.empty() && a.language == b.language) add(likeness, "language", kLanguage, a.language);
    std::stable_sort(likeness.reasons.begin(), likeness.reasons.end(),
                     [](const auto& x, const auto& y) { return x.weight() > y.weight(); });
    likeness.score = std::clamp(likeness.score, 0.0, 1.0);
    return likeness;
}

}  // namespace guichet::inbox
