#pragma once
// More than CallRecord says, for observers of a Dispatcher: which deed a write was. subject.hpp has the
// words.
#include <string>

namespace guichet::rpc {

struct CallDetails {
    // A write by the contract; the others are filled in only then.
    bool write = false;
    std::string grant;
    std::string conversation;
    std::string subject;
};

// Of the call whose record this thread's observers are being told; outside of that: no write, empty.
const CallDetails& details_of_record();

}  // namespace guichet::rpc
