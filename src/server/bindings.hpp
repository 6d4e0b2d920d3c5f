#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>

#include "base/timer_wheel.hpp"
#include "sip/registrar.hpp"
#include "store/binding_store.hpp"

namespace skyn3t::server {

// Bindings from the registrar into the store and, after a restart, back. On the signalling thread.
class Bindings final : public sip::BindingRecords {
  public:
    Bindings(TimerWheel& wheel, store::BindingStore& store);

    void added(const sip::AddressOfRecord& aor, const sip::Binding& binding) override;
    void refreshed(const sip::AddressOfRecord& aor, const sip::Binding& binding) override;
    void removed(const sip::AddressOfRecord& aor, const sip::Binding& binding,
                 sip::RemovalReason reason) override;
    void reachability_changed(const sip::AddressOfRecord& aor,
                              const sip::Binding& binding) override;
    void flush();

    // Since when, and why, a phone that was registered no longer is. Nothing for one that is, and
    // for one that has not been since this process began.
    struct Absence {
        WallTime since{};
        sip::RemovalReason reason = sip::RemovalReason::expired;
    };
    std::optional<Absence> absence(const sip::AddressOfRecord& aor) const;

  private:
    void flush_soon();

    const Clock& clock_;
    store::BindingStore& store_;
    Timer flush_;
    // Of phones of the directory only, since nobody else registers.
    std::unordered_map<sip::AddressOfRecord, Absence> absences_;
};

// "expired", "unregistered", "connection-lost", "forgotten": as the API says it.
[[nodiscard]] std::string_view removal_word(sip::RemovalReason reason);
[[nodiscard]] store::StoredBinding to_stored(const sip::AddressOfRecord& aor,
                                             const sip::Binding& binding);
// Nothing for a row that this version cannot read.
[[nodiscard]] std::optional<sip::RegisteredBinding> from_stored(const store::StoredBinding& stored);

}  // namespace skyn3t::server
