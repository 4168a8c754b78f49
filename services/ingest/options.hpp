#pragma once
// Every limit and habit of ingest, with its default. The wiring fills it from the configuration.
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>

#include "common/config/settings.hpp"
#include "common/store/types.hpp"

namespace guichet::ingest {

// Of one message; sizes in bytes.
struct MessageLimits {
    std::size_t external_id = 512;
    std::size_t thread = 512;
    std::size_t author_id = 512;
    std::size_t name = 300;
    std::size_t subject = 1'000;
    std::size_t text = 100'000;
    std::size_t url = 2'000;
    std::size_t attachments = 20;
    std::int64_t attachment_size = 50 * 1024 * 1024;
    std::size_t fields = 50;
    std::size_t field_name = 100;
    std::size_t field_value = 4'000;
    // Larger payloads are not kept as they came.
    std::size_t raw = 64 * 1024;
};

struct WebhookOptions {
    std::size_t max_body = 1024 * 1024;
    std::size_t max_messages = 1'000;
    // Messages of one body that are on their way to the store at once.
    std::size_t window = 256;
    // Of accounts that no channel is connected to: dead letters of one workspace, and the bytes of them all.
    store::DeadLetterLimit unknown{500, 16 * 1024 * 1024};
    // From the whole body until the last part is stored.
    std::chrono::milliseconds timeout{20'000};
};

// Asking platforms for news.
struct PollOptions {
    // How often it is looked for channels that are new, changed, paused or gone.
    std::chrono::milliseconds look{1'000};
    // Channels that this process asks.
    std::size_t channels = 500;
    // Of one look: after an outage not all begin at once.
    std::size_t starts = 50;
    // One question, which may wait for news at the platform.
    std::chrono::milliseconds pull{25 * 60'000};
    // The same where it is not known whether the channel works: it shall be soon.
    std::chrono::milliseconds unproven_pull{10'000};
    // What a connector may need to end after its time is over.
    std::chrono::milliseconds grace{60'000};
    // Pages that are taken from one channel without a pause.
    int pages = 20;
    // Between two questions, whatever the connector wishes.
    std::chrono::milliseconds pause{250};
    std::chrono::milliseconds longest_wait{3'600'000};
    // After a failure; doubles.
    std::chrono::milliseconds backoff{1'000};
    std::chrono::milliseconds backoff_max{300'000};
    // Between two looks for what channels that are gone have left; the first look of a process is one.
    std::chrono::milliseconds sweep{60'000};
    // Bytes of text kept of a message that cannot be taken in.
    std::size_t dead_text = 100'000;
    // What is being stored when the process ends.
    std::chrono::milliseconds stop{20'000};
};

struct FormOptions {
    // Customers' pages are found here; empty: the address of the request.
    std::string public_url;
    // Characters of a message.
    std::size_t text = 4'000;
    std::size_t max_files = 5;
    std::size_t max_file_bytes = 5 * 1024 * 1024;
    // Of a whole form.
    std::size_t max_total_bytes = 15 * 1024 * 1024;
    bool honeypot = true;
    // What is promised on the thanks page; in working hours up to 24, in working days from there.
    std::chrono::hours answer_within{24};
    // How long an open form may wait for its sender.
    std::chrono::hours form_life{12};
    // How long the thanks page shows the private link again.
    std::chrono::minutes receipt_life{30};
    std::chrono::hours private_page_life{24 * 180};
    std::chrono::hours session_life{24 * 14};
    // Origins that may embed every form, separated by spaces; a channel's setting `frame_ancestors` adds to
    // it.
    std::string frame_ancestors;
    // Of one address: what it may send, and what it may look at.
    double posts_per_second = 0.1;
    double posts_burst = 10;
    double writes_per_second = 0.2;
    double writes_burst = 20;
    double gets_per_second = 5;
    double gets_burst = 60;
    std::chrono::milliseconds poll_wait{25'000};
    std::chrono::milliseconds poll_every{1'000};
    std::size_t max_polls = 2'000;
    // Of a link that stands in public: how long a visitor's code counts, after how many wrong ones of the
    // author it does not, how many visitors have one, how many of them may write unproven.
    std::chrono::milliseconds code_life{24 * 3'600'000};
    int code_tries = 5;
    int visitors = 50;
    int claimants = 10;
};

struct Options {
    // The share of Redis's memory from which on nothing more is taken in, and how often it is looked at.
    double high_water = 0.85;
    std::chrono::milliseconds memory_interval{1'000};
    MessageLimits message;
    WebhookOptions webhook;
    PollOptions poll;
    FormOptions forms;
    std::filesystem::path blobs = "blobs";
    // Messages of this process that are on their way to the store at once, whatever way they came.
    std::size_t in_flight = 768;
    // How long another one waits for its turn.
    std::chrono::milliseconds in_flight_wait{5'000};
    // Messages of one stream that are on their way to the store at once.
    std::size_t stream_window = 256;
    // Where forms and webhooks without a workspace in their path belong.
    std::string workspace = "main";
};

Options options_from(const config::Settings& settings);

}  // namespace guichet::ingest
