#include "services/demo/platform/graph.hpp"

#include "common/core/bytes.hpp"
#include "common/http/text.hpp"
#include "common/runtime/timer.hpp"

namespace guichet::stand_in {
namespace {

constexpr std::size_t kMaxBody = 1024 * 1024;
// Beyond every delay that a test asks for.
constexpr std::chrono::minutes kRouteTimeout{5};

bool is_version(std::string_view text) {
    return text.size() >= 4 && text[0] == 'v' && text.find('.') != std::string_view::npos &&
           text.find_first_not_of("0123456789.", 1) == std::string_view::npos;
}

json::value parsed(std::string_view text) {
    json::error_code ec;
    auto value = json::parse({text.data(), text.size()}, ec);
    return ec ? json::value(nullptr) : value;
}

std::string as_text(const json::value& value) {
    if (value.is_string()) return {value.get_string().data(), value.get_string().size()};
    return value.is_null() ? "" : json::serialize(value);
}

// "recipient" is an object in a JSON body, the text of one in a form.
json::object object_of(const json::object& in, const char* name) {
    const auto* value = in.if_contains(name);
    if (!value) return {};
    if (value->is_object()) return value->get_object();
    const auto inner = parsed(as_text(*value));
    return inner.is_object() ? inner.get_object() : json::object();
}

std::string member(const json::object& object, const char* name) {
    const auto* value = object.if_contains(name);
    return value ? as_text(*value) : "";
}

void add_fields(json::object& in, std::string_view text) {
    const auto fields = http::parse_urlencoded(text);
    if (!fields) throw bad_parameter("The parameters cannot be read");
    for (const auto& [name, value] : *fields) in[name] = value;
}

// The addresses of further pages, however deep; the token rides along, as it does at the platform.
void complete(json::value& shown, const std::string& before, const std::string& behind) {
    if (auto* list = shown.if_array()) {
        for (auto& one : *list) complete(one, before, behind);
    }
    auto* object = shown.if_object();
    if (!object) return;
    for (auto& [name, value] : *object) {
        if (name == "next" && value.is_string()) {
            value = before + as_text(value) + behind;
        } else {
            complete(value, before, behind);
        }
    }
}

const json::object kSuccess{{"success", true}};

}  // namespace

std::string Graph::Call::text(const char* name) const {
    return member(in, name);
}

Arguments Graph::Call::arguments() const {
    Arguments arguments;
    for (const auto& [name, value] : in) arguments[std::string(name)] = as_text(value);
    return arguments;
}

Graph::Graph(const Clock& clock, GraphOptions options)
    : options_(std::move(options)), page_(clock, options_.page) {}

void Graph::register_on(http::Router& router) {
    http::RouteOptions route;
    route.max_body_bytes = kMaxBody;
    route.timeout = kRouteTimeout;
    const auto handler = [self = shared_from_this()](http::Request request) {
        return self->receive(std::move(request));
    };
    for (const auto method : {http::Method::get, http::Method::post, http::Method::del}) {
        router.add(method, "/{version}/{node}", handler, route);
        router.add(method, "/{version}/{node}/{edge}", handler, route);
    }
}

asio::awaitable<http::Response> Graph::receive(http::Request request) {
    const auto self = shared_from_this();
    Seen seen;
    seen.method = http::to_string(request.method);
    seen.path = std::string(request.path());
    seen.version = std::string(request.param("version"));
    requests_.push_back(seen);
    const auto number = requests_.size();
    const auto fault = faults_.next(request.method != http::Method::get);
    requests_.back().fault = fault.kind;
    if (options_.latency.count() > 0) co_await runtime::sleep(options_.latency);
    auto act = [self, request = std::move(request), number] {
        Call call;
        call.number = number;
        return self->act(request, std::move(call));
    };
    auto refuse = [self, number](const Fault& as) {
        auto response = self->refuse(Refusal{as.code, as.message, as.subcode, as.status}, as.after);
        self->requests_[number - 1].status = response.status;
        return response;
    };
    co_return co_await perform(fault, std::move(act), std::move(refuse));
}

Graph::Call Graph::read(const http::Request& request) const {
    Call call;
    call.method = http::to_string(request.method);
    call.node = std::string(request.param("node"));
    call.edge = std::string(request.param("edge"));
    call.base = request.scheme + "://" + request.host + "/" + std::string(request.param("version"));
    add_fields(call.in, request.query());
    if (request.media_type() == "application/json") {
        const auto body = parsed(request.body);
        if (!body.is_object()) throw bad_parameter("The body is no JSON object");
        for (const auto& [name, value] : body.get_object()) call.in[name] = value;
    } else {
        add_fields(call.in, request.body);
    }
    return call;
}

void Graph::check_credentials(const http::Request& request, const Call& call) const {
    auto token = call.text("access_token");
    if (const auto bearer = request.bearer()) token = std::string(*bearer);
    if (token.empty()) {
        throw Refusal{104, "An access token is required to request this resource.", 0, 400};
    }
    if (token != options_.access_token) {
        throw Refusal{190, "Error validating access token: Session has expired", 463, 400};
    }
    const auto proof = call.text("appsecret_proof");
    if (!proof.empty() && proof != hex(hmac_sha256(options_.app_secret, token))) {
        throw Refusal{100, "Invalid appsecret_proof provided in the API argument", 0, 400,
                      "GraphMethodException"};
    }
}

http::Response Graph::act(const http::Request& request, Call call) {
    const auto number = call.number;
    http::Response response;
    try {
        if (!is_version(request.param("version"))) {
            throw Refusal{2500, "Unknown path components: " + std::string(request.path())};
        }
        call = read(request);
        call.number = number;
        requests_[number - 1].parameters = call.in;
        check_credentials(request, call);
        response = http::Response::json(200, json::serialize(answer(call)));
        add_usage(response, std::nullopt);
    } catch (const Refusal& refusal) {
        response = refuse(refusal, std::nullopt);
    }
    requests_[number - 1].status = response.status;
    return response;
}

json::value Graph::answer(const Call& call) {
    if (call.method == "GET") return get(call);
    if (call.method == "POST") return post(call);
    if (call.edge == "likes") {
        page_.like(call.node, false);
        return kSuccess;
    }
    if (!call.edge.empty() || !page_.find_comment(call.node)) throw no_such_object(call.node);
    page_.remove(call.node);
    return kSuccess;
}

json::value Graph::get(const Call& call) const {
    auto found = call.edge.empty() ? get_node(call) : get_edge(call);
    complete(found, call.base + "/", "&access_token=" + http::percent_encode(options_.access_token));
    return found;
}

json::value Graph::get_node(const Call& call) const {
    const auto fields = call.fields();
    if (is_page(call.node)) return views_.page(fields);
    if (const auto* post = page_.find_post(call.node)) return views_.post(*post, fields);
    if (const auto* comment = page_.find_comment(call.node)) return views_.comment(*comment, fields);
    if (const auto* person = page_.by_psid(call.node)) return views_.person(*person, fields);
    if (const auto* with = page_.by_psid(psid_of_thread(call.node))) return views_.thread(with->psid, fields);
    for (const auto& direct : page_.directs()) {
        if (direct.mid == call.node && page_.shown(direct.visible_at)) return views_.direct(direct, fields);
    }
    throw no_such_object(call.node);
}

json::value Graph::get_edge(const Call& call) const {
    const Edge edge{call.arguments(), call.fields(), call.text("fields")};
    if (call.edge == "comments" && (page_.find_post(call.node) || page_.find_comment(call.node))) {
        return views_.comments_of(call.node, edge);
    }
    if (call.edge == "messages" && page_.by_psid(psid_of_thread(call.node))) {
        return views_.messages_of(psid_of_thread(call.node), edge);
    }
    if (!is_page(call.node)) throw no_such_object(call.node);
    if (call.edge == "feed" || call.edge == "posts" || call.edge == "published_posts") {
        return views_.feed(edge);
    }
    if (call.edge == "conversations") return views_.threads(edge);
    if (call.edge == "subscribed_apps") return json::object{{"data", json::array()}};
    throw Refusal{100, "(#100) Tried accessing nonexisting field (" + call.edge + ") on node type (Page)"};
}

json::value Graph::post(const Call& call) {
    if (call.edge == "comments") {
        return json::object{{"id", page_.answer_comment(call.node, call.text("message"), call.number,
                                                        call.text("attachment_url"))}};
    }
    if (call.edge == "likes") {
        page_.like(call.node, true);
        return kSuccess;
    }
    if (call.edge.empty()) return change_comment(call);
    if (!is_page(call.node)) throw no_such_object(call.node);
    if (call.edge == "feed") {
        return json::object{{"id", page_.publish(call.text("message"), call.number)}};
    }
    if (call.edge == "messages") return post_message(call);
    if (call.edge == "subscribed_apps") return kSuccess;
    throw no_such_object(call.node);
}

json::value Graph::post_message(const Call& call) {
    const auto to = object_of(call.in, "recipient");
    const auto text = member(object_of(call.in, "message"), "text");
    const auto type = call.text("messaging_type");
    auto tag = call.text("tag");
    if (type == "MESSAGE_TAG" && tag.empty()) throw bad_parameter("Param tag is missing");
    if (type != "MESSAGE_TAG") tag.clear();
    Page::Sent sent;
    if (const auto comment = member(to, "comment_id"); !comment.empty()) {
        sent = page_.answer_privately(comment, text, call.number);
    } else if (const auto psid = member(to, "id"); !psid.empty()) {
        sent = page_.send(psid, text, tag, call.number);
    } else {
        throw bad_parameter("The parameter recipient is required");
    }
    return json::object{{"recipient_id", sent.recipient}, {"message_id", sent.mid}};
}

json::value Graph::change_comment(const Call& call) {
    if (!page_.find_comment(call.node)) throw no_such_object(call.node);
    const auto hidden = call.text("is_hidden");
    if (!hidden.empty()) page_.hide(call.node, hidden == "true" || hidden == "1");
    if (const auto text = call.text("message"); !text.empty()) page_.edit(call.node, text);
    return kSuccess;
}

http::Response Graph::refuse(const Refusal& refusal, std::optional<std::chrono::seconds> after) {
    json::object error{{"message", refusal.message}, {"type", refusal.type}, {"code", refusal.code}};
    if (refusal.subcode != 0) error["error_subcode"] = refusal.subcode;
    error["fbtrace_id"] = "A" + std::to_string(requests_.size()) + "standin";
    auto response =
        http::Response::json(refusal.status, json::serialize(json::object{{"error", std::move(error)}}));
    if (refusal.code == 190) {
        response.header("WWW-Authenticate", R"(OAuth "Facebook Platform" "invalid_token")");
    }
    add_usage(response, after);
    return response;
}

// In percent; here always some. When a caller may come back is told in minutes, for business use cases only.
void Graph::add_usage(http::Response& response, std::optional<std::chrono::seconds> after) const {
    const json::object usage{{"call_count", 28}, {"total_time", 25}, {"total_cputime", 25}};
    response.header("X-App-Usage", json::serialize(usage));
    response.header("X-Page-Usage", json::serialize(usage));
    auto business = usage;
    business["type"] = "pages";
    business["estimated_time_to_regain_access"] = after ? (after->count() + 59) / 60 : 0;
    response.header("X-Business-Use-Case-Usage",
                    json::serialize(json::object{{options_.page.id, json::array{std::move(business)}}}));
}

}  // namespace guichet::stand_in
