#pragma once
// How Graph shows a page's objects: the fields that are asked for (the object's few usual ones where none
// are), edges in pages with cursors. A field that the object has not is refused, as the platform does.
#include <map>
#include <string>

#include "services/demo/platform/fields.hpp"
#include "services/demo/platform/page.hpp"

namespace guichet::stand_in {

inline constexpr std::size_t kDefaultLimit = 25;
inline constexpr std::size_t kMaxLimit = 100;

// limit, after, order, since, until, filter, user_id
using Arguments = std::map<std::string, std::string>;

// How an edge is asked for.
struct Edge {
    Arguments arguments;
    FieldList fields;
    // The fields as they were written.
    std::string asked;
};

class Views {
  public:
    explicit Views(const Page& page) : page_(page) {}

    json::object page(const FieldList& fields) const;
    json::object post(const Post& post, const FieldList& fields) const;
    json::object comment(const Comment& comment, const FieldList& fields) const;
    json::object person(const Person& person, const FieldList& fields) const;
    json::object direct(const Direct& direct, const FieldList& fields) const;
    json::object thread(const std::string& psid, const FieldList& fields) const;

    // {"data": […], "paging": {"cursors": {…}, "next": "…"}}; "next" only where there is more: the edge's
    // path below the version and its query, without token.
    json::object comments_of(const std::string& parent, const Edge& edge) const;
    json::object feed(const Edge& edge) const;
    json::object threads(const Edge& edge) const;
    json::object messages_of(const std::string& psid, const Edge& edge) const;

  private:
    json::value author(const std::string& id) const;
    // Null: none, or not shown yet.
    const Direct* private_reply_to(const Comment& comment) const;

    const Page& page_;
};

// The id of a person's thread, and back; "" when it is none.
std::string thread_id(const std::string& psid);
std::string psid_of_thread(const std::string& thread);
// "2026-11-22T10:00:00+0000"
std::string graph_time(TimeMs at);

}  // namespace guichet::stand_in
