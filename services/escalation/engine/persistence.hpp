#pragma once
// Whether somebody has complained in public so often that a private way should be proposed. Pure.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/clock.hpp"

namespace guichet::escalation {

// One message of the contact, of any thread and channel.
struct Post {
    std::string id;  // conversation and seq, as the caller names it; comes back in the reasons
    std::string thread;
    std::string channel;
    TimeMs at = 0;
    double sentiment = 0;  // -1 .. 1, as triage scored it
    bool complaint = false;
    bool answered = false;  // by the brand, after this post
    bool is_public = true;
    std::string fingerprint;  // see below; empty: not compared
};

// text_fingerprint() of common/core/fold.hpp, which routing keeps with a post.
std::string fingerprint(std::string_view text);

// What is known of the contact's cases.
struct Standing {
    bool open_case = false;  // proposed, offered or accepted
    std::optional<TimeMs> declined_at;
};

struct Thresholds {
    double score = 2.0;             // that proposes
    std::size_t least_posts = 2;    // negative ones, without duplicates
    double negative_below = -0.2;   // a post is negative with this sentiment or less
    double complaint_factor = 1.5;  // a complaint's weight
    double unanswered_factor = 1.3;
    double thread_bonus = 0.25;  // of the whole, for each further thread
    double most_bonus = 0.75;
    TimeMs half_life = 48LL * 3'600'000;
    TimeMs window = 14LL * 24 * 3'600'000;    // older posts do not count
    TimeMs cool_off = 14LL * 24 * 3'600'000;  // after a decline
    std::size_t most_posts = 200;             // the newest are looked at
};

// What one post added.
struct PostReason {
    std::string post;
    double weight = 0;
    std::string words;  // "complaint, very negative, 3 h ago, unanswered"
};

struct Verdict {
    bool propose = false;
    double score = 0;
    // The posts that count, heaviest first; duplicates last, with weight 0.
    std::vector<PostReason> reasons;
    std::string words;  // why it is proposed, or why not
};

// A post's weight: its sentiment below zero (0.5 at least when it is a complaint) x complaint x unanswered x
// recency; the sum grows with the number of threads. A post from ahead of `now` counts as of now: clocks of
// platforms and our own differ.
Verdict judge_persistence(const std::vector<Post>& posts, const Standing& standing,
                          const Thresholds& thresholds, TimeMs now);

}  // namespace guichet::escalation
