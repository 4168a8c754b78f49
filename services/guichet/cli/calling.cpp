#include <map>
#include <memory>

#include "services/guichet/cli/command.hpp"

namespace guichet::cli {

void add_calling(CLI::App& app, Common& common) {
    static const std::map<std::string, v1::CallResult> kResults{{"reached", v1::CALL_RESULT_REACHED},
                                                                {"not-reached", v1::CALL_RESULT_NOT_REACHED},
                                                                {"declined", v1::CALL_RESULT_DECLINED}};
    struct Options {
        std::string conversation, note;
        v1::CallResult result = v1::CALL_RESULT_UNSPECIFIED;
        bool keep_open = false;
    };
    auto options = std::make_shared<Options>();
    auto* command = add(app, common, "called", "say how a call-back went (you must own its conversation)");
    command->add_option("conversation", options->conversation)->required();
    command
        ->add_option("--outcome", options->result,
                     "reached, not-reached (the next way is offered) or declined")
        ->required()
        ->transform(CLI::CheckedTransformer(kResults));
    command->add_option("--note", options->note, "for colleagues; - reads standard input");
    command->add_flag("--keep-open", options->keep_open, "reached, but there is something left to do");
    command->callback([&common, options] {
        with_server(common, [&](rpc::SyncClient& client) {
            auto conversation = look_up(client, options->conversation);
            if (!conversation) return fail(conversation.error());
            v1::RecordCallRequest request;
            request.set_request_id(Connection::request_id());
            request.set_conversation(options->conversation);
            request.set_epoch(conversation->epoch());
            request.set_result(options->result);
            request.set_note(read_text(options->note));
            request.set_keep_open(options->keep_open);
            return call<v1::RecordCallResponse>(
                client, common, "EscalationService/RecordCall", request,
                [](const v1::RecordCallResponse& r) { return case_text(r.escalation(), now()); });
        });
    });
}

}  // namespace guichet::cli
