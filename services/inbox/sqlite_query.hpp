#pragma once
// From a Query to SQL. Every value is bound, never pasted.
#include "services/inbox/archive.hpp"
#include "services/inbox/sqlite.hpp"

namespace guichet::inbox {

// Rows: bytes of the conversation, newest first.
Result<Statement> prepare_list(Database& database, const Query& query);
// At most one row: bytes of the conversation with the lowest id.
Result<Statement> prepare_first(Database& database, const Query& query);
// Rows: state, number.
Result<Statement> prepare_counts(Database& database, const Query& query);

}  // namespace guichet::inbox
