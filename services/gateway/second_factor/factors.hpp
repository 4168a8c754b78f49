#pragma once
// Second factors as they are stored: secrets sealed, each change written with the version that was read, so
// that of two gateways one accepts a code.
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "common/core/seal.hpp"
#include "common/service/context.hpp"
#include "guichet/records/v1/second_factor.pb.h"
#include "services/gateway/second_factor/factor.hpp"

namespace guichet::gateway {

namespace asio = boost::asio;

// An agent of a workspace.
struct Person {
    WorkspaceId workspace;
    std::string agent;
};

class Factors {
  public:
    static constexpr std::chrono::minutes kPendingLife{15};

    Factors(service::Context& context, const Sealer& sealer) : context_(context), sealer_(sealer) {}

    // An empty record when he has none.
    asio::awaitable<Result<records::v1::SecondFactorRecord>> find(Person who);
    // By agent.
    asio::awaitable<Result<std::map<std::string, records::v1::SecondFactorRecord>>> all(
        WorkspaceId workspace);

    // A new secret (base32), in place of one that waits. FAILED_PRECONDITION second_factor_on when one is set
    // up.
    asio::awaitable<Result<std::string>> begin(Person who);
    // The one that waits. FAILED_PRECONDITION not_begun when there is none.
    asio::awaitable<Result<std::string>> pending(Person who);
    // Returns the recovery codes. INVALID_ARGUMENT wrong_code; FAILED_PRECONDITION not_begun.
    asio::awaitable<Result<std::vector<std::string>>> confirm(Person who, std::string typed);
    // What it was. INVALID_ARGUMENT wrong_code: wrong, or accepted before, or he has none.
    asio::awaitable<Result<Accepted>> use(Person who, std::string typed);
    // In place of those before.
    asio::awaitable<Result<std::vector<std::string>>> renew_codes(Person who);
    asio::awaitable<Result<void>> remove(Person who);

  private:
    using Record = records::v1::SecondFactorRecord;
    // Changes the record, or says why not.
    using Change = std::function<Status(Record&)>;
    // Again with what is there then, should it change meanwhile.
    asio::awaitable<Result<void>> change(Person who, Change change);
    Result<std::string> open(const Person& who, const std::string& sealed) const;

    service::Context& context_;
    const Sealer& sealer_;
};

}  // namespace guichet::gateway
