#pragma once
// What the conformance suite must know of a kind of channel to put its connector to the test. A new connector
// joins by one Subject and one line in subjects.cpp.
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "common/channels/connector.hpp"
#include "common/http/client.hpp"
#include "services/demo/platform/faults.hpp"
#include "services/demo/platform/page.hpp"

namespace guichet::test::conformance {

namespace asio = boost::asio;

// What a customer wrote. Ids are digits, so that every platform could have given them.
struct Words {
    std::string id = "900100200300400501";
    std::string author = "24100000000000077";
    std::string name = "Anna";
    std::string text = "It broke";
    // Of an edit: the how-manyth.
    int version = 0;
};

// Where a subject lives. All of it outlives the subject.
struct Place {
    asio::io_context& io;
    const Clock& clock;
    Random& random;
    http::Client& client;
    // Moves the clock; nothing where it is the real one.
    std::function<void(std::chrono::milliseconds)> advance;
};

class Subject {
  public:
    virtual ~Subject() = default;

    virtual channels::Connector& connector() = 0;
    virtual v1::Channel channel() const = 0;
    // The same channel with the platform's address where nobody listens.
    virtual v1::Channel unreachable() const = 0;
    // Where its webhooks go at Guichet.
    virtual std::string webhook_path() const = 0;

    // The platform brings its news, signed. Otherwise they are fetched, with a sign-in: deliver() puts them
    // there.
    virtual bool brings() const { return true; }
    virtual void deliver(const std::string& body) { (void)body; }
    // Where pull() has come to when it has taken all of that.
    virtual std::string reached() const { return {}; }
    // The channel of somebody who knows no secret of it.
    virtual v1::Channel intruder() const {
        auto other = channel();
        other.clear_secrets();
        return other;
    }
    // What is told may be changed and taken back. Otherwise edited() is other words under the same id, and
    // removed() the nearest that there is.
    virtual bool edits() const { return true; }
    // A body that ends too early can be told from a whole one.
    virtual bool half_is_refused() const { return true; }
    // By whom Words are, as events name him.
    virtual std::string author_of(const Words& words) const { return words.author; }
    virtual Result<channels::Events> parse(const std::string& body) {
        return connector().parse(channel(), body);
    }

    // In: bodies as the platform writes them, unsigned.
    virtual std::string created(const std::vector<Words>& all) const = 0;
    virtual std::string edited(const Words& words) const = 0;
    virtual std::string removed(const Words& words) const = 0;
    // The same as created(), ids being JSON numbers; where all is text, written differently.
    virtual std::string created_with_numbers(const Words& words) const = 0;
    virtual std::string created_without_author(const Words& words) const = 0;
    // A public message is hidden in the platform's own tools, or shown again; nothing where that cannot be,
    // or is not told. Words::version: of several the how-manyth.
    virtual std::optional<std::string> hidden(const Words& words, bool hidden) const {
        (void)words;
        (void)hidden;
        return std::nullopt;
    }
    // The brand's own words in the place of a customer's; nothing where the platform never tells of them.
    virtual std::optional<std::string> own(const Words& words) const = 0;
    virtual http::Headers sign(const std::string& body) const = 0;
    // The field that sign() puts the signature in.
    virtual std::string signature_header() const = 0;
    // An old edit that comes late can be told from a new one.
    virtual bool orders_edits() const = 0;
    // The author's name comes along.
    virtual bool tells_names() const { return true; }

    // Out: an answer to something that a customer really wrote at the platform.
    virtual channels::SendIntent answer(const std::string& text) = 0;
    // Such an answer that the platform refuses because the time for it is over, or because this customer
    // takes none; nothing where neither can be.
    virtual std::optional<channels::SendIntent> too_late(const std::string& text) = 0;
    // Something that a customer really writes at the platform now: the webhook that tells of it. Nothing
    // where the platform cannot be asked for news.
    virtual std::optional<std::string> say(const std::string& text) = 0;
    // What a customer really wrote for everybody to see, by the id that act() takes; nothing where nothing is
    // public, or where the platform has no such acts.
    virtual std::optional<std::string> public_post() { return std::nullopt; }
    // What nobody else sees, by the id that act() would take; nothing where all is public.
    virtual std::optional<std::string> private_post() { return std::nullopt; }
    // How the platform shows that post now.
    struct Shown {
        bool hidden = false;
        bool liked = false;
    };
    virtual Shown shown(const std::string& post) {
        (void)post;
        return {};
    }
    // The customer takes it back.
    virtual void take_back(const std::string& post) { (void)post; }

    // The platform says when to come back.
    virtual bool tells_when() const { return true; }
    // The next read ends in the middle.
    virtual void cut_next_read() { faults().script(stand_in::Fault::cut_after().for_reads()); }
    // What the platform gave as a place to go on from means nothing any more, where that can be.
    virtual void forget_places() {}
    virtual stand_in::Faults& faults() = 0;
    virtual const std::vector<stand_in::Published>& published() const = 0;
};

using MakeSubject = std::function<std::unique_ptr<Subject>(const Place&)>;
struct Kind {
    std::string name;
    MakeSubject make;
    // As its caps say: it can be asked for news, whether an answer is there, and to hide. A test holds them
    // against these.
    bool pulls = true;
    bool can_reconcile = true;
    // It hides and likes what a customer wrote in public.
    bool can_act = false;
};
inline std::ostream& operator<<(std::ostream& out, const Kind& kind) {
    return out << kind.name;
}
// All that are put to the test.
std::vector<Kind> kinds();
// Those of them that can do what only some can: `kinds_that(&Kind::pulls)`.
std::vector<Kind> kinds_that(bool Kind::*can);

}  // namespace guichet::test::conformance
