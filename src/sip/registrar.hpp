#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/timer_wheel.hpp"
#include "sip/binding_table.hpp"
#include "sip/reply.hpp"

namespace skyn3t::sip {

struct RegisterRequest;

struct ExpiryLimits {
    seconds minimum{60};
    seconds maximum{3600};
    seconds fallback{3600};  // when the phone names none
};
// RFC 3261 section 10.3 step 7: 423 may refuse only an interval above zero (zero removes the
// binding), below one hour and below our minimum. A long one is shortened, not refused.
// Errc::interval_too_brief.
[[nodiscard]] Result<seconds> grant_expiry(std::optional<seconds> requested,
                                           const ExpiryLimits& limits);

struct RegistrarSettings {
    ExpiryLimits expiry{};
    std::size_t contacts_per_aor = 10;  // the next one is refused: 403, Twilio's 32007
    std::string node{};
    seconds ask_every{24};  // each binding, whether it answers (ReachabilityWatch)
};

// RFC 3261 section 10: the bindings of every community's phones. It trusts its caller on who is
// registering; DigestServer and Origin find that out. On the signalling thread.
//
// A contact replaces a binding of its address-of-record when
//  - the URIs are equal (RFC 3261 section 19.1.4), unless both have an instance and these differ:
//  phones of two buildings
//    may have the same private address;
//  - or both have the same +sip.instance and reg-id (RFC 5626 section 6): the phone came back with
//  another port;
//  - or neither has an instance, an earlier registration (another Call-ID) came from the very same
//  address and port
//    with the same user in its contact: the phone came back and picked another port or parameter
//    for its contact.
// A phone without instance that comes back from another source port leaves its old binding to
// expire: it cannot be told from a second phone beside it.
class Registrar {
  public:
    Registrar(TimerWheel& wheel, RegistrarSettings settings, BindingRecords& records);
    Registrar(const Registrar&) = delete;
    Registrar& operator=(const Registrar&) = delete;

    // Answers a REGISTER of the phone that Origin found it to be from: 200 with the bindings, or
    // 400, 403, 420, 423, 500, and then nothing has changed. With a `visibility` token the contacts
    // are a probe's: only lookup() with the token sees them, and only they are seen and changed
    // here. `generation`: of the password that was shown.
    [[nodiscard]] Reply process(const Message& request, const Source& source,
                                const AddressOfRecord& aor, std::string_view visibility = {},
                                std::uint32_t generation = 0);

    // Where to send a request for the address-of-record: by falling q, the newest first. Values,
    // since a caller waits.
    std::vector<Binding> lookup(const AddressOfRecord& aor, std::string_view visibility = {}) const;
    // The phone that registered over the flow that a request came from. Where several did, the one
    // with this user name; nullopt when that does not tell. Probes are found too.
    std::optional<RegisteredBinding> find_by_flow(const Source& source,
                                                  std::string_view from_user) const;
    // Has any phone a live binding from this address, whatever its port?
    bool is_live(const Endpoint& source) const;
    // Has a phone of this community one?
    bool is_live(const Endpoint& source, const CommunitySid& community) const;
    // Has any phone registered over exactly this flow?
    bool is_live_flow(const Source& source) const { return table_.has_flow(source); }
    // A community's phones; probes are not listed. Ordered by user name, then as lookup().
    std::vector<RegisteredBinding> list(const CommunitySid& community) const;
    std::vector<RegisteredBinding> list_all() const;
    std::size_t size() const { return table_.size(); }  // with probes
    std::size_t count_dead() const { return dead_; }    // of those that do not answer

    // Takes back what was recorded before a restart. What has expired, or hung on a TCP connection,
    // is recorded as removed.
    void restore(const std::vector<RegisteredBinding>& bindings);
    // A connection is gone, and with it the phones that can be reached over nothing else.
    void on_flow_closed(const Flow& flow);
    // The user's credentials are gone or changed: so are the bindings made with them. How many.
    std::size_t forget(const CommunitySid& community, std::string_view user);
    std::size_t forget(const CommunitySid& community);
    // Passwords older than this generation's are not good any more, nor is what was bound with
    // them.
    std::size_t forget_older(const CommunitySid& community, std::string_view user,
                             std::uint32_t generation);
    std::size_t forget_probe(std::string_view visibility);
    // An operator removes a user's binding, or all of them when `contact` is empty.
    std::size_t forget_bindings(const CommunitySid& community, std::string_view user,
                                std::string_view contact);

    // ---- for ReachabilityWatch
    // When the next binding is to be asked whether it answers.
    std::optional<SteadyTime> next_ask() const;
    // A binding whose turn it is now; the next turn is after RegistrarSettings::ask_every.
    std::optional<RegisteredBinding> take_due();
    // What became of it. Nothing when the binding is gone meanwhile.
    void note_reachability(const RegisteredBinding& bound, Reachability::State state, int status);

  private:
    using Entry = BindingTable::Entry;
    struct Plan;

    std::vector<Entry*> visible(const AddressOfRecord& aor, std::string_view visibility) const;
    tl::expected<Plan, Reply> make_plan(const RegisterRequest& request, const Source& source,
                                        const std::vector<Entry*>& bound) const;
    void carry_out(const Plan& plan, const AddressOfRecord& aor, const RegisterRequest& request,
                   const Source& source, const Binding& common);
    Reply listing(const RegisterRequest& request, const Source& source,
                  std::vector<Entry*> bound) const;
    std::vector<RegisteredBinding> list_if(const std::function<bool(const Entry&)>& wanted) const;
    std::size_t forget_if(const std::function<bool(const Entry&)>& unwanted);
    void heard_from(Entry& entry);
    void remove(Entry& entry, RemovalReason reason);
    void expire();
    void arm();

    TimerWheel& wheel_;
    RegistrarSettings settings_;
    BindingRecords& records_;
    BindingTable table_;
    Timer expiry_;  // one for all bindings, set to the earliest
    SteadyTime armed_{};
    std::size_t dead_ = 0;
};

}  // namespace skyn3t::sip
