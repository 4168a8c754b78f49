#include "services/routing/engine/intent.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

#include "services/routing/engine/felt.hpp"

namespace guichet::routing {
namespace {

constexpr double kThreshold = 1;
constexpr double kIllFeeling = 1.1;  // people complain more often than they say so
constexpr double kThreat = 0.4;      // a lawyer may also be asked after
constexpr double kGoodFeeling = 1.0;
constexpr double kSpamThreshold = 3;

class IntentJudge {
  public:
    IntentJudge(const Text& text, const Reading& reading, const Sentiment& sentiment,
                const IntentHints& hints)
        : text_(text), markers_(reading.markers), sentiment_(sentiment), hints_(hints) {}

    IntentVerdict run() {
        complaint_ = score(Category::complaint, complaint_reasons_);
        for (const Category threat : {Category::legal, Category::press}) {
            complaint_ += kThreat * score(threat, complaint_reasons_);
        }
        feel();
        if (text_.words >= kLongStatement && sentiment_.total < 0 && sentiment_.total > -1 && !text_.asks) {
            complaint_ += 0.7;
            complaint_reasons_.push_back({"intent", "", 0.7, "long statement, on the dark side"});
        }
        if (hints_.complaint_form) {
            complaint_ += 1.5;
            complaint_reasons_.push_back({"intent", "", 1.5, "complaint form"});
        }
        ask();
        praise_ += score(Category::praise, praise_reasons_);
        if (sentiment_.total < 0) praise_ *= 0.4;
        suspect();
        return conclude();
    }

  private:
    // "No problem" is none, nor is "never" in "never disappointed"; nor is a complaint in "how do I file a
    // complaint".
    bool is_void(const Hit& marker) const {
        const bool praise = marker.category == Category::praise;
        if (!praise && marker.category != Category::complaint) return false;
        return std::any_of(sentiment_.void_words.begin(), sentiment_.void_words.end(), [&](const Hit& hit) {
            const bool inside = hit.first <= marker.first && marker.last <= hit.last;
            const bool touches = hit.first <= marker.last && marker.first <= hit.last;
            return hit.category == Category::neutral ? inside : touches && !praise;
        });
    }

    // Each entry counts once, however often it is repeated.
    double score(Category category, std::vector<Reason>& reasons, double anchored = 1) const {
        double sum = 0;
        std::vector<std::uint32_t> seen;
        for (const Hit& hit : markers_) {
            if (hit.category != category || is_void(hit) ||
                std::find(seen.begin(), seen.end(), hit.entry) != seen.end())
                continue;
            if (seen.size() == 64) break;
            seen.push_back(hit.entry);
            const double weight = hit.weight * (hit.anchored ? anchored : 1);
            sum += weight;
            reasons.push_back({"intent", text_.quote(hit.first, hit.last), weight, to_string(category)});
        }
        return sum;
    }

    void feel() {
        const double feeling = std::clamp(sentiment_.total, -3.5, 3.5);
        if (feeling < 0) complaint_ -= kIllFeeling * feeling;
        if (feeling > 0) praise_ += kGoodFeeling * feeling;
        for (const Reason& word : sentiment_.reasons) {
            auto& reasons = word.weight < 0 ? complaint_reasons_ : praise_reasons_;
            const double factor = word.weight < 0 ? kIllFeeling : kGoodFeeling;
            reasons.push_back({"intent", word.text, factor * std::abs(word.weight), "feeling"});
        }
    }

    void ask() {
        std::size_t last = text_.tokens.size();
        for (std::size_t i = 0; i < text_.tokens.size(); ++i) {
            const Token& token = text_.tokens[i];
            if (token.kind == TokenKind::punct && token.folded == "?") last = i;
        }
        // "What patience they had" asks nothing.
        const bool marked = last < text_.tokens.size();
        question_ = score(Category::question, question_reasons_, marked ? 1 : 0.5);
        if (marked) {
            const double weight = last + 3 >= text_.tokens.size() ? 1.5 : 1;
            question_ += weight;
            question_reasons_.push_back({"intent", "?", weight, "question mark"});
        }
        if (complaint_ >= 2) question_ *= 0.6;
    }

    void sign(double weight, std::string words, const char* rule) {
        spam_ += weight;
        ++spam_signs_;
        spam_reasons_.push_back({"intent", std::move(words), weight, rule});
    }

    void suspect() {
        std::array<std::size_t, 8> kinds{};
        std::string first_url;
        bool phone = false;
        bool money = false;
        for (std::size_t i = 0; i < text_.tokens.size(); ++i) {
            const Token& token = text_.tokens[i];
            ++kinds[static_cast<std::size_t>(token.kind)];
            if (token.kind == TokenKind::url && first_url.empty()) first_url = text_.quote(i, i);
            if (token.folded == "+" && i + 1 < text_.tokens.size() &&
                text_.tokens[i + 1].kind == TokenKind::number)
                phone = true;
            if (token.kind == TokenKind::symbol && token.folded != "+" && token.folded != "%") money = true;
        }
        const std::size_t before = spam_reasons_.size();
        const double words = score(Category::spam, spam_reasons_);
        spam_ += words;
        spam_signs_ += spam_reasons_.size() - before;
        const std::size_t links = kinds[static_cast<std::size_t>(TokenKind::url)];
        if (links > 0) sign(links >= 3 ? 2 : 1, first_url, "link");
        if (words > 0 && phone) sign(0.5, "+", "telephone number");
        if (words > 0 && money) sign(0.5, "", "sum of money");
        if (kinds[static_cast<std::size_t>(TokenKind::hashtag)] >= 6) sign(1.5, "#", "many hashtags");
        if (kinds[static_cast<std::size_t>(TokenKind::mention)] >= 6) sign(1.5, "@", "many mentions");
        repetition();
        std::vector<Reason> own;
        spam_ -= std::min(3.0, score(Category::own, own));
        // Who complains of a loan or of a fraud uses the same words.
        if (complaint_ >= 1.5) spam_ -= std::min(3.0, complaint_);
        // Spam wants to be answered elsewhere, or uses the words of its trade; a question about savings does
        // not.
        const bool strong = std::any_of(markers_.begin(), markers_.end(), [](const Hit& hit) {
            return hit.category == Category::spam && hit.weight >= 3;
        });
        if (links == 0 && !phone && !strong) spam_ -= words / 2;
    }

    void repetition() {
        std::unordered_map<std::string_view, std::size_t> counts;
        std::size_t words = 0;
        std::string_view top;
        for (const Token& token : text_.tokens) {
            if (token.kind != TokenKind::word || token.folded.size() < 2) continue;
            ++words;
            if (++counts[token.folded] > counts[top]) top = token.folded;
        }
        if (words >= 8 && counts[top] * 2 > words) {
            sign(2, std::string(top), "one word over and over");
            ++spam_signs_;
            spam_ += 1;
        }
    }

    // A word that complains and feels is shown once.
    static std::vector<Reason> merged(const std::vector<Reason>& reasons) {
        std::vector<Reason> out;
        for (const Reason& reason : reasons) {
            const auto same = std::find_if(out.begin(), out.end(), [&](const Reason& r) {
                return r.text == reason.text && !r.text.empty();
            });
            if (same == out.end()) {
                out.push_back(reason);
            } else {
                same->weight += reason.weight;
            }
        }
        return out;
    }

    IntentVerdict conclude() {
        IntentVerdict out;
        out.complaint = complaint_;
        out.question = question_;
        out.praise = praise_;
        out.spam = spam_signs_ >= 2 ? std::max(0.0, spam_) : 0;
        struct Candidate {
            Intent intent;
            double score;
            std::vector<Reason>* reasons;
        };
        std::vector<Reason> none;
        std::array<Candidate, 4> order{{{Intent::complaint, complaint_, &complaint_reasons_},
                                        {Intent::question, question_, &question_reasons_},
                                        {Intent::praise, praise_, &praise_reasons_},
                                        {Intent::other, kThreshold, &none}}};
        std::stable_sort(order.begin(), order.end(),
                         [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
        Candidate best = order[0];
        double next = order[1].score;
        if (out.spam >= kSpamThreshold) {
            next = std::min(best.score, out.spam);
            best = {Intent::spam, out.spam + 1, &spam_reasons_};
        }
        out.intent = best.intent;
        out.confidence = std::clamp(0.5 + 0.5 * (best.score - next) / (best.score + 0.5), 0.0, 1.0);
        out.reasons = merged(*best.reasons);
        std::stable_sort(out.reasons.begin(), out.reasons.end(),
                         [](const Reason& a, const Reason& b) { return a.weight > b.weight; });
        if (out.reasons.size() > kMaxReasons) out.reasons.resize(kMaxReasons);
        if (out.reasons.empty())
            out.reasons.push_back({"intent", "", 0, "nothing that asks, complains or praises"});
        return out;
    }

    const Text& text_;
    const std::vector<Hit>& markers_;
    const Sentiment& sentiment_;
    const IntentHints& hints_;
    double complaint_ = 0;
    double question_ = 0;
    double praise_ = 0;
    double spam_ = 0;
    std::size_t spam_signs_ = 0;
    std::vector<Reason> complaint_reasons_;
    std::vector<Reason> question_reasons_;
    std::vector<Reason> praise_reasons_;
    std::vector<Reason> spam_reasons_;
};

}  // namespace

const char* to_string(Intent intent) {
    switch (intent) {
        case Intent::complaint:
            return "complaint";
        case Intent::question:
            return "question";
        case Intent::praise:
            return "praise";
        case Intent::other:
            return "other";
        case Intent::spam:
            return "spam";
    }
    return "other";
}

IntentVerdict judge_intent(const Text& text, const Reading& reading, const Sentiment& sentiment,
                           const IntentHints& hints) {
    return IntentJudge(text, reading, sentiment, hints).run();
}

}  // namespace guichet::routing
