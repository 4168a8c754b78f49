#include "services/guichet/cli/attaching.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <unistd.h>

#include "common/http/filename.hpp"
#include "guichet/v1/attachments.pb.h"

namespace guichet::cli {
namespace {

using namespace std::chrono_literals;

struct Options {
    std::string conversation, output;
    std::int64_t seq = 0;
    int number = 1;
};

// A file that is not there yet; taken away again unless it was kept.
class NewFile {
  public:
    explicit NewFile(std::string path) : path_(std::move(path)) {
        fd_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    }
    ~NewFile() {
        if (fd_ < 0) return;
        ::close(fd_);
        if (!kept_) ::unlink(path_.c_str());
    }
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;
    bool is_open() const { return fd_ >= 0; }
    bool add(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto n = ::write(fd_, bytes.data(), bytes.size());
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(n));
        }
        return true;
    }
    bool keep() { return kept_ = ::fsync(fd_) == 0; }

  private:
    std::string path_;
    int fd_ = -1;
    bool kept_ = false;
};

Status cannot_write(const std::string& path) {
    const auto hint = errno == EEXIST ? ": nothing is overwritten, name another with --output" : "";
    return internal("cannot write " + safe(path) + ": " + std::strerror(errno) + hint);
}

// In the sender's own words, so far as they do no harm here.
std::string name_for(const v1::ReadAttachmentResponse::Head& head, const Options& options) {
    if (!options.output.empty()) return options.output;
    auto name = http::harmless_filename(head.name());
    // Hidden files are read by other programs as their settings.
    while (name.starts_with('.')) name.erase(0, 1);
    return name.empty() ? "attachment" : name;
}

int save(rpc::SyncClient& client, const Options& options) {
    v1::ReadAttachmentRequest request;
    request.set_conversation(options.conversation);
    request.set_seq(options.seq);
    request.set_number(options.number);
    auto stream =
        client.open<v1::ReadAttachmentResponse>("guichet.v1.AttachmentService/ReadAttachment", request);
    std::unique_ptr<NewFile> file;
    std::string path;
    for (std::size_t size = 0;;) {
        auto answer = stream.next(60s);
        if (!answer) return fail(answer.error());
        if (!*answer && !file) return fail(internal("the file came without its head"));
        if (!*answer) {
            if (!file->keep()) return fail(cannot_write(path));
            std::cout << safe(path) << "  " << size << " bytes\n";
            return kDone;
        }
        if (!file) {
            path = name_for((*answer)->head(), options);
            file = std::make_unique<NewFile>(path);
            if (!file->is_open()) return fail(cannot_write(path));
        }
        if (!file->add((*answer)->piece())) return fail(cannot_write(path));
        size += (*answer)->piece().size();
    }
}

}  // namespace

void add_attaching(CLI::App& app, Common& common) {
    auto options = std::make_shared<Options>();
    auto* command = add(app, common, "attachment", "saves a file that came with a message");
    command->add_option("conversation", options->conversation)->required();
    command->add_option("message", options->seq, "its number, as `show` prints it")
        ->required()
        ->check(CLI::PositiveNumber);
    command->add_option("number", options->number, "which of the message's files: 1, 2, 3…")
        ->check(CLI::PositiveNumber);
    command->add_option("--output", options->output, "where; else here, under the name that it came with")
        ->type_name("FILE");
    command->callback([&common, options] {
        with_server(common, [&](rpc::SyncClient& client) { return save(client, *options); });
    });
}

}  // namespace guichet::cli
