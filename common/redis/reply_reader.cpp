#include <algorithm>
#include <utility>

#include <hiredis/read.h>

#include "common/redis/reply.hpp"

namespace guichet::redis {

// hiredis calls back for every element; the tree is built in place, each element at the end of its parent's
// list. A parent's list does not grow while one of its elements is still being read, so the pointers that
// hiredis keeps for its stack stay valid.
struct ReplyReader::State {
    redisReader* reader = nullptr;
    std::size_t max_bytes;
    std::size_t built = 0;
    Reply root;
    std::string error;

    explicit State(std::size_t limit) : max_bytes(limit) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() { redisReaderFree(reader); }

    // Where the element of `task` goes; null (which stops the reader) above the limit.
    static void* place(const redisReadTask* task, Reply value, std::size_t bytes) {
        auto* self = static_cast<State*>(task->privdata);
        self->built += sizeof(Reply) + bytes;
        if (self->built > self->max_bytes) return nullptr;
        if (!task->parent) {
            self->root = std::move(value);
            return &self->root;
        }
        auto& items = static_cast<Reply*>(task->parent->obj)->items();
        items.push_back(std::move(value));
        return &items.back();
    }

    static void* create_string(const redisReadTask* task, char* text, size_t size) {
        auto* self = static_cast<State*>(task->privdata);
        if (self->built + size > self->max_bytes) return nullptr;
        std::string copy(text, size);
        if (task->type == REDIS_REPLY_STRING) return place(task, Reply::string(std::move(copy)), size);
        if (task->type == REDIS_REPLY_STATUS) return place(task, Reply::status(std::move(copy)), size);
        return place(task, Reply::error(std::move(copy)), size);
    }

    static void* create_array(const redisReadTask* task, int count) {
        std::vector<Reply> items;
        // The announced count is not trusted with memory.
        items.reserve(static_cast<std::size_t>(std::clamp(count, 0, 1024)));
        return place(task, Reply::array(std::move(items)), 0);
    }

    static void* create_integer(const redisReadTask* task, long long value) {
        return place(task, Reply::integer(value), 0);
    }

    static void* create_nil(const redisReadTask* task) { return place(task, Reply(), 0); }

    // The tree belongs to `root`.
    static void free_object(void*) {}
};

namespace {

std::string too_large_text(std::size_t limit) {
    return "a reply is larger than " + std::to_string(limit) + " bytes";
}

}  // namespace

ReplyReader::ReplyReader(std::size_t max_bytes) : state_(std::make_unique<State>(max_bytes)) {
    static redisReplyObjectFunctions functions = {&State::create_string, &State::create_array,
                                                  &State::create_integer, &State::create_nil,
                                                  &State::free_object};
    state_->reader = redisReaderCreateWithFunctions(&functions);
    state_->reader->privdata = state_.get();
    // An emptied buffer is kept up to this size: a client reads 64 KiB at a time.
    state_->reader->maxbuf = std::size_t{256} << 10;
}

ReplyReader::~ReplyReader() = default;
ReplyReader::ReplyReader(ReplyReader&&) noexcept = default;
ReplyReader& ReplyReader::operator=(ReplyReader&&) noexcept = default;

void ReplyReader::feed(std::string_view bytes) {
    redisReaderFeed(state_->reader, bytes.data(), bytes.size());
}

ReplyReader::Outcome ReplyReader::next(Reply& reply) {
    void* object = nullptr;
    if (redisReaderGetReply(state_->reader, &object) != REDIS_OK) {
        bool too_large = state_->built > 0 && state_->reader->err == REDIS_ERR_OOM;
        state_->error = too_large ? too_large_text(state_->max_bytes) : state_->reader->errstr;
        return Outcome::error;
    }
    if (!object) {
        if (state_->reader->len - state_->reader->pos > state_->max_bytes) {
            state_->error = too_large_text(state_->max_bytes);
            return Outcome::error;
        }
        return Outcome::need_more;
    }
    state_->built = 0;
    reply = std::exchange(state_->root, Reply());
    return Outcome::reply;
}

const std::string& ReplyReader::error() const {
    return state_->error;
}

}  // namespace guichet::redis
