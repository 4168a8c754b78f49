#include "tests/integration/services/world.hpp"

#include "tests/support/store_library.hpp"

namespace guichet::test {
namespace {

rpc::GrantSpec agency_grant() {
    return rpc::GrantSpec{rpc::Role::agent, {"wall"}, {}, true};
}

}  // namespace

ServicesTest::ServicesTest() {
    settings_.server.data = data_.path();
    settings_.server.public_url = "https://care.example.org";
    settings_.streams.block = std::chrono::milliseconds(100);
    settings_.reply.retry_base = std::chrono::milliseconds(20);
    settings_.reply.retry_max = std::chrono::milliseconds(100);
    // What is due when must not hang on the hour at which the tests are run.
    auto& week = settings_.routing.calendar;
    for (auto* day : {&week.monday, &week.tuesday, &week.wednesday, &week.thursday, &week.friday,
                      &week.saturday, &week.sunday}) {
        *day = {"00:00-24:00"};
    }
    pool_ = std::make_unique<runtime::Pool>(io_.get_executor(), "workers", 2, 64);
    context_ = std::make_unique<service::Context>(
        service::Context{io_.get_executor(), settings_, clock_, random_, store_, reads_, catalog_,
                         credentials_, metrics_, health_, *pool_, redis_.client_options(), "test"});
    EXPECT_TRUE(run(io_, store_.load()));
    EXPECT_TRUE(run(io_, store_.create_workspace(kBrand)));
    add_people();
    connectors_.add(connector_);
    connectors_.add(form_);
    auto desk = routing::make_desk(settings_.routing);
    EXPECT_TRUE(desk) << (desk ? "" : desk.error().message);
    routing_ = std::make_unique<routing::Service>(*context_, std::move(*desk));
    reply_ = std::make_unique<reply::Service>(*context_, connectors_);
    inbox_ = std::make_unique<inbox::Service>(*context_);
    escalation_ = std::make_unique<escalation::Service>(*context_, connectors_);
    routing_->register_rpcs(dispatcher_);
    reply_->register_rpcs(dispatcher_);
    inbox_->register_rpcs(dispatcher_);
    escalation_->register_rpcs(dispatcher_);
    EXPECT_TRUE(run(io_, inbox_->start()));
    EXPECT_TRUE(run(io_, routing_->start()));
    EXPECT_TRUE(run(io_, reply_->start()));
    EXPECT_TRUE(run(io_, escalation_->start()));
}

ServicesTest::~ServicesTest() {
    const auto stop = [](ServicesTest* world) -> asio::awaitable<bool> {
        co_await world->escalation_->stop();
        co_await world->reply_->stop();
        co_await world->routing_->stop();
        co_await world->inbox_->stop();
        co_return true;
    };
    run(io_, stop(this));
    pool_.reset();
}

void ServicesTest::put(const char* kind, const std::string& id, const google::protobuf::Message& document) {
    EXPECT_TRUE(run(io_, store_.put_document({kBrand, "test"}, kind, id, -1, document.SerializeAsString())));
}

void ServicesTest::add_people() {
    for (const char* id : {"bob", "eve", "boss", "agency"}) {
        records::v1::AgentRecord record;
        record.mutable_agent()->set_id(id);
        record.mutable_agent()->set_name(std::string("Agent ") + id);
        put(access::kAgent, id, record);
    }
    for (const char* id : {"care", "legal"}) {
        v1::Team team;
        team.set_id(id);
        put(access::kTeam, id, team);
    }
    for (const char* id : {"shop", "wall"}) {
        v1::Channel channel;
        channel.set_id(id);
        channel.set_kind(v1::CHANNEL_KIND_CUSTOM);
        channel.set_team("care");
        (*channel.mutable_settings())["own_contacts"] = "help@shop.example, 02 555 12 34";
        put(access::kChannel, id, channel);
    }
    v1::Channel contact;
    contact.set_id("contact");
    contact.set_kind(v1::CHANNEL_KIND_FORM);
    contact.set_team("care");
    put(access::kChannel, "contact", contact);
    people_.add("bob", {grant(rpc::Role::agent)});
    people_.add("eve", {grant(rpc::Role::agent)});
    people_.add("boss", {grant(rpc::Role::supervisor)});
    people_.add("agency", {agency_grant()});
    people_.add("looker", {grant(rpc::Role::viewer)});
    people_.add("robot", {grant(rpc::Role::bot)});
}

ConversationId ServicesTest::complain(const std::string& thread, const std::string& text,
                                      const std::string& channel, bool is_public) {
    store::Inbound m;
    m.workspace = kBrand;
    m.channel = ChannelId(channel);
    m.external_id = "m" + std::to_string(++requests_);
    m.thread = thread;
    m.author = "anna-" + thread;
    m.author_name = "Anna";
    m.text = text;
    m.is_public = is_public;
    m.team = TeamId("care");
    v1::Message message;
    message.set_text(text);
    m.blob = store::encode_message(message);
    m.raw = "raw " + text;
    auto stored = run(io_, store_.ingest(m));
    EXPECT_TRUE(stored);
    auto id = stored->conversation;
    wait_for([this, id] { return read(id).state() != v1::CONVERSATION_STATE_NEW; }, "triage");
    return id;
}

v1::Conversation ServicesTest::read(const ConversationId& id) {
    auto found = run(io_, reads_.conversation(kBrand, id, "*"));
    EXPECT_TRUE(found);
    return std::move(*found);
}

void ServicesTest::wait_for(const std::function<bool()>& condition, const char* what) {
    const auto until = clock_.steady() + std::chrono::seconds(40);
    while (!condition()) {
        ASSERT_LT(clock_.steady(), until) << "still waiting for " << what;
        const auto nap = []() -> asio::awaitable<bool> {
            const bool slept = co_await runtime::sleep(std::chrono::milliseconds(5));
            co_return slept;
        };
        run(io_, nap());
    }
}

v1::Conversation ServicesTest::claim(const std::string& agent, const ConversationId& id) {
    v1::ClaimRequest request;
    request.set_conversation(id.str());
    return expect<v1::ClaimResponse>(agent, "RoutingService/Claim", request).conversation();
}

v1::Delivery ServicesTest::send(const std::string& agent, const v1::Conversation& conversation,
                                const std::string& text) {
    v1::SendRequest request;
    request.set_conversation(conversation.id());
    request.set_epoch(conversation.epoch());
    request.set_inbound_seq(conversation.inbound_seq());
    request.set_text(text);
    request.mutable_undo_window();
    return expect<v1::SendResponse>(agent, "ReplyService/Send", request).delivery();
}

std::string ServicesTest::change_library(const std::string& what, const std::string& with) {
    auto text = store::library_text();
    const auto at = text.find(what);
    if (at == std::string::npos) throw std::runtime_error("the library has not '" + what + "'");
    text.replace(at, what.size(), with);
    EXPECT_TRUE(run(io_, client_->call(load_library(text))));
    return text;
}

std::string ServicesTest::library() {
    redis::Command list("FUNCTION", "LIST", "LIBRARYNAME", "guichet_1", "WITHCODE");
    const auto found = run(io_, client_->call(std::move(list)));
    if (!found || found->size() != 1) throw std::runtime_error("Redis holds no library");
    const auto& fields = (*found)[0];
    for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
        if (fields[i].text() == "library_code") return fields[i + 1].text();
    }
    return {};
}

}  // namespace guichet::test
