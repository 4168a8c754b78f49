#include "services/routing/engine/lexicon.hpp"

#include <algorithm>
#include <array>

#include "services/routing/engine/fold.hpp"

namespace guichet::routing {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);
constexpr std::size_t kMaxGap = 3;
constexpr std::size_t kMaxWord = 32;
// Rules look at pairs of hits: this keeps a hostile text cheap. No customer's message comes near.
constexpr std::size_t kMaxHits = 400;

bool felt(Category category) {
    return category <= Category::concession;
}
bool wordlike(const Token& token) {
    return token.kind == TokenKind::word || token.kind == TokenKind::hashtag;
}

}  // namespace

bool carries(Category category) {
    return category <= Category::denial;
}

const char* to_string(Category category) {
    static constexpr std::array<const char*, kCategories> kNames{
        "sentiment",   "verb",    "ironic",      "denial",   "negator",    "ne_negator",
        "intensifier", "neutral", "conjunction", "contrast", "concession", "complaint",
        "question",    "praise",  "spam",        "urgent",   "legal",      "press",
        "safety",      "own",     "sarcasm",     "greeting", "number",     "common"};
    return kNames[static_cast<std::size_t>(category)];
}

bool Lexicon::is_number(const Token& token) const {
    return token.kind == TokenKind::number || numbers_.contains(token.folded);
}

bool Lexicon::same(const Part& part, const Token& token) const {
    if (part.number) return is_number(token);
    const auto fits = [&](const std::string& form) {
        return part.prefix ? form.starts_with(part.word) : form == part.word;
    };
    return fits(token.folded) || (!token.squeezed.empty() && (fits(token.squeezed) || fits(token.squeezed2)));
}

std::size_t Lexicon::match(const Entry& entry, const Text& text, std::size_t token) const {
    std::size_t at = token;
    for (std::size_t i = 1; i < entry.parts.size(); ++i) {
        const Part& part = entry.parts[i];
        std::size_t skipped = 0;
        for (++at;; ++at) {
            if (at >= text.tokens.size()) return kNone;
            if (same(part, text.tokens[at])) break;
            const bool may_skip =
                part.gap_before && skipped < kMaxGap && text.tokens[at].kind != TokenKind::punct;
            if (!may_skip) return kNone;
            ++skipped;
        }
    }
    return at;
}

bool Lexicon::at_sentence_start(const Text& text, std::size_t token) const {
    if (token == 0 || !wordlike(text.tokens[token - 1])) return true;
    const auto found = exact_.find(text.tokens[token - 1].folded);
    return found != exact_.end() &&
           std::any_of(found->second.begin(), found->second.end(),
                       [&](std::uint32_t e) { return entries_[e].category == Category::greeting; });
}

// Calls visit(entry index, last token) for every entry that matches at `token`.
template <class Visit>
void Lexicon::visit_at(const Text& text, std::size_t token, const Visit& visit) const {
    const Token& t = text.tokens[token];
    const auto visit_all = [&](const std::vector<std::uint32_t>& found) {
        for (const std::uint32_t e : found) {
            if (entries_[e].anchored && !at_sentence_start(text, token)) continue;
            if (const std::size_t last = match(entries_[e], text, token); last != kNone) visit(e, last);
        }
    };
    const auto look_up = [&](const std::string& form) {
        if (form.empty()) return;
        if (const auto found = exact_.find(form); found != exact_.end()) visit_all(found->second);
        if (!wordlike(t)) return;
        for (std::size_t size = 2; size <= std::min(form.size(), kMaxWord); ++size) {
            if (const auto found = prefix_.find(form.substr(0, size)); found != prefix_.end())
                visit_all(found->second);
        }
    };
    look_up(t.folded);
    if (is_number(t)) look_up(kNumberWord);
    look_up(t.squeezed2);
    if (t.squeezed != t.squeezed2) look_up(t.squeezed);
}

Hit Lexicon::feeling_at(const Text& text, std::size_t token) const {
    std::size_t best = kNone;
    std::uint32_t chosen = 0;
    std::size_t intensifier = kNone;
    std::uint32_t intensifier_entry = 0;
    visit_at(text, token, [&](std::uint32_t e, std::size_t last) {
        const Category category = entries_[e].category;
        if (!felt(category)) return;
        // The longest; of equals the exact word before a stem, since exact ones are visited first.
        const bool intensifies = category == Category::intensifier;
        std::size_t& longest = intensifies ? intensifier : best;
        if (longest != kNone && last <= longest) return;
        longest = last;
        (intensifies ? intensifier_entry : chosen) = e;
    });
    // "super" alone is praise, "super lent" is not.
    const bool before_feeling =
        intensifier != kNone && intensifier + 1 < text.tokens.size() && carries_at(text, intensifier + 1);
    if (best == kNone ||
        (intensifier != kNone && (intensifier > best || (intensifier == best && before_feeling)))) {
        best = intensifier;
        chosen = intensifier_entry;
    }
    if (best == kNone) return {Category::common, 0, token, kNone, 0};
    return {entries_[chosen].category, entries_[chosen].weight, token, best, chosen};
}

bool Lexicon::carries_at(const Text& text, std::size_t token) const {
    bool found = false;
    visit_at(text, token,
             [&](std::uint32_t e, std::size_t) { found = found || carries(entries_[e].category); });
    return found;
}

std::vector<Hit> Lexicon::feelings(const Text& text) const {
    std::vector<Hit> hits;
    for (std::size_t token = 0; token < text.tokens.size() && hits.size() < kMaxHits;) {
        const Hit hit = feeling_at(text, token);
        if (hit.last == kNone) {
            ++token;
            continue;
        }
        hits.push_back(hit);
        token = hit.last + 1;
    }
    return hits;
}

std::vector<Hit> Lexicon::markers(const Text& text) const {
    std::vector<Hit> hits;
    std::array<std::size_t, kCategories> free{};
    for (std::size_t token = 0; token < text.tokens.size() && hits.size() < kMaxHits; ++token) {
        std::array<Hit, kCategories> best{};
        std::array<bool, kCategories> found{};
        visit_at(text, token, [&](std::uint32_t e, std::size_t last) {
            const Entry& entry = entries_[e];
            const auto c = static_cast<std::size_t>(entry.category);
            if (felt(entry.category) || entry.category >= Category::number || free[c] > token) return;
            if (found[c] && best[c].last >= last) return;
            found[c] = true;
            best[c] = {entry.category, entry.weight, token, last, e, entry.anchored};
        });
        for (std::size_t c = 0; c < kCategories; ++c) {
            if (!found[c]) continue;
            free[c] = best[c].last + 1;
            hits.push_back(best[c]);
        }
    }
    return hits;
}

bool Lexicon::is_common(const Token& token) const {
    if (token.kind != TokenKind::word) return false;
    const auto found = exact_.find(token.folded);
    return found != exact_.end() &&
           std::any_of(found->second.begin(), found->second.end(), [&](std::uint32_t e) {
               return entries_[e].category == Category::common && entries_[e].parts.size() == 1;
           });
}

bool Lexicon::knows(const Text& text, std::size_t token) const {
    if (text.tokens[token].kind != TokenKind::word) return false;
    bool known = false;
    visit_at(text, token, [&](std::uint32_t e, std::size_t last) {
        known = known || (last == token && !entries_[e].anchored);
    });
    return known;
}

void Lexicon::insert(Entry entry) {
    const auto index = static_cast<std::uint32_t>(entries_.size());
    const Part& first = entry.parts.front();
    if (entry.category == Category::number) numbers_.insert(first.word);
    (first.prefix ? prefix_ : exact_)[first.word].push_back(index);
    ++counts_[static_cast<std::size_t>(entry.category)];
    entries_.push_back(std::move(entry));
}

void Lexicon::merge(const Lexicon& other) {
    for (const Entry& entry : other.entries_) insert(entry);
}

}  // namespace guichet::routing
