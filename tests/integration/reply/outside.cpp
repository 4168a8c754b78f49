#include "tests/integration/reply/outside.hpp"

#include <algorithm>
#include <cstdlib>

#include "common/access/catalog.hpp"
#include "common/access/channel_health.hpp"
#include "common/config/settings.hpp"
#include "tests/support/store_library.hpp"

namespace guichet::test {
namespace {

using namespace std::chrono_literals;

constexpr auto kBeyondTimeOuts = 10min;

asio::awaitable<int> partition_number(store::Store& store, WorkspaceId workspace) {
    const auto partition = co_await store.partition_of(std::move(workspace));
    co_return partition.value().number();
}

std::string words_of(const std::string& text, const DeliveryId& delivery) {
    v1::Message message;
    message.set_text(text);
    message.set_delivery(delivery.str());
    return store::encode_message(message);
}

int count(const std::vector<stand_in::Published>& all, const std::string& text) {
    return static_cast<int>(
        std::count_if(all.begin(), all.end(), [&](const auto& one) { return one.text == text; }));
}

}  // namespace

Outside::Outside() {
    // Nothing here speaks TLS, and reading the system's authorities takes longer than all else a process
    // does.
    ::setenv("SSL_CERT_FILE", "/dev/null", 1);
    must(client_->call(load_library(library_with_faults(store::library_text()))));
    reset();
}

void Outside::reset() {
    page.reset();
    mail.reset();
    page = std::make_unique<stand_in::Platform>(io, clock, random);
    mail = std::make_unique<MailServer>(io, clock, false);
    must(client_->call(redis::Command("FLUSHALL")));
    must(store_.create_workspace(brand));
    partition_ = store::Partition(run(io, partition_number(store_, brand)));
    set_clock(1'800'000'000'000);
    put(page_channel("page"));
    auto careful = page_channel("careful");
    (*careful.mutable_settings())["send_again"] = "never";
    put(careful);
    auto mailbox = mail_channel("mailbox");
    (*mailbox.mutable_settings())["bcc_self"] = "true";
    put(mailbox);
    put(mail_channel("blind"));
}

void Outside::set_clock(TimeMs now) {
    clock.set(now);
    must(client_->call(redis::Command("FCALL", "g1_test_clock", "0", std::to_string(now))));
}

v1::Channel Outside::page_channel(const std::string& id) const {
    const stand_in::GraphOptions known;
    v1::Channel channel;
    channel.set_id(id);
    channel.set_kind(v1::CHANNEL_KIND_FACEBOOK);
    channel.set_team("care");
    auto& settings = *channel.mutable_settings();
    settings["app"] = "350100200300400";
    settings["page_id"] = known.page.id;
    settings["page_name"] = known.page.name;
    settings["graph_url"] = page->url();
    settings["allow_private"] = "true";
    (*channel.mutable_secrets())["app_secret"] = known.app_secret;
    (*channel.mutable_secrets())["page_token"] = known.access_token;
    return channel;
}

v1::Channel Outside::mail_channel(const std::string& id) const {
    v1::Channel channel;
    channel.set_id(id);
    channel.set_kind(v1::CHANNEL_KIND_MAIL);
    channel.set_team("care");
    auto& settings = *channel.mutable_settings();
    settings["address"] = MailServer::kAddress;
    settings["allow_private"] = "true";
    for (const auto* server : {"imap", "smtp"}) {
        settings[std::string(server) + "_host"] = "127.0.0.1";
        settings[std::string(server) + "_tls"] = "none";
    }
    settings["imap_port"] = std::to_string(mail->imap_port());
    settings["smtp_port"] = std::to_string(mail->smtp_port());
    (*channel.mutable_secrets())["password"] = MailServer::kPassword;
    return channel;
}

void Outside::put(const v1::Channel& channel) {
    must(store_.put_document({brand, "test", {}, "*"}, access::kChannel, channel.id(), -1,
                             channel.SerializeAsString()));
}

store::Inbound Outside::comment(const std::string& channel) {
    const auto said = page->comment("Anna", "It broke");
    const auto events = facebook_.parse(page_channel(channel), said.webhook.body);
    const auto& message = events->at(0).message;
    store::Inbound m;
    m.channel = ChannelId(channel);
    m.external_id = message.external_id();
    m.thread = message.thread();
    m.author = message.author().external_id();
    m.text = message.text();
    m.is_public = true;
    m.parent_thread = message.parent_thread();
    return m;
}

store::Claimed Outside::owned(store::Inbound m) {
    m.workspace = brand;
    m.author_name = "Anna";
    m.team = TeamId("care");
    m.language = "fr";
    v1::Message message;
    message.set_text(m.text);
    message.set_external_id(m.external_id);
    m.blob = store::encode_message(message);
    const auto stored = must(store_.ingest(std::move(m)));
    store::TriageDecision decision;
    decision.workspace = brand;
    decision.conversation = stored.conversation;
    decision.seq = stored.seq;
    decision.language = "fr";
    decision.due = decision.first_answer_due = clock.now() + 60'000;
    must(store_.triage(decision));
    return must(store_.claim(bob(), stored.conversation, 24h, 50));
}

DeliveryId Outside::send(const store::Claimed& mine, const std::string& text) {
    const auto now = must(reads_.conversation(brand, mine.conversation, "*"));
    store::Sending sending;
    sending.conversation = mine.conversation;
    sending.epoch = mine.epoch;
    sending.inbound_seq = now.inbound_seq();
    sending.delivery = DeliveryId("D" + std::to_string(++made_));
    sending.text = text;
    sending.blob = words_of(text, sending.delivery);
    return DeliveryId(must(store_.send(bob(), sending)).id());
}

DeliveryId Outside::answer_comment(const std::string& channel, const std::string& text) {
    return send(owned(comment(channel)), text);
}

DeliveryId Outside::answer_mail(const std::string& channel, const std::string& text) {
    store::Inbound m;
    m.channel = ChannelId(channel);
    m.external_id = "asked" + std::to_string(++made_) + "@customer.example";
    m.thread = m.external_id;
    m.author = "anna@customer.example";
    m.text = "It broke";
    m.subject = "Complaint";
    return send(owned(std::move(m)), text);
}

DeliveryId Outside::move_to_private(const std::string& text) {
    auto said = comment("page");
    const auto id = said.external_id;
    const auto mine = owned(std::move(said));
    store::Offer offer;
    offer.conversation = mine.conversation;
    offer.epoch = mine.epoch;
    offer.escalation = EscalationId("E" + std::to_string(++made_));
    offer.route = "page:private_reply";
    offer.kind = offer.way = "private_reply";
    offer.channel = ChannelId("page");
    offer.single_use_key = "page:" + id;
    offer.private_conversation = ConversationId("C" + std::to_string(made_));
    offer.thread = "dm|";
    offer.private_delivery = DeliveryId("D" + std::to_string(made_));
    offer.private_text = text;
    offer.private_blob = words_of(text, offer.private_delivery);
    offer.public_delivery = public_word_of(offer.private_delivery);
    offer.public_text = "Public " + text;
    offer.public_blob = words_of(offer.public_text, offer.public_delivery);
    offer.expires_at = clock.now() + std::chrono::milliseconds(7 * 24h).count();
    offer.identity = "account_proven";
    return must(store_.escalate(bob(), std::move(offer))).delivery;
}

std::vector<streams::Entry> Outside::work() {
    auto list = must(client_->call(redis::Command("XRANGE", store::work_key(partition_, "reply"), "-", "+")));
    return streams::read_entries(partition_.number(), list);
}

bool Outside::pass_time() {
    store::Tick tick;
    tick.look = config::Settings().reply.unconfirmed_wait;
    auto ticked = must(store_.tick(partition_, tick));
    if (ticked.done > 0) return true;
    if (!ticked.next) return false;
    set_clock(std::max(clock.now(), *ticked.next));
    must(store_.tick(partition_, tick));
    return true;
}

void Outside::pass_time_outs() {
    set_clock(clock.now() + std::chrono::milliseconds(kBeyondTimeOuts).count());
}

std::optional<v1::Delivery> Outside::delivery(const DeliveryId& id) {
    auto found = run(io, reads_.delivery(brand, id));
    if (!found && found.error().code != Code::not_found) throw std::runtime_error(to_string(found.error()));
    if (!found) return std::nullopt;
    return std::move(*found);
}

int Outside::looks_absent(const DeliveryId& id) {
    auto fields = must(reads_.delivery_fields(brand, id));
    return std::atoi(fields["lk"].c_str());
}

std::string Outside::health(const std::string& channel) {
    return must(access::ChannelHealth::of(store_, brand))[channel];
}

int Outside::published(const std::string& text) const {
    return count(page->published(), text) + count(mail->published(), text);
}

}  // namespace guichet::test
