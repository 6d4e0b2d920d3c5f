#pragma once

#include <optional>

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
    void flush();

  private:
    void flush_soon();

    store::BindingStore& store_;
    Timer flush_;
};

[[nodiscard]] store::StoredBinding to_stored(const sip::AddressOfRecord& aor,
                                             const sip::Binding& binding);
// Nothing for a row that this version cannot read.
[[nodiscard]] std::optional<sip::RegisteredBinding> from_stored(const store::StoredBinding& stored);

}  // namespace skyn3t::server
