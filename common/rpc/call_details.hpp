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
    // What is told before the answer took charge of the record, and did so for certain: observers need not.
    bool told = false;
    bool safe = false;
};

// Of the call whose record this thread's observers are being told; outside of that: no write, empty.
const CallDetails& details_of_record();

}  // namespace guichet::rpc
