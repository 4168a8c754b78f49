#include "services/escalation/engine/state.hpp"

#include <algorithm>
#include <utility>

namespace guichet::escalation {
namespace {

Status refuse(const char* reason, std::string message) {
    return make_status(Code::failed_precondition, std::move(message), reason);
}

bool contains(const std::vector<std::string>& list, const std::string& item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

// One step: a member for each input, which looks at the state.
class Machine {
  public:
    Machine(const Case& present, TimeMs now) : next_(present), now_(now) {}

    Result<Step> operator()(const input::Propose& in) {
        switch (next_.state) {
            case State::none:
                next_.state = State::proposed;
                add({Do::tell_agent, "", 0, "", "a private way is proposed"});
                set_timer(in.until);
                return done();
            case State::proposed:
                return done();
            case State::offered:
            case State::accepted:
                return refuse("already_open", "a private way is under way for this conversation already");
            default:
                return ended();
        }
    }

    Result<Step> operator()(const input::Offer& in) {
        switch (next_.state) {
            case State::none:
            case State::proposed:
            case State::expired:
                return offer(in);
            case State::offered:
                if (unsettled()) {
                    return refuse("on_its_way",
                                  "an offer is being sent: wait until it is known how that ended");
                }
                return offer(in);
            case State::accepted:
                return refuse("already_private", "the person is on the private side already: write there");
            default:
                return ended();
        }
    }

    Result<Step> operator()(const input::Sent& in) {
        if (auto status = check_outcome(in.route); !status.ok()) return status;
        if (next_.delivery == Delivery::sent) return done();
        const bool waiting = next_.state == State::offered;
        settle_as_sent();
        // The link is public itself, and a call announces itself.
        const RouteKind kind = next_.route->kind;
        if (waiting && kind != RouteKind::private_link && kind != RouteKind::call_back) {
            add({Do::send_public_invitation, next_.route->id, 0, "", ""});
        }
        return done();
    }

    Result<Step> operator()(const input::RouteRefused& in) {
        if (auto status = check_outcome(in.route); !status.ok()) return status;
        if (!in.permanent || next_.delivery == Delivery::refused) return done();
        next_.delivery = Delivery::refused;
        if (next_.route->single_use && next_.route->use == Use::reserved) {
            next_.route->use = Use::free;
            add({Do::free_route, next_.route->id, 0, "", ""});
        }
        if (next_.state == State::offered) {
            add({Do::propose_next_route, next_.route->id, 0, "", in.why});
        }
        return done();
    }

    Result<Step> operator()(const input::Ambiguous& in) {
        if (auto status = check_outcome(in.route); !status.ok()) return status;
        if (next_.delivery != Delivery::sending) return done();
        next_.delivery = Delivery::unconfirmed;
        if (next_.state == State::offered) {
            add({Do::tell_agent, next_.route->id, 0, "",
                 "it is not known whether the offer was sent; the route stays reserved until it is"});
        }
        return done();
    }

    Result<Step> operator()(const input::CustomerAnswered& in) {
        if (auto status = check_offered(); !status.ok()) return status;
        if (!in.privately) {
            if (next_.state == State::offered) {
                add({Do::tell_agent, "", 0, "", "the customer answered the offer in public"});
            }
            return done();
        }
        const bool known = contains(next_.joined, in.conversation);
        if (!known && !contains(next_.tried, in.route)) {
            return refuse("other_route", "nothing was offered on this route");
        }
        // Whoever comes by it has it: it was sent.
        if (next_.route->id == in.route && unsettled()) settle_as_sent();
        if (known) return accept(std::max(next_.identity, in.identity));
        if (in.identity == Identity::claimed) return wait_for_proof(in);
        return join(in.conversation, in.identity);
    }

    Result<Step> operator()(const input::Proven& in) {
        if (auto status = check_offered(); !status.ok()) return status;
        if (in.conversation.empty() || in.identity == Identity::claimed) {
            return invalid("conversation", "name the private conversation, and what is proven");
        }
        if (!contains(next_.joined, in.conversation)) return join(in.conversation, in.identity);
        next_.identity = std::max(next_.identity, in.identity);
        return done();
    }

    Result<Step> operator()(const input::Decline& in) {
        switch (next_.state) {
            case State::none:
                return no_case();
            case State::proposed:
            case State::offered:
            case State::expired:
                if (next_.state == State::offered && next_.delivery == Delivery::sending) {
                    add({Do::cancel_offer, next_.route->id, 0, "", ""});
                }
                next_.state = State::declined;
                next_.reason = in.reason;
                clear_timer();
                return done();
            case State::declined:
                return done();
            case State::accepted:
                return refuse("already_private",
                              "the person is on the private side already: resolve it there");
            default:
                return ended();
        }
    }

    Result<Step> operator()(const input::Expire&) {
        if (next_.state == State::none) return no_case();
        if (!next_.timer) return done();
        if (now_ < *next_.timer) return refuse("too_early", "its time is not over yet");
        next_.timer.reset();
        if (next_.state == State::proposed) {
            next_.state = State::expired;
            add({Do::tell_agent, "", 0, "", "nobody took up the proposal of a private way"});
        } else if (next_.state == State::offered) {
            expire_offer();
        } else if (next_.state == State::resolved) {
            add({Do::ask_closing_word, "", 0, "", ""});
        }
        return done();
    }

    Result<Step> operator()(const input::Resolve& in) {
        switch (next_.state) {
            case State::none:
                return no_case();
            case State::accepted:
                next_.state = State::resolved;
                add({Do::ask_closing_word, "", 0, "", ""});
                set_timer(in.remind_at);
                return done();
            case State::resolved:
            case State::closed_in_public:
                return done();
            default:
                return refuse("not_private_yet", "nobody has come to the private side yet");
        }
    }

    Result<Step> operator()(const input::CloseInPublic&) {
        switch (next_.state) {
            case State::none:
                return no_case();
            case State::resolved:
                next_.state = State::closed_in_public;
                add({Do::send_closing_word, "", 0, "", ""});
                clear_timer();
                return done();
            case State::closed_in_public:
                return refuse("ended", "the closing word was given already");
            default:
                return refuse("not_resolved", "resolve the private conversation before the closing word");
        }
    }

  private:
    Result<Step> done() { return Step{std::move(next_), std::move(actions_)}; }
    static Status no_case() { return refuse("no_case", "no private way was proposed or offered here"); }
    static Status ended() { return refuse("ended", "this case has ended: open a new one"); }

    void add(Action action) { actions_.push_back(std::move(action)); }

    void set_timer(TimeMs at) {
        next_.timer = std::max(at, now_);
        add({Do::set_timer, "", *next_.timer, "", ""});
    }

    void clear_timer() {
        if (!next_.timer) return;
        next_.timer.reset();
        add({Do::clear_timer, "", 0, "", ""});
    }

    bool unsettled() const {
        return next_.delivery == Delivery::sending || next_.delivery == Delivery::unconfirmed;
    }

    Status check_offered() const {
        if (next_.state == State::none) return no_case();
        if (!next_.route) return refuse("nothing_offered", "no route was offered yet");
        return {};
    }

    Status check_outcome(const std::string& route) const {
        if (auto status = check_offered(); !status.ok()) return status;
        if (next_.route->id != route) return refuse("other_route", "another route is offered now");
        return {};
    }

    void settle_as_sent() {
        next_.delivery = Delivery::sent;
        if (!next_.route->single_use || next_.route->use == Use::spent) return;
        next_.route->use = Use::spent;
        add({Do::spend_route, next_.route->id, 0, "", ""});
    }

    Result<Step> offer(const input::Offer& in) {
        if (in.route.id.empty()) return invalid("route", "name the route");
        if (!in.route.closed.empty()) return refuse("route_not_free", in.route.closed);
        if (in.route.single_use && in.route.use != Use::free) {
            return refuse("route_not_free", "the route can be used once, and another reply has it or had it");
        }
        if (!contains(next_.tried, in.route.id)) {
            if (next_.tried.size() >= kMostTried) {
                return refuse("too_many", "too many routes were offered in this case: decline it");
            }
            next_.tried.push_back(in.route.id);
        }
        next_.state = State::offered;
        next_.delivery = Delivery::sending;
        next_.route = in.route;
        if (in.route.single_use) {
            next_.route->use = Use::reserved;
            add({Do::reserve_route, in.route.id, 0, "", ""});
        }
        add({send_action(in.route.kind), in.route.id, 0, "", ""});
        set_timer(in.until);
        return done();
    }

    static Do send_action(RouteKind kind) {
        if (kind == RouteKind::private_link) return Do::send_public_invitation;
        return kind == RouteKind::call_back ? Do::create_call_back : Do::send_private_text;
    }

    Result<Step> wait_for_proof(const input::CustomerAnswered& in) {
        add({Do::mark_unproven, in.route, 0, in.conversation, ""});
        add({Do::ask_proof, in.route, 0, in.conversation, ""});
        if (next_.state == State::offered && next_.timer && *next_.timer < in.until) set_timer(in.until);
        return done();
    }

    Result<Step> join(const std::string& conversation, Identity identity) {
        if (next_.joined.size() >= kMostJoined) {
            return refuse("too_many", "too many private conversations in this case: open a new one");
        }
        next_.joined.push_back(conversation);
        add({Do::join_conversations, "", 0, conversation, ""});
        return accept(std::max(next_.identity, identity));
    }

    Result<Step> accept(Identity identity) {
        next_.identity = identity;
        if (next_.state == State::accepted) return done();
        if (next_.state == State::resolved || next_.state == State::closed_in_public) {
            add({Do::tell_agent, "", 0, "", "the customer came back on the private side"});
        }
        next_.state = State::accepted;
        clear_timer();
        return done();
    }

    void expire_offer() {
        if (unsettled()) {
            add({Do::tell_agent, next_.route->id, 0, "",
                 "the offer's time is over, and it is not known whether it was sent"});
            set_timer(now_ + kUnsettledWait);
            return;
        }
        next_.state = State::expired;
        add({Do::propose_next_route, next_.route->id, 0, "", "the customer did not take up the offer"});
    }

    Case next_;
    TimeMs now_;
    std::vector<Action> actions_;
};

}  // namespace

Result<Step> step(const Case& present, const Input& input, TimeMs now) {
    return std::visit(Machine(present, now), input);
}

}  // namespace guichet::escalation
