#pragma once
// "prove": the author commented where a link in public has visitors; whether a visitor's code stands in it.
#include <string>
#include <vector>

#include "common/proof/code.hpp"
#include "common/service/context.hpp"
#include "common/store/escalation_types.hpp"

namespace guichet::escalation {

namespace asio = boost::asio;

// What a comment means for all visitors together.
struct CodeFound {
    proof::Attempt attempt = proof::Attempt::none;
    // matched: whose it is.
    std::string visitor;
    std::string code;
    // Visitors for whom it counts as a wrong one.
    std::vector<std::string> wrong;
};
CodeFound look_for_code(const std::vector<store::Visitor>& visitors, const std::string& text,
                        const proof::Account& poster, const proof::Account& author, TimeMs now,
                        const proof::CodeSettings& settings);

class ProofWork {
  public:
    explicit ProofWork(service::Context& context) : context_(context) {}

    // Settles the entry and hands on to triage, unless the comment is a code that was right and nothing else.
    // Done twice it counts once.
    asio::awaitable<Result<void>> prove(store::WorkItem item);

  private:
    // The author of message `seq`; of an edit, of what it changed.
    asio::awaitable<Result<std::string>> author_of(const store::WorkItem& item, const v1::Message& message);
    std::string note(const CodeFound& found) const;

    service::Context& context_;
};

}  // namespace guichet::escalation
