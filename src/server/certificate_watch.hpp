#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/timer_wheel.hpp"
#include "http/certificate.hpp"

namespace skyn3t::server {

// Looks once a minute whether the certificate's files have changed, and says in the log what
// became of it and when it ends. On the signalling thread; the files are read on another.
class CertificateWatch {
  public:
    using Elsewhere = std::function<void(std::function<void()>)>;  // runs it on another thread

    // `certificate` outlives what was handed to `elsewhere`.
    CertificateWatch(TimerWheel& wheel, http::Certificate& certificate, Elsewhere elsewhere);

    void start();   // it was loaded just now
    void reload();  // the operator asks for it (SIGHUP)

  private:
    void look(http::Certificate::Look look);
    void look_at_the_end();

    TimerWheel& wheel_;
    http::Certificate& certificate_;
    Elsewhere elsewhere_;
    Timer minute_;
    std::optional<SteadyTime> said_;  // when it was last said that the end is near
};

// Why a certificate cannot be used, for whoever is to mend it.
[[nodiscard]] std::string in_spanish(const http::CertificateFault& fault);
[[nodiscard]] std::string in_english(const http::CertificateFault& fault);

}  // namespace skyn3t::server
