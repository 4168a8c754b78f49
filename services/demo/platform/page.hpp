#pragma once
// A page, its customers and what each of them wrote: the state behind the stand-in, with the rules that the
// platform applies to what the page writes. No HTTP here. Refusals are thrown (refusal.hpp).
//
// Facts: Graph API and Messenger Platform reference. Not verified there, and so to be relied on by no test
// but this one's own: which code a private reply beyond its 7 days gets (10903 here).
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "common/core/clock.hpp"
#include "services/demo/platform/refusal.hpp"

namespace guichet::stand_in {

namespace json = boost::json;

inline constexpr TimeMs kPrivateReplyLife = TimeMs{7} * 24 * 3600 * 1000;
inline constexpr TimeMs kWindow = TimeMs{24} * 3600 * 1000;
inline constexpr TimeMs kHumanAgentWindow = TimeMs{7} * 24 * 3600 * 1000;
inline constexpr std::size_t kMaxMessageText = 2'000;  // characters
inline constexpr std::size_t kMaxCommentText = 8'000;  // characters

struct Person {
    // As the author of comments, and as the page's correspondent: two ids, linked by a private reply alone.
    std::string id;
    std::string psid;
    std::string name;
    bool blocks_page = false;
    TimeMs wrote_privately_at = 0;
};

struct Post {
    std::string id;
    std::string author;
    std::string text;
    TimeMs at = 0;
    TimeMs visible_at = 0;
};

struct Comment {
    std::string id;
    std::string post;
    // The post, or the comment it answers.
    std::string parent;
    std::string author;
    std::string text;
    // The address of a picture with it; empty: none.
    std::string photo;
    TimeMs at = 0;
    TimeMs visible_at = 0;
    bool removed = false;
    bool hidden = false;
    bool liked = false;
    bool answered_privately = false;
    // The message that did it: shown as answered once that is.
    std::string private_reply;
};

struct Direct {
    std::string mid;
    std::string psid;
    bool from_page = false;
    std::string text;
    TimeMs at = 0;
    TimeMs visible_at = 0;
    int edits = 0;
};

// What the page really published, in order.
struct Published {
    // "comment", "post", "private_reply" or "message"
    std::string kind;
    std::string id;
    // The comment or post that is answered; of a message, the recipient.
    std::string target;
    std::string text;
    TimeMs at = 0;
    // The HTTP request that did it, as Graph::requests() counts them from 1.
    std::size_t request = 0;
    // Of a comment: where the platform got it from.
    std::string picture;
};

struct PageOptions {
    std::string id = "100200300400500";
    std::string name = "Maison Dupont";
    // Until what was published is shown to whoever reads.
    std::chrono::milliseconds visibility_lag{0};
};

class Page {
  public:
    Page(const Clock& clock, PageOptions options) : clock_(clock), options_(std::move(options)) {}

    // The customers' side. A customer is made when he is first named; what he does is told to `on_told`.
    Person& person(const std::string& name);
    std::string comment(const std::string& author, const std::string& text, std::string parent = {},
                        std::string photo = {});
    std::string message(const std::string& author, const std::string& text, const std::string& reply_to = {});
    // A comment's or a message's.
    void edit(const std::string& id, const std::string& text);
    void remove(const std::string& id);
    // By somebody in the platform's own tools; also a post or a comment of the page.
    std::string post(const std::string& text);
    void hide(const std::string& id, bool hidden);

    // The page's side, as Graph is asked. `request`: who asks, for the record.
    std::string answer_comment(const std::string& target, const std::string& text, std::size_t request,
                               const std::string& picture = {});
    std::string publish(const std::string& text, std::size_t request);
    struct Sent {
        std::string recipient;
        std::string mid;
    };
    Sent answer_privately(const std::string& comment, const std::string& text, std::size_t request);
    // `tag`: of MESSAGE_TAG; empty: a response.
    Sent send(const std::string& psid, const std::string& text, const std::string& tag, std::size_t request);
    void like(const std::string& id, bool liked);

    // Reads; null where there is none, or where it is not shown (any more, yet).
    const Post* find_post(const std::string& id) const;
    const Comment* find_comment(const std::string& id) const;
    const Person* by_id(const std::string& id) const;
    const Person* by_psid(const std::string& psid) const;
    const std::vector<Published>& published() const { return published_; }
    const std::deque<Post>& posts() const { return posts_; }
    const std::deque<Comment>& comments() const { return comments_; }
    const std::deque<Direct>& directs() const { return directs_; }
    bool shown(TimeMs visible_at) const { return visible_at <= clock_.now(); }
    TimeMs now() const { return clock_.now(); }
    const PageOptions& options() const { return options_; }
    void set_visibility_lag(std::chrono::milliseconds lag) { options_.visibility_lag = lag; }
    std::string name_of(const std::string& author) const;

    // One element of a webhook's "entry" for everything that happens.
    std::function<void(json::object entry)> on_told;

  private:
    std::string next_number();
    Comment& comment_of(const std::string& id);
    Direct* direct_of(const std::string& mid);
    Comment& add_comment(const std::string& author, const std::string& text, const std::string& target);
    Direct& add_direct(const std::string& psid, bool from_page, const std::string& text);
    void check_text(const std::string& text, std::size_t limit) const;
    void record(std::string kind, std::string id, std::string target, std::string text, std::size_t request);
    void tell(json::object entry) const;
    void tell_comment(const Comment& comment, const char* verb) const;
    void tell_echo(const Direct& direct) const;

    const Clock& clock_;
    PageOptions options_;
    std::map<std::string, Person> people_;  // by name
    // Deques: references stay valid.
    std::deque<Post> posts_;
    std::deque<Comment> comments_;
    std::deque<Direct> directs_;
    std::vector<Published> published_;
    std::uint64_t last_number_ = 0;
};

}  // namespace guichet::stand_in
