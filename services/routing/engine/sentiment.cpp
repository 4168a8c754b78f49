#include "services/routing/engine/sentiment.hpp"

#include <algorithm>
#include <cmath>

namespace guichet::routing {
namespace {

constexpr std::size_t kNegatorReach = 4;      // words from a negator to the word it negates
constexpr std::size_t kVerbReach = 4;         // words from a verb to the negator behind it
constexpr std::size_t kIntensifierReach = 2;  // words from an intensifier to its word
constexpr std::size_t kListReach = 3;         // words between members of "fast and friendly"
constexpr std::size_t kFar = 16;
constexpr std::size_t kNone = static_cast<std::size_t>(-1);
constexpr double kSquash = 8;  // a total of sqrt(8) gives a score of 0.71

// A word of feeling on its way through the rules.
struct Felt {
    Hit hit;
    double weight = 0;
    std::size_t negations = 0;
    double negation_strength = 1;
    std::string negator;
    std::string rule;
};

class Judge {
  public:
    Judge(const Text& text, const Lexicon& lexicon)
        : text_(text), hits_(lexicon.feelings(text)), markers_(lexicon.markers(text)) {
        for (const Hit& hit : hits_) {
            if (carries(hit.category)) felt_.push_back({hit, hit.weight, 0, 1, {}, "word"});
        }
    }

    Sentiment run() {
        negate();
        intensify();
        turn();
        weigh_clauses();
        emphasise();
        add_markers();
        unmask_irony();
        return conclude();
    }

  private:
    // Words between two tokens; npos when a clause ends between them, or too many to matter.
    std::size_t distance(std::size_t from, std::size_t to) const {
        if (to > from + kFar) return kNone;
        for (std::size_t i = from + 1; i < to; ++i) {
            if (text_.ends_clause(i)) return kNone;
        }
        return to > from ? to - from - 1 : 0;
    }

    // "but" ends a negator's reach; "and" does before it has found its first word.
    bool stopped_between(std::size_t from, std::size_t to, bool at_and) const {
        return std::any_of(hits_.begin(), hits_.end(), [&](const Hit& hit) {
            const bool stops = hit.category == Category::contrast || hit.category == Category::concession ||
                               (at_and && hit.category == Category::conjunction);
            return stops && hit.first > from && hit.last < to;
        });
    }

    // "ne ... plus", "n'a rien": the partner negates only with "ne" up to five words before it.
    bool has_ne(const Hit& hit) const {
        for (std::size_t back = 1; back <= 5 && back <= hit.first; ++back) {
            const Token& token = text_.tokens[hit.first - back];
            if (text_.ends_clause(hit.first - back)) return false;
            if (token.folded == "ne" || token.folded == "n") return true;
        }
        return false;
    }

    void negate() {
        for (const Hit& hit : hits_) {
            const bool negates = hit.category == Category::negator || hit.category == Category::denial ||
                                 (hit.category == Category::ne_negator && has_ne(hit));
            if (!negates) continue;
            if (negate_verb(hit)) continue;
            negate_ahead(hit);
        }
    }

    void mark(Felt& felt, const Hit& negator) {
        ++felt.negations;
        felt.negation_strength *= negator.category == Category::denial ? 1 : negator.weight;
        felt.negator = text_.quote(negator.first, negator.last);
    }

    bool negate_verb(const Hit& negator) {
        for (auto felt = felt_.rbegin(); felt != felt_.rend(); ++felt) {
            if (felt->hit.last >= negator.first) continue;
            if (distance(felt->hit.last, negator.first) >= kVerbReach) return false;
            if (felt->hit.category != Category::verb) continue;
            if (felt->negations > 0) return false;
            mark(*felt, negator);
            return true;
        }
        return false;
    }

    void negate_ahead(const Hit& negator) {
        std::size_t from = negator.last;
        std::size_t reach = kNegatorReach;
        double sign = 0;
        for (Felt& felt : felt_) {
            if (felt.hit.first <= negator.last) continue;
            const std::size_t gap = distance(from, felt.hit.first);
            if (gap == kNone || gap - skipped(from, felt.hit.first) >= reach) return;
            if (stopped_between(from, felt.hit.first, sign == 0)) return;
            if (sign != 0 && sign * felt.weight <= 0) return;
            sign = felt.weight;
            mark(felt, negator);
            from = felt.hit.last;
            reach = kListReach;
        }
    }

    // Intensifiers do not count as distance: "pas vraiment très content".
    std::size_t skipped(std::size_t from, std::size_t to) const {
        std::size_t count = 0;
        for (const Hit& hit : hits_) {
            if (hit.category == Category::intensifier && hit.first > from && hit.last < to)
                count += hit.last - hit.first + 1;
        }
        return count;
    }

    void intensify() {
        for (Felt& felt : felt_) {
            for (const Hit& hit : hits_) {
                if (hit.category != Category::intensifier || hit.last >= felt.hit.first) continue;
                // Only the word right behind it: none of feeling stands between.
                if (distance(hit.last, felt.hit.first) >= kIntensifierReach ||
                    felt_between(hit.last, felt.hit.first))
                    continue;
                // "pas très content" is milder than "pas content", not stronger.
                const bool turned = felt.negations % 2 == 1 && negator_before(hit, felt);
                felt.weight *= turned ? std::min(1.0, 1 / hit.weight) : hit.weight;
                felt.rule += ", " + text_.quote(hit.first, hit.last);
            }
        }
    }

    bool felt_between(std::size_t from, std::size_t to) const {
        return std::any_of(felt_.begin(), felt_.end(),
                           [&](const Felt& felt) { return felt.hit.first > from && felt.hit.first < to; });
    }

    bool negator_before(const Hit& intensifier, const Felt& felt) const {
        return std::any_of(hits_.begin(), hits_.end(), [&](const Hit& hit) {
            const bool negator = hit.category == Category::negator || hit.category == Category::ne_negator ||
                                 hit.category == Category::denial;
            return negator && hit.last < intensifier.first && felt.hit.first - hit.last <= 2 * kNegatorReach;
        });
    }

    void turn() {
        for (Felt& felt : felt_) {
            if (felt.negations == 0) continue;
            if (felt.negations % 2 == 0) {
                felt.weight *= 0.7;
                felt.rule += ", negated twice";
                continue;
            }
            // Bad news denied is good news, but less than praise.
            felt.weight *= (felt.weight > 0 ? -0.8 : -0.5) * felt.negation_strength;
            felt.rule += ", negated by '" + felt.negator + "'";
        }
    }

    void weigh_clauses() {
        for (const Hit& hit : hits_) {
            if (hit.category == Category::contrast) weigh_contrast(hit);
            if (hit.category == Category::concession) weigh_concession(hit);
        }
    }

    void weigh_contrast(const Hit& but) {
        const auto [begin, end] = sentence(but.first);
        const std::string word = text_.quote(but.first, but.last);
        for (Felt& felt : felt_) {
            // "X. But Y": the sentence before is meant.
            const std::size_t from = begin == but.first && begin > 0 ? sentence(begin - 1).first : begin;
            if (felt.hit.first >= from && felt.hit.last < but.first) {
                felt.weight *= 0.6;
                felt.rule += ", before '" + word + "'";
            } else if (felt.hit.first > but.last && felt.hit.first < end) {
                felt.weight *= 1.4;
                felt.rule += ", after '" + word + "'";
            }
        }
    }

    void weigh_concession(const Hit& though) {
        for (Felt& felt : felt_) {
            if (felt.hit.first <= though.last || distance(though.last, felt.hit.first) == kNone) continue;
            felt.weight *= 0.6;
            felt.rule += ", after '" + text_.quote(though.first, though.last) + "'";
        }
    }

    // First token of the sentence of `token`, and one past its last.
    std::pair<std::size_t, std::size_t> sentence(std::size_t token) const {
        std::size_t begin = token;
        while (begin > 0 && !text_.ends_sentence(begin - 1)) --begin;
        std::size_t end = token;
        while (end < text_.tokens.size() && !text_.ends_sentence(end)) ++end;
        return {begin, end};
    }

    void emphasise() {
        for (Felt& felt : felt_) {
            const Token& token = text_.tokens[felt.hit.first];
            if (token.caps && !text_.shouted) {
                felt.weight *= 1.3;
                felt.rule += ", capitals";
            }
            if (!token.squeezed.empty()) {
                felt.weight *= 1.2;
                felt.rule += ", drawn out";
            }
            const std::size_t end = sentence(felt.hit.last).second;
            if (end < text_.tokens.size() && text_.tokens[end].folded == "!") {
                felt.weight *= text_.tokens[end].size > 1 ? 1.25 : 1.1;
                felt.rule += ", exclamation";
            }
        }
    }

    void add_markers() {
        for (const Hit& hit : markers_) {
            if (hit.category != Category::complaint || hit.weight < 1.5) continue;
            const bool known = std::any_of(felt_.begin(), felt_.end(), [&](const Felt& felt) {
                return felt.hit.first <= hit.last && hit.first <= felt.hit.last && felt.weight < 0;
            });
            if (!known) felt_.push_back({hit, -0.5 * hit.weight, 0, 1, {}, "complaint"});
        }
    }

    void unmask_irony() {
        const bool rolls_eyes = std::any_of(markers_.begin(), markers_.end(),
                                            [](const Hit& hit) { return hit.category == Category::sarcasm; });
        double bad = rolls_eyes ? 1 : 0;
        for (const Felt& felt : felt_) bad += std::max(0.0, -felt.weight);
        if (bad < 1) return;
        for (Felt& felt : felt_) {
            const bool praise = felt.weight > 0 && felt.negations == 0;
            if (!praise || (felt.hit.category != Category::ironic && !rolls_eyes)) continue;
            felt.weight *= -0.5;
            felt.rule += ", ironic";
        }
        if (rolls_eyes) {
            const auto hit = std::find_if(markers_.begin(), markers_.end(),
                                          [](const Hit& m) { return m.category == Category::sarcasm; });
            felt_.push_back({*hit, -1, 0, 1, {}, "sarcasm"});
        }
    }

    Sentiment conclude() {
        Sentiment out;
        for (const Felt& felt : felt_) out.total += felt.weight;
        out.score = out.total / std::sqrt(out.total * out.total + kSquash);
        out.label = out.score <= -kNeutralBand  ? SentimentLabel::negative
                    : out.score >= kNeutralBand ? SentimentLabel::positive
                                                : SentimentLabel::neutral;
        std::stable_sort(felt_.begin(), felt_.end(), [](const Felt& a, const Felt& b) {
            return std::abs(a.weight) > std::abs(b.weight);
        });
        for (const Felt& felt : felt_) {
            if (out.reasons.size() == kMaxReasons) break;
            out.reasons.push_back(
                {"sentiment", text_.quote(felt.hit.first, felt.hit.last), felt.weight, felt.rule});
        }
        return out;
    }

    const Text& text_;
    std::vector<Hit> hits_;
    std::vector<Hit> markers_;
    std::vector<Felt> felt_;
};

}  // namespace

const char* to_string(SentimentLabel label) {
    switch (label) {
        case SentimentLabel::negative:
            return "negative";
        case SentimentLabel::neutral:
            return "neutral";
        case SentimentLabel::positive:
            return "positive";
    }
    return "neutral";
}

Sentiment judge_sentiment(const Text& text, const Lexicon& lexicon) {
    return Judge(text, lexicon).run();
}

}  // namespace guichet::routing
