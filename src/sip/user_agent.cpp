#include "sip/user_agent.hpp"

#include "sip/user_agent_core.hpp"

namespace skyn3t::sip {

std::string_view name_of(EndCause cause) {
    switch (cause) {
        case EndCause::refused:
            return "refused";
        case EndCause::canceled:
            return "canceled";
        case EndCause::bye:
            return "bye";
        case EndCause::no_ack:
            return "no_ack";
        case EndCause::lost:
            return "lost";
        case EndCause::expired:
            return "expired";
    }
    return "";
}

UserAgent::UserAgent(TransportLayer& transport, TimerWheel& wheel, UserAgentConfig config,
                     RequestHandler& handler)
    : core_(std::make_unique<UserAgentCore>(transport, wheel, std::move(config), handler)) {}

UserAgent::~UserAgent() = default;

InviteDialogHandle UserAgent::take_invite(IncomingRequest request, InviteDialogObserver& observer) {
    return core_->take_invite(std::move(request), observer);
}

InviteDialogHandle UserAgent::invite(OutgoingInvite invite, InviteDialogObserver& observer) {
    return core_->invite(std::move(invite), observer);
}

RequestHandle UserAgent::request(OutgoingRequest request, OnOutcome on_outcome) {
    return std::make_unique<PendingRequest>(*core_, std::move(request), std::move(on_outcome));
}

Result<Flow> UserAgent::open(TransportKind kind, const Endpoint& remote) {
    return core_->transport().open(kind, remote);
}

bool UserAgent::is_alive(const Flow& flow) const { return core_->transport().is_alive(flow); }

void UserAgent::set_draining(bool draining) { core_->set_draining(draining); }

const UserAgentCounters& UserAgent::counters() const { return std::as_const(*core_).counters(); }

UserAgentSize UserAgent::size() const { return core_->size(); }

std::vector<std::string> UserAgent::dump() const { return core_->dump(); }

}  // namespace skyn3t::sip
