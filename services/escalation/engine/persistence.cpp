#include "services/escalation/engine/persistence.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <set>

#include "common/core/fold.hpp"

namespace guichet::escalation {
namespace {

constexpr TimeMs kMinute = 60'000;
constexpr TimeMs kHour = 60 * kMinute;
constexpr TimeMs kDay = 24 * kHour;
// A complaint in calm words is one still, unless the person is pleased.
constexpr double kCalmComplaint = 0.5;
constexpr double kPleased = 0.2;
constexpr double kVeryNegative = -0.6;

double feeling(const Post& post) {
    return std::isfinite(post.sentiment) ? std::clamp(post.sentiment, -1.0, 1.0) : 0.0;
}

bool counts(const Post& post, const Thresholds& thresholds, TimeMs now) {
    if (!post.is_public || now - post.at > thresholds.window) return false;
    const double felt = feeling(post);
    return felt <= thresholds.negative_below || (post.complaint && felt < kPleased);
}

TimeMs age(const Post& post, TimeMs now) {
    return std::max<TimeMs>(0, now - post.at);
}

double weight(const Post& post, const Thresholds& thresholds, TimeMs now) {
    double out = std::max(-feeling(post), post.complaint ? kCalmComplaint : 0.0);
    if (post.complaint) out *= thresholds.complaint_factor;
    if (!post.answered) out *= thresholds.unanswered_factor;
    if (thresholds.half_life > 0) {
        out *= std::exp2(-static_cast<double>(age(post, now)) / static_cast<double>(thresholds.half_life));
    }
    return out;
}

std::string ago(TimeMs span) {
    if (span < kMinute) return "just now";
    if (span < kHour) return std::to_string(span / kMinute) + " min ago";
    if (span < 2 * kDay) return std::to_string(span / kHour) + " h ago";
    return std::to_string(span / kDay) + " days ago";
}

std::string described(const Post& post, TimeMs now) {
    std::string out = post.complaint ? "complaint, " : "";
    const double felt = feeling(post);
    if (felt <= kVeryNegative) {
        out += "very negative, ";
    } else if (felt < 0) {
        out += "negative, ";
    }
    out += ago(age(post, now));
    return out + (post.answered ? ", answered" : ", unanswered");
}

std::string short_number(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f", value);
    return text.data();
}

std::string counted(std::size_t count, const char* one, const char* many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

// The newest posts that count, oldest first, so that the first of two equal ones is the one that weighs.
std::vector<Post> select(const std::vector<Post>& posts, const Thresholds& thresholds, TimeMs now) {
    std::vector<Post> out;
    for (const Post& post : posts) {
        if (counts(post, thresholds, now)) out.push_back(post);
    }
    std::stable_sort(out.begin(), out.end(), [](const Post& a, const Post& b) { return a.at < b.at; });
    if (out.size() > thresholds.most_posts) {
        out.erase(out.begin(), out.end() - static_cast<std::ptrdiff_t>(thresholds.most_posts));
    }
    return out;
}

// Seen before: the same message, or the same words.
class Seen {
  public:
    bool again(const Post& post) {
        const bool id = !post.id.empty() && !ids_.insert(post.id).second;
        const bool text = !post.fingerprint.empty() && !texts_.insert(post.fingerprint).second;
        return id || text;
    }

  private:
    std::set<std::string> ids_;
    std::set<std::string> texts_;
};

// Set ahead of now by more than a whole cool-off: a clock was wrong, and nobody waits for it for a year.
bool cooling_off(const Standing& standing, const Thresholds& thresholds, TimeMs now) {
    if (!standing.declined_at) return false;
    const TimeMs since = now - *standing.declined_at;
    return since < thresholds.cool_off && since > -thresholds.cool_off;
}

std::string refusal(const Standing& standing, const Thresholds& thresholds, TimeMs now, std::size_t posts,
                    double score) {
    if (standing.open_case) return "a private way is proposed or under way for this contact already";
    if (cooling_off(standing, thresholds, now)) {
        return "a proposal was declined " + ago(std::max<TimeMs>(0, now - *standing.declined_at)) +
               "; none is made again for " + std::to_string(thresholds.cool_off / kDay) + " days";
    }
    if (posts < thresholds.least_posts) return "too few negative public posts: " + std::to_string(posts);
    if (score < thresholds.score) {
        return "the score of " + short_number(score) + " is below " + short_number(thresholds.score);
    }
    return {};
}

}  // namespace

std::string fingerprint(std::string_view text) {
    return text_fingerprint(text);
}

Verdict judge_persistence(const std::vector<Post>& posts, const Standing& standing,
                          const Thresholds& thresholds, TimeMs now) {
    Verdict out;
    Seen seen;
    std::set<std::string> threads;
    std::size_t counted_posts = 0;
    for (const Post& post : select(posts, thresholds, now)) {
        if (seen.again(post)) {
            out.reasons.push_back({post.id, 0, "the same as an earlier post, " + ago(age(post, now))});
            continue;
        }
        out.reasons.push_back({post.id, weight(post, thresholds, now), described(post, now)});
        out.score += out.reasons.back().weight;
        threads.insert(post.channel + '\n' + post.thread);
        ++counted_posts;
    }
    const auto further = threads.empty() ? 0.0 : static_cast<double>(threads.size() - 1);
    out.score *= 1 + std::min(thresholds.most_bonus, thresholds.thread_bonus * further);
    std::stable_sort(out.reasons.begin(), out.reasons.end(),
                     [](const PostReason& a, const PostReason& b) { return a.weight > b.weight; });

    out.words = refusal(standing, thresholds, now, counted_posts, out.score);
    out.propose = out.words.empty();
    if (out.propose) {
        out.words = counted(counted_posts, "negative public post", "negative public posts") + " in " +
                    counted(threads.size(), "thread", "threads") + ", score " + short_number(out.score);
    }
    return out;
}

}  // namespace guichet::escalation
