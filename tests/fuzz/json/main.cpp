// JSON to messages of the contract and back; the first byte chooses the message.
#include <google/protobuf/descriptor.h>

#include "common/rpc/json.hpp"
#include "guichet/v1/admin.pb.h"
#include "guichet/v1/events.pb.h"
#include "guichet/v1/inbox.pb.h"
#include "guichet/v1/ingest.pb.h"
#include "guichet/v1/routing.pb.h"
#include "tests/fuzz/lib/input.hpp"

using namespace guichet;

namespace {

std::vector<const google::protobuf::Descriptor*> types() {
    std::vector<const google::protobuf::Descriptor*> all;
    for (const auto* file :
         {v1::Channel::descriptor()->file(), v1::Event::descriptor()->file(),
          v1::Conversation::descriptor()->file(), v1::InboundMessage::descriptor()->file()}) {
        for (int i = 0; i < file->message_type_count(); ++i) all.push_back(file->message_type(i));
    }
    return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    static const auto known = types();
    const auto& type = *known[input.byte() % known.size()];
    const auto text = input.rest();
    if (const auto bytes = rpc::json_to_bytes(type, text)) {
        const auto json = rpc::bytes_to_json(type, *bytes);
        fuzz::must(json.has_value(), "what was read can be written");
        fuzz::must(valid_utf8(*json), "JSON is text");
        const auto again = rpc::json_to_bytes(type, *json);
        fuzz::must(again.has_value(), "what was written can be read");
        fuzz::must(again->size() == bytes->size(), "nothing is lost on the way");
    }
    (void)rpc::bytes_to_json(type, text);
    fuzz::must(valid_utf8(rpc::json_string(text)), "a JSON string is text");
    return 0;
}
