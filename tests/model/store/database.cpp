#include "tests/model/store/database.hpp"

#include <algorithm>
#include <set>

namespace guichet::test::model {
namespace {

const std::set<std::string> kConversationFields = {
    "st", "v",  "in", "ms", "ow", "ep", "en", "le", "sz", "rv",  "os", "po", "q",  "due",
    "fd", "fa", "rt", "oc", "ts", "lb", "tm", "lg", "ch", "vis", "th", "pv", "la", "od"};
const std::set<std::string> kDeliveryFields = {"st", "c",  "q",  "in", "a",  "at", "tk", "sb",
                                               "hu", "ra", "af", "go", "rm", "er", "tx", "v"};

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> parts(1);
    for (char c : text) {
        if (c == ' ') {
            parts.emplace_back();
        } else {
            parts.back().push_back(c);
        }
    }
    return parts;
}

bool starts_with(const std::string& text, const std::string& start) {
    return text.rfind(start, 0) == 0;
}

// A stream's ids are not in order as texts.
std::pair<std::int64_t, std::int64_t> order_of(const std::string& id) {
    return {std::atoll(id.c_str()), std::atoll(id.c_str() + id.find('-') + 1)};
}

// An absent number and zero are the same.
void put(Facts& facts, const std::string& name, const std::string& value) {
    if (!value.empty() && value != "0") facts[name] = value;
}

void read_hash(Facts& facts, const std::string& line, const std::set<std::string>& fields) {
    const auto first = line.find(' ');
    const auto second = line.find(" = ", first);
    const auto field = line.substr(first + 1, second - first - 1);
    if (fields.empty() || fields.count(field)) put(facts, line.substr(0, second), line.substr(second + 3));
}

void read_record(Facts& facts, const std::string& line) {
    const auto at = line.find(" @ ");
    const auto is = line.find(" = ");
    if (starts_with(line, "c:")) {
        read_hash(facts, line, kConversationFields);
    } else if (starts_with(line, "o:")) {
        read_hash(facts, line, kDeliveryFields);
    } else if (starts_with(line, "a:") || starts_with(line, "dr:")) {
        read_hash(facts, line, {});
    } else if (starts_with(line, "d:")) {
        facts[line.substr(0, is)] = line.substr(is + 3);
    } else if (starts_with(line, "q:") || starts_with(line, "qs ") || starts_with(line, "qa:") ||
               starts_with(line, "own:") || starts_with(line, "ag ") || starts_with(line, "od ")) {
        facts[line.substr(0, at)] = line.substr(at + 3);
    } else if (starts_with(line, "ds:")) {
        facts[line.substr(0, at)] = "listed";
    } else if (starts_with(line, "ol:")) {
        const auto end = line.find("] ");
        facts[line.substr(0, end + 1)] = line.substr(end + 2);
    } else if (starts_with(line, "m:")) {
        const auto end = line.find("] ");
        const auto bar = line.find('|', line.find('|', end) + 1);
        facts[line.substr(0, end + 1)] = line.substr(end + 2, bar - end - 1);
    }
}

std::string text_of(const MaybeTime& time) {
    return time ? std::to_string(*time) : "";
}

void add_conversation(Facts& facts, const Conversation& c) {
    const auto key = "c:" + c.id + " ";
    const std::map<std::string, std::string> fields = {{"st", c.state},
                                                       {"v", std::to_string(c.version)},
                                                       {"in", std::to_string(c.inbound)},
                                                       {"ow", c.owner},
                                                       {"ms", std::to_string(c.messages)},
                                                       {"ep", c.epoch},
                                                       {"le", text_of(c.lease)},
                                                       {"en", std::to_string(c.epochs)},
                                                       {"sz", text_of(c.snoozed)},
                                                       {"po", c.preferred},
                                                       {"rv", text_of(c.reserved_until)},
                                                       {"os", text_of(c.owned_since)},
                                                       {"q", c.queue()},
                                                       {"due", text_of(c.due)},
                                                       {"fd", text_of(c.first_due)},
                                                       {"rt", c.aside ? "1" : ""},
                                                       {"fa", text_of(c.first_answer)},
                                                       {"oc", c.outcome},
                                                       {"lb", c.labels},
                                                       {"ts", std::to_string(c.triaged)},
                                                       {"tm", c.team},
                                                       {"lg", c.language},
                                                       {"ch", c.channel},
                                                       {"vis", c.visibility},
                                                       {"th", c.thread},
                                                       {"pv", c.preview},
                                                       {"la", c.last_external},
                                                       {"od", std::to_string(c.open.size())}};
    for (const auto& [field, value] : fields) put(facts, key + field, value);
    for (const auto& [actor, text] : c.drafts) facts["dr:" + c.id + " " + actor] = text;
    for (std::size_t i = 0; i < c.entries.size(); ++i) {
        facts["m:" + c.id + " [" + std::to_string(i + 1) + "]"] = c.entries[i];
    }
    for (std::size_t i = 0; i < c.open.size(); ++i) {
        facts["ol:" + c.id + " [" + std::to_string(i + 1) + "]"] = c.open[i];
    }
    if (!c.owner.empty()) facts["own:" + c.owner + " " + c.id] = text_of(c.owned_since);
    const auto queue = c.queue();
    const bool in_no_queue =
        c.state == "owned" || (c.state == "waiting" && (queue.empty() || queue[0] == '@'));
    if (in_no_queue && c.due) facts["od " + c.id] = text_of(c.due);
    if (queue.empty()) return;
    const auto due = text_of(c.due);
    if (queue[0] == '@') {
        facts["qa:" + queue.substr(1) + " " + c.id] = due;
        return;
    }
    facts["q:" + queue + " " + c.id] = due;
    auto& head = facts["qs " + queue];
    if (head.empty() || *c.due < std::atoll(head.c_str())) head = due;
}

void add_delivery(Facts& facts, const Delivery& d) {
    const auto key = "o:" + d.id + " ";
    const std::map<std::string, std::string> fields = {{"st", d.state},
                                                       {"c", d.conversation},
                                                       {"q", std::to_string(d.seq)},
                                                       {"a", d.actor},
                                                       {"in", std::to_string(d.inbound)},
                                                       {"at", std::to_string(d.attempts)},
                                                       {"tk", d.token},
                                                       {"sb", text_of(d.silent_at)},
                                                       {"hu", text_of(d.held_until)},
                                                       {"af", d.after},
                                                       {"ra", text_of(d.again_at)},
                                                       {"go", d.insisted ? "1" : ""},
                                                       {"rm", d.remote},
                                                       {"er", d.error},
                                                       {"tx", d.text},
                                                       {"v", std::to_string(d.version)}};
    for (const auto& [field, value] : fields) put(facts, key + field, value);
    static const std::set<std::string> kWaiting = {"held", "retry", "unconfirmed", "failed"};
    if (kWaiting.count(d.state)) facts["ds:" + d.state + " " + d.id] = "listed";
}

}  // namespace

Picture read_picture(const std::vector<std::string>& lines, const std::string& prefix,
                     const std::string& workspace) {
    Picture picture;
    std::map<std::pair<std::int64_t, std::int64_t>, std::string> events;
    const auto inside = workspace + ":";
    for (const auto& whole : lines) {
        if (!starts_with(whole, prefix)) continue;
        const auto line = whole.substr(prefix.size());
        if (starts_with(line, inside)) {
            read_record(picture.facts, line.substr(inside.size()));
            continue;
        }
        const auto parts = split(line);
        if (parts[0] == "events") {
            events[order_of(parts[1])] = parts[3] + " " + parts[7] + " " + parts[9] + " " + parts[11] + " " +
                                         parts[17] + " " + parts[15];
        } else if (starts_with(line, "work:") && parts.size() >= 10) {
            picture.work.push_back({parts[1], {parts[0].substr(5), parts[3], parts[7], parts[9]}});
        } else if (parts[0] == "timers") {
            picture.facts["timers " + parts[1]] = parts[3];
        } else if (parts[0] == "resumed") {
            picture.facts["resumed"] = parts[2];
        }
    }
    for (auto& [id, text] : events) picture.events.push_back(std::move(text));
    std::sort(picture.work.begin(), picture.work.end(),
              [](const auto& a, const auto& b) { return order_of(a.first) < order_of(b.first); });
    return picture;
}

Facts facts_of(const Model& model) {
    Facts facts;
    for (const auto& [id, c] : model.conversations) add_conversation(facts, c);
    for (const auto& [id, d] : model.deliveries) add_delivery(facts, d);
    for (const auto& [id, a] : model.agents) {
        facts["ag " + id] = "0";
        put(facts, "a:" + id + " ps", a.presence);
        put(facts, "a:" + id + " un", text_of(a.until));
        put(facts, "a:" + id + " cap", std::to_string(a.capacity));
    }
    for (const auto& [external, k] : model.known) {
        facts["d:" + external] = k.conversation + "|" +
                                 (k.conversation.empty() ? "" : std::to_string(k.seq)) + "|" +
                                 std::to_string(k.ordinal) + "|" + k.flag + "|" + k.digest;
    }
    for (const auto& timer : model.timers()) facts["timers " + timer.member] = std::to_string(timer.at);
    if (model.resumed) facts["resumed"] = std::to_string(*model.resumed);
    return facts;
}

std::string difference(const Facts& database, const Facts& model) {
    std::string text;
    for (const auto& [name, value] : database) {
        const auto found = model.find(name);
        if (found == model.end()) {
            text += "\n  only the database has   " + name + " = " + value;
        } else if (found->second != value) {
            text += "\n  the database has        " + name + " = " + value + ", the model " + found->second;
        }
    }
    for (const auto& [name, value] : model) {
        if (!database.count(name)) text += "\n  the database has not    " + name + " = " + value;
    }
    return text;
}

std::string broken_invariant(const Facts& database) {
    std::map<std::string, int> owners, queues;
    std::map<std::string, std::string> state, owner, aside, open;
    std::map<std::string, int> listed;
    for (const auto& [name, value] : database) {
        const auto space = name.find(' ');
        const auto rest = space == std::string::npos ? "" : name.substr(space + 1);
        const auto id = starts_with(name, "c:") ? name.substr(2, space - 2) : "";
        if (starts_with(name, "own:")) ++owners[rest];
        if (starts_with(name, "q:") || starts_with(name, "qa:")) ++queues[rest];
        if (starts_with(name, "ol:")) ++listed[name.substr(3, space - 3)];
        if (id.empty()) continue;
        if (rest == "st") state[id] = value;
        if (rest == "ow") owner[id] = value;
        if (rest == "rt") aside[id] = value;
        if (rest == "od") open[id] = value;
    }
    for (const auto& [id, word] : state) {
        if (owners[id] > 1) return id + " has several owners";
        if ((word == "owned") != !owner[id].empty())
            return id + " is owned by nobody, or owned though " + word;
        if ((owners[id] == 1) != !owner[id].empty()) return id + " is not in its owner's set";
        const bool in_queue = word == "waiting" && aside[id].empty();
        if (queues[id] != (in_queue ? 1 : 0))
            return id + " is " + word + " and in " + std::to_string(queues[id]) + " queues";
        if (!aside[id].empty() && (word != "waiting" || listed[id] == 0))
            return id + " is aside without an answer on its way";
        if (in_queue && listed[id] > 0) return id + " can be taken while an answer is on its way";
        if (std::atoi(open[id].c_str()) != listed[id]) return id + " counts its deliveries wrongly";
    }
    return {};
}

}  // namespace guichet::test::model
