#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/thread_pool.hpp>
#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "base/timer_wheel.hpp"
#include "server/credential_directory.hpp"
#include "sip/registrar.hpp"
#include "store/resource_store.hpp"

namespace skyn3t::server {

// Ends the time in which phones may still use the password that they had before it was changed:
// once all that the user has registered have the new one, or when that time is over. While there is
// any, it looks once a second. On the signalling thread; what it writes, on a thread of its own.
class OldPasswords {
  public:
    struct Parts {
        asio::any_io_executor executor;  // the signalling thread's
        TimerWheel& wheel;
        const CredentialDirectory& credentials;
        const sip::Registrar& registrar;
        store::ResourceStore& resources;
        std::function<Result<void>()> changed;  // resources have; on the thread of its own
    };
    explicit OldPasswords(Parts parts);
    ~OldPasswords();
    OldPasswords(const OldPasswords&) = delete;
    OldPasswords& operator=(const OldPasswords&) = delete;

    // The credentials are others now.
    void watch();

  private:
    // What a credential's phones have registered with.
    struct State {
        const sip::Credential* credential = nullptr;
        bool has_old = false, has_new = false;
    };
    void look();
    void note(State& state, const CredentialTable::Replacing& replacing) const;
    void end(const std::string& sid, const sip::Credential& credential, std::string_view why);

    const Parts parts_;
    Timer timer_;
    std::set<std::string> ending_;  // SIDs of credentials, until it is written
    asio::thread_pool writer_{1};
};

}  // namespace skyn3t::server
