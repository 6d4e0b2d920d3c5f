#include "server/certificate_watch.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/log.hpp"

namespace skyn3t::server {
namespace {

constexpr std::chrono::minutes kLookEvery{1};
constexpr std::chrono::hours kSayEvery{24};
constexpr long kFewDays = 14;  // a renewal that works comes long before

using Fault = http::CertificateFault;
using Kind = Fault::Kind;

struct Words {
    Kind kind;
    const char* es;
    const char* en;
};
constexpr Words kWords[] = {
    {Kind::cannot_read, "no puedo leer {} ({})", "cannot read {} ({})"},
    {Kind::not_a_certificate, "{} no contiene un certificado PEM ({})",
     "{} holds no PEM certificate ({})"},
    {Kind::not_a_key, "{} no contiene una llave privada PEM sin contraseña ({})",
     "{} holds no PEM private key without a passphrase ({})"},
    {Kind::key_does_not_fit, "la llave {} no corresponde al certificado ({})",
     "the key {} does not belong to the certificate ({})"},
    {Kind::not_usable, "el certificado {} no sirve: es demasiado débil ({})",
     "the certificate {} cannot be used: it is too weak ({})"},
};

std::string say(const Fault& fault, const char* Words::*language) {
    for (const auto& words : kWords)
        if (words.kind == fault.kind)
            return fmt::format(fmt::runtime(words.*language), fault.file.string(), fault.detail);
    return fault.detail;
}

long days_until(WallTime end, WallTime now) {
    return std::chrono::duration_cast<std::chrono::hours>(end - now).count() / 24;
}

}  // namespace

std::string in_spanish(const Fault& fault) { return say(fault, &Words::es); }
std::string in_english(const Fault& fault) { return say(fault, &Words::en); }

CertificateWatch::CertificateWatch(TimerWheel& wheel, http::Certificate& certificate,
                                   Elsewhere elsewhere)
    : wheel_(wheel),
      certificate_(certificate),
      elsewhere_(std::move(elsewhere)),
      minute_(wheel, [this] { look(http::Certificate::Look::if_changed); }) {}

void CertificateWatch::start() {
    const auto now = wheel_.clock().wall();
    log::info("certificate loaded file={} days_left={}",
              skyn3t::quoted(certificate_.files().certificate.string()),
              days_until(certificate_.expires(), now));
    if (certificate_.begins() > now)
        log::warn("the certificate is not valid yet: clients will refuse it");
    if (certificate_.is_key_open_to_all())
        log::warn("everybody on this machine may read the certificate's key: chmod 640 file={}",
                  skyn3t::quoted(certificate_.files().key.string()));
    look_at_the_end();
    minute_.start_after(kLookEvery);
}

void CertificateWatch::reload() { look(http::Certificate::Look::always); }

void CertificateWatch::look(http::Certificate::Look look) {
    elsewhere_([&certificate = certificate_, look, &clock = wheel_.clock()] {
        const auto reloaded = certificate.reload(look);
        if (!reloaded)
            log::error("certificate not reloaded, the one before stays in use reason={}",
                       skyn3t::quoted(in_english(reloaded.error())));
        else if (*reloaded)
            log::info("certificate reloaded file={} days_left={}",
                      skyn3t::quoted(certificate.files().certificate.string()),
                      days_until(certificate.expires(), clock.wall()));
    });
    look_at_the_end();
    minute_.start_after(kLookEvery);
}

void CertificateWatch::look_at_the_end() {
    const auto& clock = wheel_.clock();
    const auto end = certificate_.expires();
    if (days_until(end, clock.wall()) >= kFewDays) return said_.reset();
    if (said_ && clock.now() < *said_ + kSayEvery) return;
    said_ = clock.now();
    if (end <= clock.wall())
        log::error("the certificate has expired: clients refuse it file={}",
                   skyn3t::quoted(certificate_.files().certificate.string()));
    else
        log::warn("the certificate ends soon file={} days_left={}",
                  skyn3t::quoted(certificate_.files().certificate.string()),
                  days_until(end, clock.wall()));
}

}  // namespace skyn3t::server
