#pragma once

#include <string>

#include "model/community.hpp"
#include "store/secret_box.hpp"
#include "store/session.hpp"
#include "store/sip_domain.hpp"

// What calls run on, written in the transaction that declares a community. Until provision/ does it
// over the API (ADR 9): then this file goes.
namespace skyn3t::store {

struct Derivation {
    const SecretBox& box;
    SipDomain domain;
    WallTime now{};
};

// Number, credential list with a credential for each role, both mappings. `community` with its
// sid and passwords; `before` is null for a new one. Errc::conflict when a name is another's.
[[nodiscard]] Result<void> derive_resources(Session& session, const Derivation& derivation,
                                            const model::Community& community,
                                            const model::Community* before);
// Lets others of the same change have the names; derive_resources() gives new ones.
[[nodiscard]] Result<void> release_derived_names(Session& session, const model::Community& before);

}  // namespace skyn3t::store
