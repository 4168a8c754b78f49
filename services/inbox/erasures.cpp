#include "services/inbox/erasures.hpp"

#include <set>

#include "common/access/catalog.hpp"
#include "common/blob/remove_blob.hpp"
#include "common/obs/log.hpp"

namespace guichet::inbox {
namespace {

constexpr std::int64_t kMessagesPage = 200;
constexpr int kMostErased = 100'000;

// Steps in their order; each is named while it is done or waited for.
constexpr char kNote[] = "noting what goes";
constexpr char kWords[] = "erasing words";
constexpr char kContacts[] = "erasing who it is";
constexpr char kPayloads[] = "noting payloads";
constexpr char kScrub[] = "erasing what waits for the archive";
constexpr char kArchive[] = "erasing the archive";
constexpr char kFiles[] = "erasing files";
constexpr char kRewrite[] = "writing Redis's file anew";

WorkspaceId system_workspace() {
    return WorkspaceId(access::kSystemWorkspace);
}

// Short ones stand in others' bodies by chance.
void add_word(records::v1::ErasureRecord& record, const std::string& word) {
    constexpr std::size_t kLeast = 6;
    if (word.size() >= kLeast) record.add_words(word);
}

const char* name_of(store::Privacy::Stream stream) {
    using Stream = store::Privacy::Stream;
    if (stream == Stream::raw) return "raw";
    if (stream == Stream::dead) return "dead";
    return stream == Stream::audit ? "audit" : "events";
}

template <class List>
std::vector<std::string> texts(const List& list) {
    return {list.begin(), list.end()};
}

}  // namespace

asio::awaitable<Result<records::v1::ErasureRecord>> look_up_person(service::Context& context,
                                                                   WorkspaceId workspace, ContactId contact) {
    auto person = co_await context.reads.person(workspace, std::move(contact));
    if (!person) co_return person.error();
    records::v1::ErasureRecord record;
    record.set_workspace(workspace.str());
    std::vector<std::string> ids;
    for (const auto& known : *person) {
        ids.push_back(known.id);
        record.add_contacts(known.id);
        if (const auto id = known.fields.find("id1"); id != known.fields.end()) {
            add_word(record, id->second.substr(id->second.find('|') + 1));
        }
        for (const auto& mark : store::marks_of(known.fields)) {
            if (mark.kind == "mail" || mark.kind == "phone") add_word(record, mark.value);
            record.add_digests(known.id + "|" + store::mark_digest(mark));
        }
    }
    store::Privacy privacy(context.store);
    auto conversations = co_await privacy.conversations_of(std::move(workspace), std::move(ids));
    if (!conversations) co_return conversations.error();
    for (auto& id : *conversations) record.add_conversations(std::move(id));
    record.mutable_erasure()->set_contact(person->front().id);
    record.mutable_erasure()->set_conversations(record.conversations_size());
    co_return record;
}

asio::awaitable<Result<void>> each_message(service::Context& context, WorkspaceId workspace,
                                           ConversationId id, std::function<void(const v1::Message&)> take) {
    for (std::int64_t first = 1;; first += kMessagesPage) {
        auto page = co_await context.reads.messages(workspace, id, first, first + kMessagesPage - 1);
        if (!page) co_return page.error();
        for (const auto& message : *page) take(message);
        if (static_cast<std::int64_t>(page->size()) < kMessagesPage) co_return Result<void>{};
    }
}

Erasures::Erasures(service::Context& context, Archive& archive, Reached reached)
    : context_(context), archive_(archive), reached_(std::move(reached)), privacy_(context.store) {}

asio::awaitable<void> Erasures::work() {
    auto documents = co_await context_.store.documents(system_workspace(), kErasure);
    if (!documents) co_return;
    for (const auto& document : *documents) {
        Job job;
        job.version = document.version;
        if (!job.record.ParseFromString(document.bytes)) continue;
        auto done = co_await go_on(job);
        if (done) continue;
        // It goes on when it can: an answer settles, the archiver catches up.
        if (done.error().message == job.record.erasure().waits_for()) continue;
        log::info("erasure.waits", {{"erasure", document.id}, {"status", done.error()}});
        co_await note_why(job, done.error());
    }
}

// The job may have changed where it failed: only the reason is added to what is kept.
asio::awaitable<void> Erasures::note_why(Job& job, Status why) {
    job.record.mutable_erasure()->set_waits_for(why.message);
    const auto step = job.record.erasure().step();
    auto noted = co_await keep(job, step);
    if (!noted) log::warn("erasure.not_kept", {{"status", noted.error()}});
}

asio::awaitable<Result<void>> Erasures::save(Job& job, std::string step) {
    job.record.mutable_erasure()->clear_waits_for();
    co_return co_await keep(job, std::move(step));
}

asio::awaitable<Result<void>> Erasures::keep(Job& job, std::string step) {
    job.record.mutable_erasure()->set_step(std::move(step));
    store::By by{system_workspace(), job.record.erasure().actor(), {}, "*"};
    auto put = co_await context_.store.put_document(by, kErasure, job.record.erasure().id(), job.version,
                                                    job.record.SerializeAsString(), kMostErasures);
    if (!put) co_return put.error();
    job.version = *put;
    co_return Result<void>{};
}

// One step a call; a step that is done names the next.
asio::awaitable<Result<void>> Erasures::go_on(Job& job) {
    const auto step = job.record.erasure().step();
    if (step.empty() || step == kNote) co_return co_await note_what_goes(job);
    if (step == kWords) co_return co_await erase_words(job);
    if (step == kContacts) co_return co_await erase_contacts(job);
    if (step == kPayloads) co_return co_await note_payloads(job);
    if (step == kScrub) co_return co_await scrub(job);
    if (step == kArchive) co_return co_await erase_archive(job);
    if (step == kFiles) co_return co_await erase_files(job);
    co_return co_await rewrite(job);
}

asio::awaitable<Result<void>> Erasures::note_what_goes(Job& job) {
    const WorkspaceId workspace(job.record.workspace());
    ContactId contact(job.record.erasure().contact());
    auto found = co_await look_up_person(context_, workspace, std::move(contact));
    if (!found) co_return found.error();
    auto known = texts(found->conversations());
    auto claimants = co_await privacy_.claimants_of(workspace, std::move(known));
    if (!claimants) co_return claimants.error();
    for (auto& id : *claimants) found->add_conversations(std::move(id));
    std::set<std::string> blobs;
    for (const auto& id : found->conversations()) {
        const std::function<void(const v1::Message&)> take = [&blobs](const v1::Message& message) {
            for (const auto& attachment : message.attachments()) {
                if (!attachment.blob().empty()) blobs.insert(attachment.blob());
            }
        };
        ConversationId conversation(id);
        auto read = co_await each_message(context_, workspace, std::move(conversation), take);
        if (!read) co_return read.error();
    }
    auto asked = job.record.erasure();
    job.record = std::move(*found);
    for (const auto& blob : blobs) job.record.add_blobs(blob);
    asked.set_conversations(job.record.conversations_size());
    asked.set_state(v1::ERASURE_STATE_RUNNING);
    *job.record.mutable_erasure() = std::move(asked);
    co_return co_await save(job, kWords);
}

asio::awaitable<Result<void>> Erasures::erase_words(Job& job) {
    std::int64_t done = 0;
    Result<void> all;
    for (const auto& id : texts(job.record.conversations())) {
        auto erased = co_await erase_words_of(job, id);
        // One that has to wait does not hold up the others.
        if (!erased && all) all = erased.error();
        if (erased) ++done;
        job.record.mutable_erasure()->set_conversations_done(done);
    }
    if (!all) co_return all.error();
    co_return co_await save(job, kContacts);
}

asio::awaitable<Result<void>> Erasures::erase_words_of(Job& job, std::string id) {
    const WorkspaceId workspace(job.record.workspace());
    auto actor = job.record.erasure().actor();
    std::vector<std::string> deliveries;
    std::set<std::string> blobs;
    const auto known = texts(job.record.blobs());
    const std::function<void(const v1::Message&)> take = [&](const v1::Message& message) {
        if (!message.delivery().empty()) deliveries.push_back(message.delivery());
        for (const auto& attachment : message.attachments()) blobs.insert(attachment.blob());
    };
    ConversationId conversation(id);
    auto read = co_await each_message(context_, workspace, std::move(conversation), take);
    if (!read) co_return read.error();
    // He may have written since it was noted: the files must be known before the words that name them go.
    blobs.erase("");
    for (const auto& blob : known) blobs.erase(blob);
    if (!blobs.empty()) {
        for (const auto& blob : blobs) job.record.add_blobs(blob);
        auto noted = co_await save(job, kWords);
        if (!noted) co_return noted.error();
    }
    co_return co_await privacy_.erase_conversation(workspace, std::move(actor), std::move(id),
                                                   std::move(deliveries));
}

asio::awaitable<Result<void>> Erasures::erase_contacts(Job& job) {
    const WorkspaceId workspace(job.record.workspace());
    for (const auto& contact : job.record.contacts()) {
        std::vector<std::string> digests;
        for (const auto& known : job.record.digests()) {
            if (known.starts_with(contact + "|")) digests.push_back(known.substr(contact.size() + 1));
        }
        auto erased = co_await privacy_.erase_contact(workspace, contact, std::move(digests));
        if (!erased) co_return erased.error();
    }
    co_return co_await save(job, kPayloads);
}

// Payloads in files are found by the entries that name them, and those are about to go.
asio::awaitable<Result<void>> Erasures::note_payloads(Job& job) {
    const WorkspaceId workspace(job.record.workspace());
    auto conversations = texts(job.record.conversations());
    auto files = co_await privacy_.files_of_payloads(workspace, std::move(conversations));
    if (!files) co_return files.error();
    for (auto& file : *files) job.record.add_blobs(std::move(file));
    co_return co_await save(job, kScrub);
}

asio::awaitable<Result<void>> Erasures::scrub(Job& job) {
    const WorkspaceId workspace(job.record.workspace());
    for (const auto stream : store::Privacy::kStreams) {
        auto conversations = texts(job.record.conversations());
        auto words = texts(job.record.words());
        auto last = co_await privacy_.scrub(workspace, stream, std::move(conversations), std::move(words));
        if (!last) co_return last.error();
        (*job.record.mutable_scrubbed())[name_of(stream)] = std::move(*last);
    }
    co_return co_await save(job, kArchive);
}

asio::awaitable<Result<void>> Erasures::erase_archive(Job& job) {
    const WorkspaceId workspace(job.record.workspace());
    auto partition = co_await context_.store.partition_of(workspace);
    if (!partition) co_return partition.error();
    // What was read from a stream before it was scrubbed must have arrived.
    for (const auto& [stream, id] : job.record.scrubbed()) {
        const int number = stream == "audit" ? 0 : partition->number();
        if (stream != "dead" && !reached_(stream, number, id)) {
            co_return unavailable("the archive has not caught up yet");
        }
    }
    auto* archive = &archive_;
    auto work = [archive, workspace = job.record.workspace(), ids = texts(job.record.conversations()),
                 words = texts(job.record.words())] { return archive->erase(workspace, ids, words); };
    auto blobs = co_await context_.pool.run(std::move(work));
    if (!blobs) co_return blobs.error();
    for (auto& blob : *blobs) job.record.add_blobs(std::move(blob));
    co_return co_await save(job, kFiles);
}

asio::awaitable<Result<void>> Erasures::erase_files(Job& job) {
    const auto root = context_.settings.server.data / "blobs";
    const auto blobs = texts(job.record.blobs());
    auto named = co_await privacy_.still_named(blobs);
    if (!named) co_return named.error();
    std::int64_t removed = 0;
    for (const auto& blob : std::set<std::string>(blobs.begin(), blobs.end())) {
        if (named->contains(blob)) continue;
        auto work = [root, blob] { return blob::remove_blob(root, blob); };
        auto gone = co_await context_.pool.run(std::move(work));
        if (!gone) co_return gone.error();
        ++removed;
    }
    job.record.mutable_erasure()->set_files_removed(removed);
    // Nor may this record tell of him in the file that is written anew.
    job.record.clear_words();
    job.record.clear_digests();
    job.record.clear_blobs();
    job.record.clear_conversations();
    job.record.clear_contacts();
    job.record.clear_scrubbed();
    co_return co_await save(job, kRewrite);
}

asio::awaitable<Result<void>> Erasures::rewrite(Job& job) {
    const auto id = job.record.erasure().id();
    if (rewriting_ != id) {
        auto begun = co_await privacy_.begin_rewrite();
        if (!begun) co_return begun.error();
        rewriting_ = id;
    }
    auto done = co_await privacy_.rewritten();
    if (!done) co_return done.error();
    if (!*done) co_return unavailable("Redis is writing its file anew");
    rewriting_.clear();
    job.record.mutable_erasure()->set_state(v1::ERASURE_STATE_DONE);
    store::set_time(job.record.mutable_erasure()->mutable_done_at(), context_.clock.now());
    job.record.mutable_erasure()->clear_step();
    job.record.mutable_erasure()->clear_waits_for();
    store::By by{system_workspace(), job.record.erasure().actor(), {}, "*"};
    auto kept = co_await context_.store.put_document(by, kErased, id, -1, job.record.SerializeAsString(),
                                                     kMostErased);
    if (!kept) co_return kept.error();
    auto removed = co_await context_.store.put_document(by, kErasure, id, -1, "", kMostErasures);
    if (!removed) co_return removed.error();
    co_return Result<void>{};
}

}  // namespace guichet::inbox
