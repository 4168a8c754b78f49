#include <memory>

#include "guichet/v1/contacts.pb.h"
#include "services/guichet/cli/command.hpp"
#include "services/guichet/cli/desk.hpp"

namespace guichet::cli {
namespace {

std::string segments_text(const v1::ListSegmentsResponse& found) {
    if (found.segments().empty()) return "No contact has a segment.\n";
    std::vector<std::vector<std::string>> rows;
    for (const auto& one : found.segments())
        rows.push_back({safe(one.name(), 60), std::to_string(one.contacts())});
    return table({"SEGMENT", "CONTACTS"}, rows);
}

template <class Response>
std::string kept_text(const Response& response) {
    const auto& kept = response.segment();
    if (!kept.has_at()) return "of no segment\n";
    return (kept.segment().empty() ? "of no segment" : "segment " + safe(kept.segment(), 60)) + ", said by " +
           kept.actor() + " " + to_iso8601(kept.at().seconds() * 1000) + "\n";
}

}  // namespace

void add_segment(CLI::App& app, Common& common) {
    struct Options {
        std::string contact, segment;
        bool none = false;
    };
    auto options = std::make_shared<Options>();
    auto* command =
        add(app, common, "segment", "what kind of customer a contact is, or which kinds are in use");
    command->add_option("contact", options->contact, "without: the segments in use");
    auto* named = command->add_option("segment", options->segment, "\"VIP\", \"press\"");
    auto* none = command->add_flag("--none", options->none, "of none")->excludes(named);
    command->callback([&common, options, named, none] {
        with_server(common, [&](rpc::SyncClient& client) {
            if (options->contact.empty()) {
                return call<v1::ListSegmentsResponse>(client, common, "ContactService/ListSegments",
                                                      v1::ListSegmentsRequest{}, segments_text);
            }
            if (named->count() + none->count() == 0) {
                v1::GetSegmentRequest request;
                request.set_contact(options->contact);
                return call<v1::GetSegmentResponse>(client, common, "ContactService/GetSegment", request,
                                                    kept_text<v1::GetSegmentResponse>);
            }
            v1::SetSegmentRequest request;
            request.set_request_id(Connection::request_id());
            request.set_contact(options->contact);
            request.set_segment(options->segment);
            return call<v1::SetSegmentResponse>(client, common, "ContactService/SetSegment", request,
                                                kept_text<v1::SetSegmentResponse>);
        });
    });
}

}  // namespace guichet::cli
