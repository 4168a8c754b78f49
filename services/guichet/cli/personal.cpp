#include "services/guichet/cli/personal.hpp"

#include <filesystem>
#include <fstream>
#include <memory>
#include <set>

#include "common/store/records.hpp"
#include "guichet/v1/privacy.pb.h"

namespace guichet::cli {
namespace {

using namespace std::chrono_literals;

std::string erasure_text(const v1::Erasure& erasure) {
    const bool done = erasure.state() == v1::ERASURE_STATE_DONE;
    return "erasure " + erasure.id() + "  contact " + erasure.contact() + "  " +
           (done ? "done"
                 : "under way: " + (erasure.step().empty() ? std::string("queued") : erasure.step())) +
           "  " + std::to_string(erasure.conversations_done()) + " of " +
           std::to_string(erasure.conversations()) + " conversations, " +
           std::to_string(erasure.files_removed()) + " files removed" +
           (erasure.waits_for().empty() ? "" : "; waits: " + erasure.waits_for()) + "\n";
}

std::string preview_text(const v1::ErasePersonResponse& response) {
    return contact_text(response.contact()) + std::to_string(response.conversations()) + " conversations, " +
           std::to_string(response.messages()) + " messages, " + std::to_string(response.files()) +
           " files would go for good. To do it: --yes\n";
}

// person.json: an object a line, in the order in which they come. Files stand beside it under their digest.
class Bundle {
  public:
    explicit Bundle(std::filesystem::path folder) : folder_(std::move(folder)) {
        std::filesystem::create_directories(folder_);
        std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
        lines_.open(folder_ / "person.json", std::ios::trunc);
    }
    void add(const v1::ExportPersonResponse& part) {
        if (part.part_case() != v1::ExportPersonResponse::kFile || !part.file().missing().empty()) {
            lines_ << to_json(part, true);
            return;
        }
        const auto& name = part.file().blob();
        const auto path = folder_ / name.substr(name.find(':') + 1);
        const bool first = files_.insert(name).second;
        std::ofstream file(path, std::ios::binary | (first ? std::ios::trunc : std::ios::app));
        file << part.file().content();
        failed_ = failed_ || !file.flush();
    }
    bool close() {
        lines_.flush();
        return lines_.good() && !failed_;
    }
    std::size_t files() const { return files_.size(); }

  private:
    std::filesystem::path folder_;
    std::ofstream lines_;
    std::set<std::string> files_;
    bool failed_ = false;
};

int export_to(rpc::SyncClient& client, const std::string& contact, const std::string& folder) {
    v1::ExportPersonRequest request;
    request.set_contact(contact);
    auto stream = client.open<v1::ExportPersonResponse>("guichet.v1.PrivacyService/ExportPerson", request);
    std::unique_ptr<Bundle> bundle;
    for (;;) {
        auto part = stream.next(60s);
        if (!part) return fail(part.error());
        if (!*part) break;
        if (!bundle) bundle = std::make_unique<Bundle>(folder);
        bundle->add(**part);
    }
    if (!bundle || !bundle->close()) return fail(internal("cannot write to " + folder));
    std::cout << folder << "/person.json and " << bundle->files() << " files\n";
    return kDone;
}

void add_export(CLI::App& person, Common& common) {
    struct Options {
        std::string contact, folder;
    };
    auto options = std::make_shared<Options>();
    auto* command = add(person, common, "export", "all that is kept of a person, into a folder");
    command->add_option("contact", options->contact, "any of his contacts")->required();
    command->add_option("folder", options->folder, "made when it is not there")->required();
    command->callback([&common, options] {
        with_server(common, [&](rpc::SyncClient& client) {
            return export_to(client, options->contact, options->folder);
        });
    });
}

void add_erase(CLI::App& person, Common& common) {
    struct Options {
        std::string contact;
        bool yes = false;
    };
    auto options = std::make_shared<Options>();
    auto* command = add(person, common, "erase", "what would go; with --yes it goes, for good");
    command->add_option("contact", options->contact, "any of his contacts")->required();
    command->add_flag("--yes", options->yes, "erase; `person erasure` tells how far it is");
    command->callback([&common, options] {
        with_server(common, [&](rpc::SyncClient& client) {
            v1::ErasePersonRequest request;
            request.set_request_id(Connection::request_id());
            request.set_contact(options->contact);
            request.set_preview(!options->yes);
            return call<v1::ErasePersonResponse>(
                client, common, "PrivacyService/ErasePerson", request, [](const v1::ErasePersonResponse& r) {
                    return r.has_erasure() ? erasure_text(r.erasure()) : preview_text(r);
                });
        });
    });
}

void add_erasure(CLI::App& person, Common& common) {
    auto id = std::make_shared<std::string>();
    auto* command = add(person, common, "erasure", "how far an erasure is");
    command->add_option("erasure", *id)->required();
    command->callback([&common, id] {
        with_server(common, [&](rpc::SyncClient& client) {
            v1::GetErasureRequest request;
            request.set_erasure(*id);
            return call<v1::GetErasureResponse>(
                client, common, "PrivacyService/GetErasure", request,
                [](const v1::GetErasureResponse& r) { return erasure_text(r.erasure()); });
        });
    });
}

}  // namespace

void add_personal(CLI::App& app, Common& common) {
    auto* person = app.add_subcommand("person", "what is known of a person: export, erase, erasure");
    person->require_subcommand(1);
    add_export(*person, common);
    add_erase(*person, common);
    add_erasure(*person, common);
}

}  // namespace guichet::cli
