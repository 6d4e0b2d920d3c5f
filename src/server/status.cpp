#include "server/status.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/faults.hpp"
#include "base/log.hpp"
#include "server/ask.hpp"

namespace skyn3t::server {
namespace {

using Wrong = sip::FailedProof::Wrong;

// Prometheus' text format: a help line, a type line, the value.
class Exposition {
  public:
    template <class Value>
    void gauge(std::string_view name, std::string_view help, Value value) {
        add(name, help, "gauge", value);
    }
    void counter(std::string_view name, std::string_view help, std::uint64_t value) {
        add(name, help, "counter", value);
    }
    std::string take() { return std::move(text_); }

  private:
    template <class Value>
    void add(std::string_view name, std::string_view help, std::string_view type, Value value) {
        text_ += fmt::format("# HELP skyn3t_{0} {1}\n# TYPE skyn3t_{0} {2}\nskyn3t_{0} {3}\n", name,
                             help, type, value);
    }
    std::string text_;
};

}  // namespace

rest::Health Status::health() {
    const auto draining = ask(parts_.services.executor, [this] { return parts_.is_draining(); });
    const auto database = parts_.database.health();
    const bool answers = draining.has_value();
    rest::Health health;
    health.parts = {{"sip", answers},
                    {"media", answers},
                    {"database", database.can_read && database.can_write},
                    {"http", true}};
    health.is_draining = draining.value_or(false);
    health.facts_waiting = database.facts.waiting;
    health.facts_lost = database.facts.lost;
    return health;
}

std::string Status::metrics() {
    struct Figures {
        bool is_draining;
        std::size_t calls, legs, registrations;
        std::uint64_t call_faults;
        sip::UserAgentCounters counters;
        sip::UserAgentSize size;
        media::EngineCounters media;
        std::size_t unreachable;
        sip::ReachabilityWatch::Counters asked;
        std::array<std::uint64_t, 4> wrong;
    };
    const auto figures = ask(parts_.services.executor, [this] {
        return Figures{
            parts_.is_draining(),
            parts_.calls.size(),
            parts_.services.limits.legs(),
            parts_.registrar.size(),
            parts_.services.call_faults,
            parts_.services.user_agent.counters(),
            parts_.services.user_agent.size(),
            parts_.services.media.counters(),
            parts_.registrar.count_dead(),
            parts_.reachability ? parts_.reachability->counters()
                                : sip::ReachabilityWatch::Counters{},
            {parts_.failed_logins.total(Wrong::user), parts_.failed_logins.total(Wrong::domain),
             parts_.failed_logins.total(Wrong::use), parts_.failed_logins.total(Wrong::password)}};
    });
    Exposition exposition;
    exposition.gauge("up", "Whether the signalling thread answers.", figures ? 1 : 0);
    if (parts_.certificate != nullptr)
        exposition.gauge(
            "http_certificate_expiry_seconds",
            "Seconds until the certificate of the API ends; negative when it has.",
            std::chrono::duration_cast<seconds>(parts_.certificate->expires() - parts_.clock.wall())
                .count());
    const auto events = parts_.events.counters();
    exposition.gauge("event_streams", "Streams of events that are open.", events.streams);
    exposition.counter("events_total", "Events that were published.", events.events);
    exposition.counter("event_streams_dropped_total",
                       "Streams of events that were read too slowly.", events.dropped_streams);
    const auto database = parts_.database.health();
    exposition.gauge("database_can_write", "Whether the last transaction was committed.",
                     database.can_write ? 1 : 0);
    exposition.counter("database_commits_total", "Transactions committed.",
                       parts_.database.commits());
    exposition.counter("database_failed_writes_total", "Writes that could not be committed.",
                       database.failed_writes);
    exposition.gauge("facts_waiting",
                     "Rows of calls, alerts and audit that wait for the database in the spool.",
                     database.facts.waiting);
    exposition.counter("facts_spooled_total", "Facts that were written to the spool.",
                       database.facts.spooled);
    exposition.counter("facts_replayed_total", "Facts written to the database from the spool.",
                       database.facts.replayed);
    exposition.counter("facts_lost_total",
                       "Facts for which neither database nor spool nor memory had room.",
                       database.facts.lost);
    exposition.counter("facts_refused_total", "Facts that the database refused.",
                       database.facts.refused);
    exposition.counter("faults_total", "Faults of this program; each ended what it was in.",
                       fault_count());
    const auto log = log::counters();
    exposition.counter("log_lines_left_out_total", "Log lines left out, too many of their kind.",
                       log.left_out);
    exposition.counter("log_lines_lost_total", "Log lines that whoever reads the log did not take.",
                       log.lost);
    if (!figures) return exposition.take();
    exposition.gauge("draining", "Whether new calls are refused, since the server is to end.",
                     figures->is_draining ? 1 : 0);
    exposition.gauge("calls", "Calls in progress.", figures->calls);
    exposition.gauge("call_legs", "Legs of calls in progress.", figures->legs);
    exposition.counter("call_faults_total", "Calls that a fault of this program ended.",
                       figures->call_faults);
    exposition.gauge("registrations", "Live bindings of phones.", figures->registrations);
    exposition.gauge("registrations_unreachable",
                     "Live bindings of phones that do not answer when they are asked.",
                     figures->unreachable);
    exposition.counter("phone_probes_total", "Requests sent to find out whether phones answer.",
                       figures->asked.asked);
    exposition.counter("phone_probes_answered_total", "Those that were answered.",
                       figures->asked.answered);
    exposition.counter("sip_unknown_users_total", "Credentials of users that nobody has.",
                       figures->wrong[0]);
    exposition.counter("sip_wrong_domains_total", "Credentials of users of another domain.",
                       figures->wrong[1]);
    exposition.counter("sip_wrong_uses_total",
                       "Right users whose list is not mapped to what they asked for.",
                       figures->wrong[2]);
    exposition.counter("sip_wrong_passwords_total", "Credentials with a wrong password.",
                       figures->wrong[3]);
    exposition.gauge("sip_dialogs", "SIP dialogs alive.", figures->size.dialogs);
    exposition.gauge("sip_server_transactions", "SIP server transactions alive.",
                     figures->size.server_transactions);
    exposition.gauge("sip_client_transactions", "SIP client transactions alive.",
                     figures->size.client_transactions);
    exposition.gauge("sip_connections", "Open TCP connections of SIP.", figures->size.connections);
    exposition.counter("sip_requests_received_total", "SIP requests received.",
                       figures->counters.requests_received);
    exposition.counter("sip_responses_received_total", "SIP responses received.",
                       figures->counters.responses_received);
    exposition.counter("sip_dropped_total", "Messages that were not SIP, or not answerable.",
                       figures->counters.dropped);
    exposition.counter("sip_shed_total",
                       "Messages of unknown senders dropped unread, since there were too many.",
                       figures->counters.shed);
    exposition.counter("sip_datagrams_lost_total",
                       "Datagrams that a socket's full buffer did not take.",
                       figures->size.datagrams_lost);
    exposition.counter("sip_refused_total",
                       "Requests refused with 503 by a limit or while draining.",
                       figures->counters.refused_by_limit);
    exposition.counter("sip_retransmissions_sent_total", "SIP messages sent again.",
                       figures->counters.retransmissions_sent);
    exposition.counter("sip_timeouts_total", "SIP transactions without a final answer.",
                       figures->counters.timeouts);
    exposition.gauge("media_streams", "RTP streams open.", figures->media.streams);
    exposition.counter("media_ticks_total", "Media ticks of 20 ms.", figures->media.ticks);
    exposition.counter("media_late_ticks_total", "Media ticks late by over 10 ms.",
                       figures->media.late_ticks);
    exposition.counter("media_packets_received_total", "RTP packets received.",
                       figures->media.packets_received);
    exposition.counter("media_packets_sent_total", "RTP packets sent.",
                       figures->media.packets_sent);
    exposition.counter("media_commands_refused_total", "Media commands refused by a full queue.",
                       figures->media.commands_refused);
    return exposition.take();
}

}  // namespace skyn3t::server
