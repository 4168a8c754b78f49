#include "services/demo/platform/page.hpp"

#include <algorithm>

#include "services/demo/platform/payloads.hpp"

namespace guichet::stand_in {
namespace {

// Shaped as the platform's: digits only, longer than a double can hold.
constexpr std::uint64_t kFirstNumber = 122'100'000'000'000'000;
constexpr std::uint64_t kFirstPerson = 24'100'000'000'000'000;
constexpr std::uint64_t kFirstPsid = 7'300'000'000'000'000;

std::size_t characters(const std::string& text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

// The part of "<page>_<post>" that the comments of a post begin with.
std::string short_id(const std::string& post) {
    return post.substr(post.find('_') + 1);
}

template <class List, class Match>
auto* find_in(List& list, Match match) {
    const auto found = std::find_if(list.begin(), list.end(), match);
    return found == list.end() ? nullptr : &*found;
}

}  // namespace

std::string Page::next_number() {
    return std::to_string(kFirstNumber + ++last_number_);
}

Person& Page::person(const std::string& name) {
    auto& person = people_[name];
    if (person.id.empty()) {
        person.name = name;
        person.id = std::to_string(kFirstPerson + people_.size());
        person.psid = std::to_string(kFirstPsid + people_.size());
    }
    return person;
}

const Person* Page::by_id(const std::string& id) const {
    const auto* found = find_in(people_, [&](const auto& one) { return one.second.id == id; });
    return found ? &found->second : nullptr;
}

const Person* Page::by_psid(const std::string& psid) const {
    const auto* found = find_in(people_, [&](const auto& one) { return one.second.psid == psid; });
    return found ? &found->second : nullptr;
}

std::string Page::name_of(const std::string& author) const {
    if (author == options_.id) return options_.name;
    const auto* person = by_id(author);
    return person ? person->name : "";
}

const Post* Page::find_post(const std::string& id) const {
    return find_in(posts_, [&](const Post& post) { return post.id == id && shown(post.visible_at); });
}

const Comment* Page::find_comment(const std::string& id) const {
    return find_in(comments_,
                   [&](const Comment& c) { return c.id == id && !c.removed && shown(c.visible_at); });
}

Comment& Page::comment_of(const std::string& id) {
    auto* found = find_in(comments_, [&](const Comment& c) { return c.id == id && !c.removed; });
    if (!found) throw no_such_object(id);
    return *found;
}

Direct* Page::direct_of(const std::string& mid) {
    return find_in(directs_, [&](const Direct& direct) { return direct.mid == mid; });
}

Comment& Page::add_comment(const std::string& author, const std::string& text, const std::string& target) {
    const auto* post = find_in(posts_, [&](const Post& one) { return one.id == target; });
    Comment made;
    made.post = post ? post->id : comment_of(target).post;
    made.parent = target;
    made.id = short_id(made.post) + "_" + next_number();
    made.author = author;
    made.text = text;
    made.at = clock_.now();
    made.visible_at = made.at;
    return comments_.emplace_back(std::move(made));
}

Direct& Page::add_direct(const std::string& psid, bool from_page, const std::string& text) {
    Direct made;
    made.mid = "m_" + next_number() + "-kQ";
    made.psid = psid;
    made.from_page = from_page;
    made.text = text;
    made.at = clock_.now();
    made.visible_at = made.at;
    return directs_.emplace_back(std::move(made));
}

std::string Page::post(const std::string& text) {
    Post made;
    made.id = options_.id + "_" + next_number();
    made.author = options_.id;
    made.text = text;
    made.at = clock_.now();
    made.visible_at = made.at;
    posts_.push_back(std::move(made));
    tell(post_entry(options_, posts_.back()));
    return posts_.back().id;
}

std::string Page::comment(const std::string& author, const std::string& text, std::string parent,
                          std::string photo) {
    if (parent.empty()) parent = posts_.empty() ? post("Welcome") : posts_.back().id;
    const auto by = author.empty() ? options_.id : person(author).id;
    auto& made = add_comment(by, text, parent);
    made.photo = std::move(photo);
    tell_comment(made, "add");
    return made.id;
}

std::string Page::message(const std::string& author, const std::string& text, const std::string& reply_to) {
    auto& from = person(author);
    auto& made = add_direct(from.psid, false, text);
    from.wrote_privately_at = made.at;
    tell(message_entry(options_, made, reply_to));
    return made.mid;
}

void Page::edit(const std::string& id, const std::string& text) {
    if (auto* direct = direct_of(id)) {
        direct->text = text;
        ++direct->edits;
        return tell(message_edit_entry(options_, *direct, clock_.now()));
    }
    auto& comment = comment_of(id);
    comment.text = text;
    tell_comment(comment, "edited");
}

void Page::remove(const std::string& id) {
    if (auto* direct = direct_of(id)) {
        direct->text.clear();
        return tell(message_removed_entry(options_, *direct, clock_.now()));
    }
    auto& comment = comment_of(id);
    comment.removed = true;
    tell_comment(comment, "remove");
}

void Page::hide(const std::string& id, bool hidden) {
    auto& comment = comment_of(id);
    if (comment.hidden == hidden) return;
    comment.hidden = hidden;
    tell_comment(comment, hidden ? "hide" : "unhide");
}

void Page::like(const std::string& id, bool liked) {
    comment_of(id).liked = liked;
}

void Page::check_text(const std::string& text, std::size_t limit) const {
    if (text.empty()) throw bad_parameter("Param message must be a non-empty string");
    if (characters(text) > limit) {
        throw bad_parameter("Length of param message[text] must be less than or equal to " +
                            std::to_string(limit));
    }
}

void Page::record(std::string kind, std::string id, std::string target, std::string text,
                  std::size_t request) {
    published_.push_back(
        {std::move(kind), std::move(id), std::move(target), std::move(text), clock_.now(), request, {}});
}

std::string Page::answer_comment(const std::string& target, const std::string& text, std::size_t request,
                                 const std::string& picture) {
    if (picture.empty() || !text.empty()) check_text(text, kMaxCommentText);
    if (!picture.empty() && picture.rfind("https://", 0) != 0)
        throw bad_parameter("attachment_url is not a valid URL");
    auto& made = add_comment(options_.id, text, target);
    made.visible_at += options_.visibility_lag.count();
    record("comment", made.id, target, text, request);
    published_.back().picture = picture;
    tell_comment(made, "add");
    return made.id;
}

std::string Page::publish(const std::string& text, std::size_t request) {
    check_text(text, kMaxCommentText);
    auto id = post(text);
    posts_.back().visible_at += options_.visibility_lag.count();
    record("post", id, options_.id, text, request);
    return id;
}

Page::Sent Page::answer_privately(const std::string& id, const std::string& text, std::size_t request) {
    check_text(text, kMaxMessageText);
    auto& comment = comment_of(id);
    const auto* to = by_id(comment.author);
    if (!to) throw bad_parameter("A page cannot answer itself");
    if (comment.answered_privately) throw Refusal{10900, "(#10900) Activity already replied to"};
    if (clock_.now() - comment.at > kPrivateReplyLife) {
        throw Refusal{10903, "(#10903) This user can't reply to this activity"};
    }
    if (to->blocks_page) throw Refusal{551, "(#551) This person isn't available right now.", 1545041};
    comment.answered_privately = true;
    auto& made = add_direct(to->psid, true, text);
    made.visible_at += options_.visibility_lag.count();
    comment.private_reply = made.mid;
    record("private_reply", made.mid, id, text, request);
    tell_echo(made);
    return {to->psid, made.mid};
}

Page::Sent Page::send(const std::string& psid, const std::string& text, const std::string& tag,
                      std::size_t request) {
    check_text(text, kMaxMessageText);
    const auto* to = by_psid(psid);
    if (!to) throw Refusal{100, "(#100) No matching user found", 2018001};
    if (to->blocks_page) throw Refusal{551, "(#551) This person isn't available right now.", 1545041};
    if (!tag.empty() && tag != "HUMAN_AGENT") throw bad_parameter("Param tag must be a known message tag");
    const auto window = tag.empty() ? kWindow : kHumanAgentWindow;
    if (to->wrote_privately_at == 0 || clock_.now() - to->wrote_privately_at > window) {
        throw Refusal{10, "(#10) This message is sent outside of allowed window.", 2018278};
    }
    auto& made = add_direct(psid, true, text);
    made.visible_at += options_.visibility_lag.count();
    record("message", made.mid, psid, text, request);
    tell_echo(made);
    return {psid, made.mid};
}

void Page::tell(json::object entry) const {
    if (on_told) on_told(std::move(entry));
}

void Page::tell_comment(const Comment& comment, const char* verb) const {
    tell(comment_entry(options_, comment, name_of(comment.author), verb, clock_.now()));
}

void Page::tell_echo(const Direct& direct) const {
    tell(message_entry(options_, direct, ""));
}

}  // namespace guichet::stand_in
