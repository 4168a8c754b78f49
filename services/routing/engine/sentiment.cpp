#include "services/routing/engine/sentiment.hpp"

#include <algorithm>
#include <cmath>

#include "services/routing/engine/felt.hpp"

namespace guichet::routing {
namespace {

constexpr std::size_t kIntensifierReach = 2;  // words from an intensifier to its word
constexpr double kTone = 0.35;                // a fact denied
constexpr double kLongTone = 0.45;            // the same in a message that takes its time
constexpr double kMaxTone = 1;
constexpr double kSquash = 8;  // a total of sqrt(8) gives a score of 0.71

class SentimentJudge {
  public:
    SentimentJudge(const Text& text, const Reading& reading)
        : text_(text), hits_(reading.feelings), markers_(reading.markers) {
        for (const Hit& hit : hits_) {
            if (carries(hit.category)) felt_.push_back({hit, hit.weight, 0, 1, {}, "word"});
        }
    }

    Sentiment run() {
        idle_ = negate(text_, hits_, felt_);
        intensify();
        turn();
        weigh_clauses();
        emphasise();
        add_markers();
        unmask_irony();
        add_tone();
        return conclude();
    }

  private:
    void intensify() {
        for (Felt& felt : felt_) {
            for (const Hit& hit : hits_) {
                if (hit.category != Category::intensifier || hit.last >= felt.hit.first) continue;
                // Only the word right behind it: none of feeling stands between.
                if (distance(text_, hit.last, felt.hit.first) >= kIntensifierReach ||
                    felt_between(hit.last, felt.hit.first))
                    continue;
                // "pas très content" is milder than "pas content", not stronger.
                const bool turned = felt.denied() && negator_before(hit, felt);
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
        // "X. But Y": the sentence before is meant.
        const std::size_t from = begin == but.first && begin > 0 ? sentence(begin - 1).first : begin;
        const std::string word = "'" + text_.quote(but.first, but.last) + "'";
        double praise_before = 0;
        bool felt_behind = false;
        for (Felt& felt : felt_) {
            if (felt.hit.first >= from && felt.hit.last < but.first) {
                praise_before += felt.weight;
                felt.weight *= 0.6;
                felt.rule += ", before " + word;
            } else if (felt.hit.first > but.last && felt.hit.first < end) {
                felt_behind = true;
                felt.weight *= 1.4;
                felt.rule += ", after " + word;
            }
        }
        const bool asks = end < text_.tokens.size() && text_.tokens[end].folded == "?";
        if (praise_before < 1 || felt_behind || asks) return;
        // "Good product but ...": what follows is no praise, whatever its words.
        felt_.push_back({but, -0.9 * praise_before, 0, 1, {}, "praise taken back"});
    }

    void weigh_concession(const Hit& though) {
        for (Felt& felt : felt_) {
            if (felt.hit.first <= though.last || distance(text_, though.last, felt.hit.first) == kNone)
                continue;
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

    // Inside a formula that means nothing: "how do I file a *complaint*".
    bool set_phrase(const Hit& marker) const {
        return std::any_of(hits_.begin(), hits_.end(), [&](const Hit& hit) {
            return hit.category == Category::neutral && hit.first <= marker.first && marker.last <= hit.last;
        });
    }

    // The feeling of these words is known already.
    bool felt_at(const Hit& hit) const {
        return std::any_of(felt_.begin(), felt_.end(), [&](const Felt& felt) {
            return felt.hit.first <= hit.last && hit.first <= felt.hit.last &&
                   (felt.weight < 0 || felt.denied());
        });
    }

    void add_markers() {
        for (const Hit& hit : markers_) {
            if (hit.category != Category::complaint || hit.weight < 1.5 || set_phrase(hit)) continue;
            if (!felt_at(hit)) felt_.push_back({hit, -0.5 * hit.weight, 0, 1, {}, "complaint"});
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

    // What is no word of feeling, yet says something: "they did not come", "really???", "fine...".
    void add_tone() {
        const bool statement = text_.words >= kLongStatement && !text_.asks;
        const double tone = statement ? kLongTone : kTone;
        double sum = 0;
        const auto add = [&](const Hit& hit, const char* rule) {
            if (sum >= kMaxTone) return;
            sum += tone;
            felt_.push_back({hit, -tone, 0, 1, {}, rule});
        };
        for (const Hit& hit : idle_) {
            if (hit.category != Category::denial) add(hit, "denial");
        }
        for (const Hit& hit : markers_) {
            const bool weak = hit.category == Category::complaint && hit.weight < 1.5;
            if (statement && weak && !set_phrase(hit) && !felt_at(hit)) add(hit, "complaint");
        }
        for (std::size_t i = 0; i < text_.tokens.size(); ++i) {
            const Token& token = text_.tokens[i];
            if (token.kind != TokenKind::punct) continue;
            const bool next_marvels = i + 1 < text_.tokens.size() && text_.tokens[i + 1].folded == "!";
            const bool marvels = token.folded == "?" && (token.size >= 3 || next_marvels);
            if (!marvels && token.folded != "…") continue;
            felt_.push_back({{Category::sentiment, 0, i, i, 0}, marvels ? -0.5 : -0.25, 0, 1, {}, "tone"});
            break;
        }
    }

    Sentiment conclude() {
        Sentiment out;
        for (const Felt& felt : felt_) out.total += felt.weight;
        out.score = out.total / std::sqrt(out.total * out.total + kSquash);
        for (const Felt& felt : felt_) {
            if (felt.denied() || felt.weight > 0) out.void_words.push_back(felt.hit);
        }
        for (const Hit& hit : hits_) {
            if (hit.category == Category::neutral) out.void_words.push_back(hit);
        }
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
    const std::vector<Hit>& hits_;
    const std::vector<Hit>& markers_;
    std::vector<Felt> felt_;
    std::vector<Hit> idle_;  // negators that negate no word of feeling
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

Sentiment judge_sentiment(const Text& text, const Reading& reading) {
    return SentimentJudge(text, reading).run();
}

}  // namespace guichet::routing
