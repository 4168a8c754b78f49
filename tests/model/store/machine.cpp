#include "tests/model/store/machine.hpp"

#include <algorithm>
#include <array>
#include <ostream>

#include "tests/support/store_library.hpp"

namespace guichet::test::model {
namespace {

constexpr TimeMs kStart = 1'700'000'000'000;

asio::awaitable<int> number_of_partition(store::Store& store, WorkspaceId workspace) {
    const auto partition = co_await store.partition_of(std::move(workspace));
    co_return partition.value().number();
}

std::string joined(const Answer& answer) {
    std::string text;
    for (const auto& part : answer) text += (text.empty() ? "" : " ") + (part.empty() ? "''" : part);
    return text;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Step& s) {
    return out << '{' << s.kind << ", " << s.a << ", " << s.b << ", " << s.c << ", " << s.d << '}';
}

Machine::Machine() {
    command(load_library(library_with_faults(store::library_text())));
    (void)call(store_.create_workspace(brand_));
    prefix_ = store::Partition(test::run(io_, number_of_partition(store_, brand_))).prefix();
}

void Machine::reset() {
    command(redis::Command("FLUSHALL"));
    random_ = SeededRandom(1);
    model_ = Model("brand");
    work_.clear();
    old_work_.clear();
    asked_.clear();
    epochs_.clear();
    published_.clear();
    versions_.clear();
    trace_.clear();
    requests_ = made_ = 0;
    set_clock(kStart);
}

void Machine::run(const Step& step) {
    // Often what moves things on, now and then what rarely happens.
    using Do = void (Machine::*)(const Step&);
    static constexpr std::array<Do, 60> kKinds = {
        &Machine::ingest,     &Machine::ingest,     &Machine::ingest,     &Machine::ingest,
        &Machine::ingest,     &Machine::ingest,     &Machine::triage,     &Machine::triage,
        &Machine::triage,     &Machine::triage,     &Machine::triage,     &Machine::triage,
        &Machine::claim_next, &Machine::claim_next, &Machine::claim_next, &Machine::claim_next,
        &Machine::claim_next, &Machine::claim,      &Machine::claim,      &Machine::renew,
        &Machine::assign,     &Machine::give,       &Machine::give,       &Machine::snooze,
        &Machine::resolve,    &Machine::resolve,    &Machine::reopen,     &Machine::reopen,
        &Machine::labels,     &Machine::presence,   &Machine::draft,      &Machine::note,
        &Machine::send,       &Machine::send,       &Machine::send,       &Machine::send,
        &Machine::send,       &Machine::send,       &Machine::publish,    &Machine::undo,
        &Machine::begin,      &Machine::begin,      &Machine::begin,      &Machine::begin,
        &Machine::begin,      &Machine::outcome,    &Machine::outcome,    &Machine::outcome,
        &Machine::outcome,    &Machine::outcome,    &Machine::settle,     &Machine::settle,
        &Machine::settle,     &Machine::look,       &Machine::clock,      &Machine::clock,
        &Machine::tick,       &Machine::tick,       &Machine::resume,     &Machine::replay};
    model_.events.clear();
    model_.acknowledged = false;
    whole_ = true;
    (this->*kKinds.at(static_cast<std::size_t>(step.kind)))(step);
    compare();
}

void Machine::expect(const std::string& what, const Answer& model, const Ask& ask, const store::By* by) {
    trace_.push_back("at " + std::to_string(model_.now - kStart) + " " +
                     (by ? by->actor + " " + by->scope + " " : "") + what + " -> " + joined(model));
    const auto is = ask();
    // The epoch's random half is the store's own.
    auto shown = is;
    for (auto& part : shown) {
        const auto colon = part.find(':');
        if (colon != std::string::npos && part.size() == colon + 17) part.resize(colon);
    }
    if (shown != model) fail("the store answered " + joined(is) + ", the model " + joined(model));
    ++counts_[what.substr(0, what.find(' ')) + " " + model[0] +
              (model.size() > 1 && model[0] == "err" ? " " + model[1] : "")];
    if (model[0] != "ok" || !by) return;
    if (what.rfind("claim", 0) == 0 || what.rfind("assign", 0) == 0) adopt_epoch(is);
    if (!by->request.empty()) asked_.emplace_back(ask, is);
}

void Machine::adopt_epoch(const Answer& answer) {
    if (answer.size() < 3 || answer[2].empty()) return;
    auto& c = model_.conversations.at(answer[1]);
    if (c.epoch.empty() && !epochs_.insert(c.id + " " + answer[2]).second)
        fail("the epoch " + answer[2] + " came twice");
    c.epoch = answer[2];
}

void Machine::compare() {
    const auto picture = look_at_database();
    const auto broken = broken_invariant(picture.facts);
    if (!broken.empty()) fail(broken);
    auto text = difference(picture.facts, facts_of(model_));
    if (!text.empty()) fail("after this:" + text);
    if (picture.events != model_.events) {
        for (const auto& event : model_.events) text += "\n  event of the model    " + event;
        for (const auto& event : picture.events) text += "\n  event of the database " + event;
        fail("other events:" + text);
    }
    std::multiset<Work> work;
    for (const auto& [entry, item] : picture.work) work.insert(item);
    if (work != model_.work)
        fail("other work is left: " + std::to_string(work.size()) + ", in the model " +
             std::to_string(model_.work.size()));
    for (const auto& [id, c] : model_.conversations) {
        auto& version = versions_[id];
        if (c.version < version) fail("the version of " + id + " went back");
        version = c.version;
    }
    work_ = picture.work;
}

void Machine::fail(const std::string& why) const {
    std::string text = why + "\nsteps:";
    for (const auto& step : trace_) text += "\n  " + step;
    throw std::runtime_error(text);
}

redis::Reply Machine::command(redis::Command command) {
    auto reply = call(client_->call(std::move(command)));
    if (!reply) throw std::runtime_error(to_string(reply.error()));
    return std::move(*reply);
}

// Events that were compared are forgotten, so that a picture stays small.
Picture Machine::look_at_database() {
    std::vector<redis::Command> commands;
    commands.push_back(
        snapshot_command(true, {":rq:", ":rqa:", ":k:", ":kc:", ":i:", ":t:", "}:raw", "{sys}"}));
    commands.emplace_back("DEL", prefix_ + "events", prefix_ + "raw");
    auto replies = call(client_->call_many(std::move(commands)));
    if (!replies || (*replies)[0].is_error()) throw std::runtime_error("no picture of the database");
    std::vector<std::string> lines;
    for (auto& item : (*replies)[0].items()) lines.push_back(item.take_text());
    return read_picture(lines, prefix_, brand_.str());
}

void Machine::set_clock(TimeMs now) {
    clock_.set(now);
    model_.now = now;
    command(redis::Command("FCALL", "g1_test_clock", "0", std::to_string(now)));
}

std::string Machine::agent(int n) const {
    static constexpr std::array<const char*, 3> kAgents = {"bob", "eve", "ann"};
    return kAgents.at(static_cast<std::size_t>(n % 3));
}

store::By Machine::by(const Step& s, const std::string& agent) {
    static constexpr std::array<const char*, 8> kScopes = {
        "*", "*", "*", "*", "*", "care/*/*", "*/*/public", "legal,care/form/*"};
    store::By by{brand_, agent, "", kScopes.at(static_cast<std::size_t>(s.d % 8))};
    if (s.d % 3 != 0) by.request = "r" + std::to_string(++requests_);
    return by;
}

std::string Machine::conversation(int n) const {
    if (model_.conversations.empty()) return "none";
    auto found = model_.conversations.begin();
    std::advance(found, n % static_cast<int>(model_.conversations.size()));
    return found->first;
}

std::string Machine::delivery(int n) const {
    if (model_.deliveries.empty()) return "none";
    auto found = model_.deliveries.begin();
    std::advance(found, n % static_cast<int>(model_.deliveries.size()));
    return found->first;
}

std::string Machine::owned_conversation(int n) const {
    for (int i = 0; i < 10; ++i) {
        const auto* c = find(conversation(n + i));
        if (c && !c->owner.empty()) return c->id;
    }
    return conversation(n);
}

std::string Machine::delivery_that_is(const std::vector<std::string>& states, int n) const {
    for (int i = 0; i < 10; ++i) {
        const auto found = model_.deliveries.find(delivery(n + i));
        if (found == model_.deliveries.end()) continue;
        if (std::find(states.begin(), states.end(), found->second.state) != states.end()) return found->first;
    }
    return delivery(n);
}

bool Machine::any_owned() const {
    return std::any_of(model_.conversations.begin(), model_.conversations.end(),
                       [](const auto& entry) { return !entry.second.owner.empty(); });
}

bool Machine::any_delivery(const std::vector<std::string>& states) const {
    return std::any_of(model_.deliveries.begin(), model_.deliveries.end(), [&](const auto& entry) {
        return std::find(states.begin(), states.end(), entry.second.state) != states.end();
    });
}

const Conversation* Machine::find(const std::string& id) const {
    const auto found = model_.conversations.find(id);
    return found == model_.conversations.end() ? nullptr : &found->second;
}

std::string Machine::epoch(const std::string& conversation, int n) const {
    const auto* c = find(conversation);
    return !c || n % 6 == 5 ? "1:00000000000000ff" : c->epoch;
}

void Machine::acknowledge(const std::string& service, const std::string& entry) {
    if (entry.empty() || !model_.acknowledged) return;
    const auto found = std::find_if(work_.begin(), work_.end(), [&](const auto& w) {
        return w.first == entry && w.second.service == service;
    });
    if (found == work_.end()) return;
    model_.work.erase(model_.work.find(found->second));
    old_work_.push_back(*found);
}

std::string Machine::entry_for(const std::string& what, const std::string& item) const {
    for (const auto& [entry, work] : work_) {
        if (work.what == what && work.item == item) return entry;
    }
    return {};
}

}  // namespace guichet::test::model
