#pragma once
// The visitor's pages, served by the town: the public page with the guided strip, Anna's phone, the way to
// the counter.
//
//     GET  /            the public page          GET /phone     what Anna has in private
//     GET  /console     303 to a sign-in link    GET /demo/state     everything shown, as JSON
//     POST /demo/say     {"text", "parent"?}     POST /demo/message  {"text"}     POST /demo/break
//
// What is wrong is answered 400 with words. Only pages of this very server may post.
#include <memory>

#include "services/demo/pages/hall.hpp"
#include "services/demo/platform/graph.hpp"

namespace guichet::demo {

inline constexpr char kVisitor[] = "Anna";
inline constexpr std::size_t kMostSaid = 2'000;      // characters of one comment, as bytes
inline constexpr std::size_t kMostComments = 1'000;  // in all; then the page is full
// Threads of others, the newest; the visitor's own are all shown.
inline constexpr std::size_t kShownOthers = 12;

// The hall outlives the router.
void register_pages(http::Router& router, const std::shared_ptr<stand_in::Graph>& graph, Hall& hall);

}  // namespace guichet::demo
