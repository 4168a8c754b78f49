#pragma once
// The first look at a message: language, feeling, intent, priority, each with its reasons.
// Pure and deterministic: the same input gives the same answer; linear in the text, of which at most
// kMaxTextBytes are read.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/routing/engine/intent.hpp"
#include "services/routing/engine/language.hpp"
#include "services/routing/engine/reason.hpp"
#include "services/routing/engine/sentiment.hpp"

namespace guichet::routing {

enum class Priority { low, normal, high, urgent };
const char* to_string(Priority priority);  // "low", ...

enum class Visibility { public_channel, private_channel };

// What is known of a message that came through a form.
struct FormHints {
    bool complaint = false;    // the complaint form, not the contact form
    bool is_customer = false;  // says that he is
    bool names_manager = false;
    std::string language;  // the form's own language
};

struct TriageInput {
    std::string text;
    std::string subject;
    Visibility visibility = Visibility::private_channel;
    std::optional<FormHints> form;
    std::string thread_language;                       // empty: the first message
    std::string default_language = "en";               // the workspace's
    std::optional<SentimentLabel> previous_sentiment;  // of the conversation, before this message
    int recent_negatives = 0;  // of the contact, over all threads and channels, in the recent past
    std::optional<std::int64_t> followers;  // of the author, on a public channel
    std::int64_t age_ms = 0;                // since the customer wrote it
};

struct Triage {
    Language language;
    Sentiment sentiment;
    IntentVerdict intent;
    Priority priority = Priority::normal;
    double priority_points = 0;
    // All that decided, for the agent: language, then sentiment, intent, priority.
    std::vector<Reason> reasons;
};

Triage triage(const TriageInput& input);

// Priority is a sum of points. Spam is always low; praise has points for danger only.
//   complaint                                                 2
//   question, or other                                        1
//   someone's safety or money in danger; a hint of it         5; 2
//   lawyer, ombudsman, regulator, in a complaint              2
//   press, going public, in a complaint                       2
//   "urgent"                                                  1
//   very negative: score -0.6 or below                        1
//   public complaint                                          1
//   author with 10 000 followers; with 100 000, in public     1; 2
//   contact negative twice of late; four times                1; 2
//   conversation negative before, and again                   1
//   names his relationship manager                            1
//   written more than a day ago                               1
// A message with ill feeling counts as a complaint here. 5 or more: urgent; 3: high; 1: normal; less: low.
inline constexpr double kUrgentPoints = 5;
inline constexpr double kHighPoints = 3;
inline constexpr double kNormalPoints = 1;

}  // namespace guichet::routing
