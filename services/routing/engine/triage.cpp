#include "services/routing/engine/triage.hpp"

#include <algorithm>

#include "services/routing/engine/text.hpp"

namespace guichet::routing {
namespace {

constexpr double kVeryNegative = -0.6;
constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;
constexpr std::size_t kMaxSubjectBytes = 512;

// Adds up points, each with its reason.
class Points {
  public:
    explicit Points(std::vector<Reason>& reasons) : reasons_(reasons) {}

    void add(double points, const char* rule, std::string words = {}) {
        if (points == 0) return;
        sum_ += points;
        reasons_.push_back({"priority", std::move(words), points, rule});
    }
    double sum() const { return sum_; }

  private:
    std::vector<Reason>& reasons_;
    double sum_ = 0;
};

struct Marked {
    double weight = 0;
    std::string words;  // the weightiest
};

Marked marked(const Text& text, const std::vector<Hit>& markers, Category category) {
    Marked out;
    double top = 0;
    for (const Hit& hit : markers) {
        if (hit.category != category) continue;
        out.weight += hit.weight;
        if (hit.weight > top) {
            top = hit.weight;
            out.words = text.quote(hit.first, hit.last);
        }
    }
    return out;
}

double intent_points(Intent intent) {
    switch (intent) {
        case Intent::complaint:
            return 2;
        case Intent::question:
        case Intent::other:
            return 1;
        case Intent::praise:
        case Intent::spam:
            return 0;
    }
    return 0;
}

void danger_points(const Text& text, const std::vector<Hit>& markers, Points& points) {
    const Marked safety = marked(text, markers, Category::safety);
    if (safety.weight >= 3) {
        points.add(5, "someone's safety or money may be in danger", safety.words);
    } else if (safety.weight > 0) {
        points.add(2, "a hint of danger", safety.words);
    }
}

void words_points(const Text& text, const std::vector<Hit>& markers, bool threatens, Points& points) {
    // Who asks about legal insurance, or read of an offer in the newspaper, threatens nobody.
    if (threatens) {
        if (const Marked legal = marked(text, markers, Category::legal); legal.weight > 0) {
            points.add(2, "names a lawyer, an authority or a consumers' organisation", legal.words);
        }
        if (const Marked press = marked(text, markers, Category::press); press.weight > 0) {
            points.add(2, "names the press or the public", press.words);
        }
    }
    if (const Marked urgent = marked(text, markers, Category::urgent); urgent.weight > 0) {
        points.add(1, "asks for haste", urgent.words);
    }
}

void people_points(const TriageInput& input, const Triage& out, Points& points) {
    const bool negative = out.sentiment.label == SentimentLabel::negative;
    if (input.visibility == Visibility::public_channel) {
        if (out.intent.intent == Intent::complaint) points.add(1, "public complaint");
        const std::int64_t followers = input.followers.value_or(0);
        if (followers >= 10'000) points.add(followers >= 100'000 ? 2 : 1, "read by many followers");
    }
    if (input.recent_negatives >= 2)
        points.add(input.recent_negatives >= 4 ? 2 : 1, "repeatedly negative of late");
    if (negative && input.previous_sentiment == SentimentLabel::negative)
        points.add(1, "negative before, and again");
    if (input.form && input.form->names_manager) points.add(1, "names a relationship manager");
    if (input.age_ms > kDayMs) points.add(1, "written more than a day ago");
}

void decide_priority(const TriageInput& input, const Text& text, const std::vector<Hit>& markers,
                     Triage& out) {
    if (out.intent.intent == Intent::spam) {
        out.priority = Priority::low;
        out.reasons.push_back({"priority", "", 0, "spam"});
        return;
    }
    Points points(out.reasons);
    points.add(intent_points(out.intent.intent), to_string(out.intent.intent));
    danger_points(text, markers, points);
    // Praise may name a lawyer or be a week old: it can wait all the same.
    if (out.intent.intent != Intent::praise) {
        const bool threatens =
            out.intent.intent == Intent::complaint || out.sentiment.label == SentimentLabel::negative;
        words_points(text, markers, threatens, points);
        if (out.sentiment.score <= kVeryNegative) points.add(1, "very negative");
        people_points(input, out, points);
    }
    out.priority_points = points.sum();
    out.priority = points.sum() >= kUrgentPoints   ? Priority::urgent
                   : points.sum() >= kHighPoints   ? Priority::high
                   : points.sum() >= kNormalPoints ? Priority::normal
                                                   : Priority::low;
    if (points.sum() == 0) out.reasons.push_back({"priority", "", 0, "praise waits"});
}

std::string language_rule(const Language& language) {
    if (language.how == "cld2") return "detected";
    if (language.how == "words") return "frequent words";
    if (language.how == "thread") return "language of the thread";
    if (language.how == "form") return "language of the form";
    return "default language";
}

}  // namespace

const char* to_string(Priority priority) {
    switch (priority) {
        case Priority::low:
            return "low";
        case Priority::normal:
            return "normal";
        case Priority::high:
            return "high";
        case Priority::urgent:
            return "urgent";
    }
    return "normal";
}

Triage triage(const TriageInput& input) {
    Triage out;
    // The subject is read as a sentence of its own before the text.
    std::string whole = input.subject.substr(0, kMaxSubjectBytes);
    if (!whole.empty()) whole += '\n';
    whole.append(input.text, 0, kMaxTextBytes);
    const Text text = read_text(whole);

    LanguageHints hints{input.thread_language, input.form ? input.form->language : "",
                        input.default_language};
    out.language = detect_language(text, hints);
    out.reasons.push_back(
        {"language", out.language.code, out.language.confidence, language_rule(out.language)});

    const Reading reading = lexicon_for(out.language.code).read(text);
    out.sentiment = judge_sentiment(text, reading);
    out.reasons.insert(out.reasons.end(), out.sentiment.reasons.begin(), out.sentiment.reasons.end());

    out.intent = judge_intent(text, reading, out.sentiment, {input.form && input.form->complaint});
    out.reasons.insert(out.reasons.end(), out.intent.reasons.begin(), out.intent.reasons.end());

    decide_priority(input, text, reading.markers, out);
    return out;
}

}  // namespace guichet::routing
