#include "tests/integration/ingest/ingest_world.hpp"

#include "common/channels/custom/signature.hpp"
#include "common/store/records.hpp"

namespace guichet::test {

IngestWorld::IngestWorld(RedisServerOptions redis) : redis_(std::move(redis)) {
    context_ = std::make_unique<service::Context>(
        service::Context{io_.get_executor(), settings_, clock_, random_, store_, reads_, catalog_,
                         credentials_, metrics_, health_, pool_, redis_.client_options(), "test-process"});
    http::ClientOptions client;
    client.allowed_networks = *http::CidrSet::parse({"127.0.0.0/8"});
    client_ = *http::Client::create(io_, clock_, std::move(client));
    custom_ = std::make_unique<channels::CustomConnector>(*client_, client_.get(), clock_);
    connectors_.add(*custom_);
    connectors_.add(form_);
    expect(store_.load());
    expect(store_.create_workspace(kMain));
    for (auto& channel : channels::default_channels("Maison Dupont")) put_channel(channel);
    v1::Channel shop;
    shop.set_id("shop");
    shop.set_kind(v1::CHANNEL_KIND_CUSTOM);
    shop.set_team("care");
    (*shop.mutable_secrets())["secret"] = kShopSecret;
    put_channel(shop);

    options_.blobs = dir_.path() / "blobs";
    options_.forms.posts_burst = 50;
    options_.forms.writes_burst = 50;
    options_.forms.poll_wait = std::chrono::milliseconds(3'000);
    options_.forms.poll_every = std::chrono::milliseconds(20);
    options_.webhook.unknown.letters = 3;
    options_.poll.look = std::chrono::milliseconds(20);
    options_.poll.pause = std::chrono::milliseconds(5);
    options_.poll.backoff = std::chrono::milliseconds(10);
    options_.poll.backoff_max = std::chrono::milliseconds(50);
    service_ = std::make_unique<ingest::Service>(*context_, connectors_, options_);
    service_->register_rpcs(dispatcher_);
    service_->register_routes(*router_);
    http::ServerOptions server;
    server.listeners.push_back({});
    server_ = std::make_unique<http::Server>(io_, clock_, random_, std::move(server), router_);
    if (auto started = server_->start(); !started) throw std::runtime_error(to_string(started.error()));
    expect(service_->start());
}

IngestWorld::~IngestWorld() = default;

void IngestWorld::TearDown() {
    run(io_, service_->stop());
    run(io_, server_->stop(std::chrono::seconds(1)));
}

void IngestWorld::put_channel(const WorkspaceId& workspace, const v1::Channel& channel) {
    expect(store_.put_document({workspace, "test", {}, "*"}, access::kChannel, channel.id(), -1,
                               channel.SerializeAsString()));
    catalog_.forget();
}

void IngestWorld::put_agent(const std::string& id, const std::string& name) {
    access::records::AgentRecord record;
    record.mutable_agent()->set_id(id);
    record.mutable_agent()->set_name(name);
    expect(store_.put_document({kMain, "test", {}, "*"}, access::kAgent, id, -1, record.SerializeAsString()));
    catalog_.forget();
}

std::string IngestWorld::token(v1::Role role, std::vector<std::string> channels) {
    access::records::TokenRecord record;
    record.set_workspace(kMain.str());
    auto* grant = record.mutable_token()->add_grants();
    grant->set_role(role);
    for (const auto& channel : channels) grant->add_channels(channel);
    return expect(credentials_.create_token("test", record));
}

Answer IngestWorld::request(http::Method method, const std::string& path, std::string body,
                            http::Headers headers) {
    http::ClientRequest request;
    request.method = method;
    request.url = origin() + path;
    request.headers = std::move(headers);
    request.body = std::move(body);
    std::string jar;
    for (const auto& [name, value] : cookies_) jar += (jar.empty() ? "" : "; ") + name + "=" + value;
    if (send_cookies_ && !jar.empty()) request.headers.add("Cookie", jar);
    auto result = run(io_, client_->request(std::move(request), std::chrono::seconds(15)));
    if (result.outcome != http::Outcome::response) throw std::runtime_error(to_string(result.error));
    for (std::size_t i = 0; i < result.headers.size(); ++i) {
        const auto [name, value] = result.headers.at(i);
        if (!http::iequals(name, "set-cookie")) continue;
        const auto equals = value.find('=');
        cookies_[std::string(value.substr(0, equals))] =
            std::string(value.substr(equals + 1, value.find(';') - equals - 1));
    }
    return {result.status, std::move(result.body), std::move(result.headers)};
}

Answer IngestWorld::post_form(const std::string& path, const http::Fields& fields) {
    http::Headers headers;
    headers.add("Content-Type", "application/x-www-form-urlencoded");
    return request(http::Method::post, path, http::to_urlencoded(fields), std::move(headers));
}

Answer IngestWorld::post_webhook(const std::string& app, const std::string& body, const std::string& secret) {
    const auto stamp = std::to_string(clock_.now() / 1000);
    http::Headers headers;
    headers.add(channels::kTimestampHeader, stamp);
    headers.add(channels::kSignatureHeader, channels::sign_body(secret, stamp, body));
    return request(http::Method::post, "/webhooks/custom/" + app, body, std::move(headers));
}

std::string IngestWorld::between(const std::string& text, const std::string& from, const std::string& to) {
    const auto start = text.find(from);
    const auto end = start == std::string::npos ? start : text.find(to, start + from.size());
    if (end == std::string::npos)
        throw std::runtime_error("not there: " + from + " in " + text.substr(0, 4'000));
    return text.substr(start + from.size(), end - start - from.size());
}

std::string IngestWorld::hidden(const std::string& html, const std::string& name) {
    return between(html, "name=\"" + name + "\" value=\"", "\"");
}

std::string IngestWorld::raw_of(const WorkspaceId& workspace) {
    std::string all;
    for (int i = 0; i < store_.partitions(); ++i) {
        const auto key = store::raw_key(store::Partition(i));
        const auto reply = redis_.command(redis::Command("XRANGE", key, "-", "+"));
        for (std::size_t entry = 0; entry < reply.size(); ++entry) {
            const auto& fields = reply[entry][1];
            std::map<std::string, std::string> named;
            for (std::size_t j = 0; j + 1 < fields.size(); j += 2)
                named[fields[j].text()] = fields[j + 1].text();
            if (named["w"] == workspace.str()) all += named["b"];
        }
    }
    return all;
}

std::vector<std::string> IngestWorld::conversation_ids() {
    const auto keys = redis_.command(redis::Command("KEYS", "{*}:" + kMain.str() + ":c:*"));
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < keys.size(); ++i)
        ids.push_back(keys[i].text().substr(keys[i].text().rfind(':') + 1));
    return ids;
}

void IngestWorld::answer(const std::string& conversation, const std::string& text, bool sent) {
    store::By claire{kMain, "claire", {}, "*"};
    const ConversationId id(conversation);
    auto now = this->conversation(conversation);
    store::TriageDecision decision;
    decision.workspace = kMain;
    decision.conversation = id;
    decision.seq = now.inbound_seq();
    decision.language = "fr";
    decision.due = decision.first_answer_due = clock_.now() + 60'000;
    expect(store_.triage(decision));
    std::string epoch = now.epoch();
    if (now.owner().empty()) epoch = expect(store_.claim(claire, id, std::chrono::minutes(10), 50)).epoch;
    store::Sending sending;
    sending.conversation = id;
    sending.epoch = epoch;
    sending.inbound_seq = now.inbound_seq();
    sending.delivery = DeliveryId("D" + std::to_string(++deliveries_));
    sending.text = text;
    sending.undo = sent ? std::chrono::milliseconds(0) : std::chrono::minutes(5);
    sending.persona = "Claire";
    v1::Message message;
    message.set_text(text);
    message.set_delivery(sending.delivery.str());
    message.set_persona("Claire");
    message.set_actor("claire");
    sending.blob = store::encode_message(message);
    const DeliveryId delivery(expect(store_.send(claire, sending)).id());
    if (!sent) return;
    store::Begin begin;
    begin.workspace = kMain;
    begin.delivery = delivery;
    begin.token = "t";
    if (!expect(store_.begin_attempt(begin)).go) throw std::runtime_error("the answer may not be sent yet");
    store::AttemptOutcome outcome;
    outcome.workspace = kMain;
    outcome.delivery = delivery;
    outcome.token = "t";
    outcome.kind = store::AttemptOutcome::Kind::sent;
    expect(store_.record_outcome(outcome));
}

double IngestWorld::metric(const std::string& line_start) const {
    const auto all = metrics_.exposition();
    const auto at = all.find("\n" + line_start + " ");
    return at == std::string::npos ? 0 : std::atof(all.c_str() + at + line_start.size() + 2);
}

}  // namespace guichet::test
