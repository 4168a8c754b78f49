#include "services/routing/engine/lexicon.hpp"

#include <algorithm>
#include <array>

#include "common/core/fold.hpp"

namespace guichet::routing {
namespace {

constexpr std::size_t kUnmatched = static_cast<std::size_t>(-1);
constexpr std::size_t kMaxGap = 3;
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
            if (at >= text.tokens.size()) return kUnmatched;
            if (same(part, text.tokens[at])) break;
            // "raad ~ aan" is not met in "raad dit niemand aan".
            const bool may_skip = part.gap_before && skipped < kMaxGap &&
                                  text.tokens[at].kind != TokenKind::punct &&
                                  !negators_.contains(text.tokens[at].folded);
            if (!may_skip) return kUnmatched;
            ++skipped;
        }
    }
    return at;
}

bool Lexicon::at_sentence_start(const Text& text, std::size_t token) const {
    return token == 0 || !wordlike(text.tokens[token - 1]) ||
           greetings_.contains(text.tokens[token - 1].folded);
}

// Calls visit(entry index, last token) for every entry that matches at `token`.
template <class Visit>
void Lexicon::visit_at(const Text& text, std::size_t token, const Visit& visit) const {
    const Token& t = text.tokens[token];
    const auto visit_all = [&](const std::vector<std::uint32_t>& found) {
        for (const std::uint32_t e : found) {
            if (entries_[e].anchored && !at_sentence_start(text, token)) continue;
            if (const std::size_t last = match(entries_[e], text, token); last != kUnmatched) visit(e, last);
        }
    };
    const auto look_up = [&](std::string_view form) {
        if (form.empty()) return;
        if (const auto found = exact_.find(form); found != exact_.end()) visit_all(found->second);
        if (!wordlike(t)) return;
        for (std::size_t size = 2; size <= std::min(form.size(), longest_stem_); ++size) {
            const auto found = prefix_.find(form.substr(0, size));
            if (found != prefix_.end()) visit_all(found->second);
        }
    };
    look_up(t.folded);
    if (is_number(t)) look_up(kNumberWord);
    look_up(t.squeezed2);
    if (t.squeezed != t.squeezed2) look_up(t.squeezed);
}

Lexicon::Matches Lexicon::matches(const Text& text) const {
    Matches out;
    out.begin.reserve(text.tokens.size() + 1);
    for (std::size_t token = 0; token < text.tokens.size(); ++token) {
        out.begin.push_back(out.all.size());
        visit_at(text, token, [&](std::uint32_t e, std::size_t last) {
            if (entries_[e].category < Category::number)
                out.all.push_back({e, static_cast<std::uint32_t>(last)});
        });
    }
    out.begin.push_back(out.all.size());
    return out;
}

Hit Lexicon::hit(const Match& match, std::size_t token) const {
    const Entry& entry = entries_[match.entry];
    return {entry.category, entry.weight, token, match.last, match.entry, entry.anchored};
}

Hit Lexicon::feeling_at(const Matches& matches, std::size_t token) const {
    const Hit none{Category::common, 0, token, kUnmatched};
    Hit best = none;
    Hit intensifier = none;
    for (std::size_t m = matches.begin[token]; m < matches.begin[token + 1]; ++m) {
        const Hit found = hit(matches.all[m], token);
        if (!felt(found.category)) continue;
        // The longest; of equals the exact word before a stem, since exact ones are visited first.
        Hit& longest = found.category == Category::intensifier ? intensifier : best;
        if (longest.last == kUnmatched || found.last > longest.last) longest = found;
    }
    if (intensifier.last == kUnmatched) return best;
    // "super" alone is praise, "super lent" is not.
    const bool before_feeling = carries_at(matches, intensifier.last + 1);
    const bool preferred = best.last == kUnmatched || intensifier.last > best.last ||
                           (intensifier.last == best.last && before_feeling);
    return preferred ? intensifier : best;
}

bool Lexicon::carries_at(const Matches& matches, std::size_t token) const {
    if (token + 1 >= matches.begin.size()) return false;
    return std::any_of(matches.all.begin() + static_cast<std::ptrdiff_t>(matches.begin[token]),
                       matches.all.begin() + static_cast<std::ptrdiff_t>(matches.begin[token + 1]),
                       [&](const Match& match) { return carries(entries_[match.entry].category); });
}

std::vector<Hit> Lexicon::feelings(const Matches& matches) const {
    std::vector<Hit> hits;
    for (std::size_t token = 0; token + 1 < matches.begin.size() && hits.size() < kMaxHits;) {
        const Hit hit = feeling_at(matches, token);
        if (hit.last == kUnmatched) {
            ++token;
            continue;
        }
        hits.push_back(hit);
        token = hit.last + 1;
    }
    return hits;
}

std::vector<Hit> Lexicon::markers(const Matches& matches) const {
    std::vector<Hit> hits;
    std::array<std::size_t, kCategories> free{};
    for (std::size_t token = 0; token + 1 < matches.begin.size() && hits.size() < kMaxHits; ++token) {
        // Of each category the longest.
        const std::size_t first = hits.size();
        for (std::size_t m = matches.begin[token]; m < matches.begin[token + 1]; ++m) {
            const Hit found = hit(matches.all[m], token);
            const auto c = static_cast<std::size_t>(found.category);
            if (felt(found.category) || free[c] > token) continue;
            const auto same = std::find_if(hits.begin() + static_cast<std::ptrdiff_t>(first), hits.end(),
                                           [&](const Hit& hit) { return hit.category == found.category; });
            if (same == hits.end()) {
                hits.push_back(found);
            } else if (found.last > same->last) {
                *same = found;
            }
        }
        for (std::size_t h = first; h < hits.size(); ++h)
            free[static_cast<std::size_t>(hits[h].category)] = hits[h].last + 1;
    }
    return hits;
}

Reading Lexicon::read(const Text& text) const {
    const Matches found = matches(text);
    return {feelings(found), markers(found)};
}

bool Lexicon::is_common(const Token& token) const {
    return token.kind == TokenKind::word && common_.contains(token.folded);
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
    const bool negates = entry.category == Category::negator || entry.category == Category::denial;
    if (negates && entry.parts.size() == 1) negators_.insert(first.word);
    if (entry.category == Category::greeting) greetings_.insert(first.word);
    if (entry.category == Category::common) common_.insert(first.word);
    if (first.prefix) longest_stem_ = std::max(longest_stem_, first.word.size());
    (first.prefix ? prefix_ : exact_)[first.word].push_back(index);
    ++counts_[static_cast<std::size_t>(entry.category)];
    entries_.push_back(std::move(entry));
}

void Lexicon::merge(const Lexicon& other) {
    for (const Entry& entry : other.entries_) insert(entry);
}

}  // namespace guichet::routing
