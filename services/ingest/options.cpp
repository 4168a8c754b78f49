#include "services/ingest/options.hpp"

#include <algorithm>

namespace guichet::ingest {
namespace {

// A character takes up to four bytes.
constexpr std::size_t kBytesOfCharacter = 4;

std::string joined(const std::vector<std::string>& words) {
    std::string all;
    for (const auto& word : words) all += (all.empty() ? "" : " ") + word;
    return all;
}

PollOptions poll_options_from(const config::PollSettings& settings) {
    PollOptions options;
    options.channels = static_cast<std::size_t>(settings.channels);
    options.starts = static_cast<std::size_t>(settings.starts);
    options.pull = settings.question;
    options.unproven_pull = settings.first_question;
    options.grace = settings.grace;
    options.pages = static_cast<int>(settings.pages);
    options.pause = settings.pause;
    options.longest_wait = settings.longest_wait;
    options.backoff = settings.backoff;
    options.backoff_max = settings.backoff_max;
    options.sweep = settings.sweep;
    return options;
}

}  // namespace

Options options_from(const config::Settings& settings) {
    Options options;
    options.high_water = settings.redis.high_water;
    options.message.text = settings.ingest.text_limit.count;
    options.message.raw = settings.ingest.raw_limit.count;
    options.webhook.max_body = settings.http.body_limit.count;
    options.webhook.max_messages = static_cast<std::size_t>(settings.ingest.webhook_batch);
    options.webhook.unknown = {settings.ingest.unknown_letters,
                               static_cast<std::int64_t>(settings.ingest.unknown_bytes.count)};
    options.poll = poll_options_from(settings.ingest.poll);
    // The connection to Redis is shared: others must get through.
    const auto outstanding = std::max<std::int64_t>(1, settings.redis.outstanding * 3 / 4);
    options.in_flight = static_cast<std::size_t>(std::min(settings.ingest.in_flight, outstanding));
    options.webhook.timeout = settings.http.handler_timeout;
    options.blobs = settings.server.data / "blobs";
    auto& forms = options.forms;
    forms.public_url = settings.server.public_url;
    forms.text = settings.ingest.text_limit.count / kBytesOfCharacter;
    forms.max_files = static_cast<std::size_t>(settings.forms.attachments);
    forms.max_file_bytes = settings.forms.attachment_limit.count;
    forms.max_total_bytes = settings.forms.total_limit.count;
    forms.honeypot = settings.forms.honeypot;
    forms.answer_within = std::max(
        std::chrono::hours(1), std::chrono::ceil<std::chrono::hours>(settings.routing.first_answer.normal));
    forms.private_page_life = std::chrono::floor<std::chrono::hours>(settings.forms.page_lifetime);
    forms.frame_ancestors = joined(settings.http.frame_ancestors);
    forms.code_life = settings.escalation.code_lifetime;
    forms.code_tries = static_cast<int>(settings.escalation.code_tries);
    forms.visitors = static_cast<int>(settings.escalation.visitors);
    forms.claimants = static_cast<int>(settings.escalation.claimants);
    forms.posts_burst = static_cast<double>(settings.forms.submits);
    const std::chrono::duration<double> window = settings.forms.submit_window;
    forms.posts_per_second = forms.posts_burst / std::max(1.0, window.count());
    return options;
}

}  // namespace guichet::ingest
