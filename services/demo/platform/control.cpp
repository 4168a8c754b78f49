#include "services/demo/platform/control.hpp"

#include <map>
#include <stdexcept>

#include "common/core/bytes.hpp"

namespace guichet::stand_in {
namespace {

constexpr int kMostTimes = 1'000'000;

std::string word(const json::object& in, const char* name, const std::string& otherwise = {}) {
    const auto* value = in.if_contains(name);
    if (!value || value->is_null()) return otherwise;
    if (!value->is_string()) throw std::invalid_argument(std::string(name) + " is not a text");
    return {value->get_string().data(), value->get_string().size()};
}

std::string needed(const json::object& in, const char* name) {
    auto value = word(in, name);
    if (value.empty()) throw std::invalid_argument(std::string(name) + " is missing");
    return value;
}

std::int64_t whole(const json::object& in, const char* name, std::int64_t otherwise) {
    const auto* value = in.if_contains(name);
    if (!value || value->is_null()) return otherwise;
    if (!value->is_int64()) throw std::invalid_argument(std::string(name) + " is not a whole number");
    return value->get_int64();
}

bool flag(const json::object& in, const char* name, bool otherwise) {
    const auto* value = in.if_contains(name);
    return value && value->is_bool() ? value->get_bool() : otherwise;
}

Fault named_fault(const std::string& kind, std::optional<std::chrono::seconds> after) {
    if (kind == "throttled") return Fault::throttled(after);
    if (kind == "server_error") return Fault::server_error();
    if (kind == "expired_token") return Fault::expired_token();
    const auto known = fault_kind(kind);
    if (!known) throw std::invalid_argument("there is no kind of fault " + kind);
    Fault fault;
    fault.kind = *known;
    fault.message = "An unknown error has occurred.";
    fault.after = after;
    return fault;
}

Fault::On side(const std::string& name) {
    if (name == "writes") return Fault::On::writes;
    if (name == "reads") return Fault::On::reads;
    if (name == "all") return Fault::On::all;
    throw std::invalid_argument("on is writes, reads or all");
}

json::object shown(const Published& one) {
    return {{"kind", one.kind}, {"id", one.id},           {"target", one.target},  {"text", one.text},
            {"at", one.at},     {"request", one.request}, {"picture", one.picture}};
}

json::object shown(const Seen& one) {
    return {{"method", one.method},
            {"path", one.path},
            {"fault", to_string(one.fault)},
            {"status", one.status},
            {"parameters", one.parameters}};
}

template <class List>
json::array shown_all(const List& list) {
    json::array all;
    for (const auto& one : list) all.push_back(shown(one));
    return all;
}

class Control {
  public:
    Control(std::shared_ptr<Graph> graph, Courier& courier, ControlOptions options)
        : graph_(std::move(graph)),
          courier_(courier),
          options_(std::move(options)),
          last_(std::make_shared<json::object>()) {
        page().on_told = [before = page().on_told, last = last_, &courier](json::object entry) {
            *last = entry;
            if (before) before(entry);
            courier.take(std::move(entry));
        };
    }

    json::object comment(const json::object& in) {
        const auto author = word(in, "author");
        return told(page().comment(author, needed(in, "text"), word(in, "parent"), word(in, "photo")),
                    author);
    }
    json::object picture(const json::object& in) {
        const auto name = needed(in, "name");
        const auto bytes = from_base64(word(in, "base64"));
        if (!bytes) throw std::invalid_argument("base64 is none");
        if (bytes->empty())
            pictures_.erase(name);
        else
            pictures_[name] = *bytes;
        return {{"path", "/_pictures/" + name}};
    }
    // What is not kept any more is answered as by Meta's own hosts: 403.
    http::Response show_picture(const http::Request& request) const {
        const auto found = pictures_.find(std::string(request.param("name")));
        if (found == pictures_.end()) return http::Response::text(403, "URL signature expired");
        auto response = http::Response::text(200, found->second);
        response.header("Content-Type", "image/png");
        return response;
    }
    json::object message(const json::object& in) {
        const auto author = needed(in, "author");
        return told(page().message(author, needed(in, "text"), word(in, "reply_to")), author);
    }
    json::object post(const json::object& in) { return told(page().post(needed(in, "text")), ""); }
    json::object edit(const json::object& in) {
        page().edit(needed(in, "id"), needed(in, "text"));
        return told(needed(in, "id"), "");
    }
    json::object remove(const json::object& in) {
        page().remove(needed(in, "id"));
        return told(needed(in, "id"), "");
    }
    json::object hide(const json::object& in) {
        page().hide(needed(in, "id"), flag(in, "hidden", true));
        return told(needed(in, "id"), "");
    }
    json::object block(const json::object& in) {
        page().person(needed(in, "author")).blocks_page = flag(in, "blocked", true);
        return {};
    }
    json::object fault(const json::object& in) {
        const auto times = whole(in, "times", 1);
        if (times < 1 || times > kMostTimes) throw std::invalid_argument("times is out of range");
        graph_->faults().script(fault_from(in), static_cast<int>(times));
        return {{"left", graph_->faults().left()}};
    }
    json::object chaos(const json::object& in) {
        std::vector<Fault> kinds;
        for (const auto& kind : in.at("kinds").as_array()) {
            kinds.push_back(kind.is_object() ? fault_from(kind.get_object())
                                             : fault_from({{"kind", kind.as_string()}}));
        }
        const auto probability = in.at("probability").to_number<double>();
        graph_->faults().at_random(static_cast<std::uint64_t>(whole(in, "seed", 1)), probability,
                                   std::move(kinds));
        return {};
    }
    json::object calm(const json::object&) {
        graph_->faults().clear();
        return {};
    }
    json::object settings(const json::object& in) {
        const auto token = word(in, "access_token");
        if (!token.empty()) graph_->set_access_token(token);
        graph_->set_latency(Milliseconds(whole(in, "latency_ms", graph_->options().latency.count())));
        const auto lag = page().options().visibility_lag.count();
        page().set_visibility_lag(Milliseconds(whole(in, "visibility_lag_ms", lag)));
        auto courier = courier_.options();
        courier.copies = static_cast<int>(whole(in, "copies", courier.copies));
        courier.shuffle =
            static_cast<std::size_t>(whole(in, "shuffle", static_cast<std::int64_t>(courier.shuffle)));
        courier.batch =
            static_cast<std::size_t>(whole(in, "batch", static_cast<std::int64_t>(courier.batch)));
        courier.seed = static_cast<std::uint64_t>(whole(in, "seed", static_cast<std::int64_t>(courier.seed)));
        courier.hold = flag(in, "hold", courier.hold);
        courier_.set(courier);
        return {};
    }
    json::object clock(const json::object& in) {
        if (!options_.advance) throw std::invalid_argument("this clock cannot be moved");
        options_.advance(Milliseconds(whole(in, "advance_ms", 0)));
        return {{"now", page().now()}};
    }
    json::object published(const json::object&) { return {{"published", shown_all(page().published())}}; }
    json::object requests(const json::object&) { return {{"requests", shown_all(graph_->requests())}}; }
    json::object state(const json::object&) {
        return {{"waiting", courier_.waiting()},
                {"delivered", courier_.delivered()},
                {"refused", courier_.refused()},
                {"faults", graph_->faults().left()},
                {"published", page().published().size()},
                {"requests", graph_->requests().size()},
                {"now", page().now()}};
    }
    // By value: the request may outlive what it was made of.
    static asio::awaitable<json::object> subscribe(std::shared_ptr<Control> self, json::object in) {
        auto status = co_await self->courier_.subscribe(needed(in, "url"), self->options_.verify_token);
        if (!status.ok()) throw std::invalid_argument(status.message);
        co_return json::object{};
    }

  private:
    Page& page() { return graph_->page(); }
    json::object told(const std::string& id, const std::string& author) {
        auto webhook = pack({*last_}, graph_->options().app_secret);
        json::object answer{{"id", id},
                            {"body", webhook.body},
                            {"signature", std::string(webhook.headers.get(kHubSignature))}};
        if (!author.empty()) {
            const auto& person = page().person(author);
            answer["author"] = person.id;
            answer["psid"] = person.psid;
        }
        return answer;
    }

    std::shared_ptr<Graph> graph_;
    Courier& courier_;
    ControlOptions options_;
    std::shared_ptr<json::object> last_;
    std::map<std::string, std::string> pictures_;
};

json::object body_of(const http::Request& request) {
    if (request.body.empty()) return {};
    return json::parse(request.body).as_object();
}

using Answer = asio::awaitable<json::object> (*)(std::shared_ptr<Control>, json::object);
template <json::object (Control::*Method)(const json::object&)>
asio::awaitable<json::object> at_once(std::shared_ptr<Control> control, json::object in) {
    co_return (control.get()->*Method)(in);
}

asio::awaitable<http::Response> answer_control(std::shared_ptr<Control> control, Answer answer,
                                               http::Request request) {
    std::string wrong;
    try {
        auto in = body_of(request);
        auto out = co_await answer(control, std::move(in));
        co_return http::Response::json(200, json::serialize(out));
    } catch (const std::exception& error) {
        wrong = error.what();
    } catch (const Refusal& refusal) {
        wrong = refusal.message;
    }
    co_return http::Response::error(400, "invalid_argument", wrong);
}

asio::awaitable<http::Response> show_picture(std::shared_ptr<Control> control, http::Request request) {
    co_return control->show_picture(request);
}

}  // namespace

Fault fault_from(const json::object& in) {
    std::optional<std::chrono::seconds> after;
    if (in.contains("after_s")) after = std::chrono::seconds(whole(in, "after_s", 0));
    auto fault = named_fault(needed(in, "kind"), after);
    fault.on = side(word(in, "on", "writes"));
    fault.status = static_cast<int>(whole(in, "status", fault.status));
    fault.code = static_cast<int>(whole(in, "code", fault.code));
    fault.subcode = static_cast<int>(whole(in, "subcode", fault.subcode));
    fault.delay = Milliseconds(whole(in, "delay_ms", 0));
    return fault;
}

void register_control(http::Router& router, std::shared_ptr<Graph> graph, Courier& courier,
                      ControlOptions options) {
    const auto control = std::make_shared<Control>(std::move(graph), courier, std::move(options));
    const auto add = [&](http::Method method, const char* name, Answer answer) {
        router.add(method, std::string("/_control/") + name, [control, answer](http::Request request) {
            return answer_control(control, answer, std::move(request));
        });
    };
    add(http::Method::post, "comment", at_once<&Control::comment>);
    add(http::Method::post, "picture", at_once<&Control::picture>);
    add(http::Method::post, "message", at_once<&Control::message>);
    add(http::Method::post, "post", at_once<&Control::post>);
    add(http::Method::post, "edit", at_once<&Control::edit>);
    add(http::Method::post, "remove", at_once<&Control::remove>);
    add(http::Method::post, "hide", at_once<&Control::hide>);
    add(http::Method::post, "block", at_once<&Control::block>);
    add(http::Method::post, "fault", at_once<&Control::fault>);
    add(http::Method::post, "chaos", at_once<&Control::chaos>);
    add(http::Method::post, "calm", at_once<&Control::calm>);
    add(http::Method::post, "settings", at_once<&Control::settings>);
    add(http::Method::post, "clock", at_once<&Control::clock>);
    add(http::Method::post, "subscribe", Control::subscribe);
    add(http::Method::get, "published", at_once<&Control::published>);
    add(http::Method::get, "requests", at_once<&Control::requests>);
    add(http::Method::get, "state", at_once<&Control::state>);
    router.get("/_pictures/{name}",
               [control](http::Request request) { return show_picture(control, std::move(request)); });
}

}  // namespace guichet::stand_in
