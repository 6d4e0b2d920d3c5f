#include "server/start_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "provision/finding.hpp"

namespace skyn3t::server {
namespace {

std::optional<std::string> environment(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0' ? std::optional<std::string>(value) : std::nullopt;
}

// Written aside and renamed, so that a reader never sees half of it.
Result<void> write_file(const std::filesystem::path& file, const std::string& text, mode_t mode) {
    const std::string aside = file.string() + ".new";
    const int descriptor = ::open(aside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (descriptor < 0) return fail(Errc::io_error, "cannot write " + aside);
    const bool written =
        ::fchmod(descriptor, mode) == 0 &&
        ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        ::fsync(descriptor) == 0;
    ::close(descriptor);
    if (!written || ::rename(aside.c_str(), file.c_str()) != 0)
        return fail(Errc::io_error, "cannot write " + file.string());
    return {};
}

}  // namespace

std::string node_name() {
    char name[256] = "node";
    ::gethostname(name, sizeof name - 1);
    return name;
}

Result<store::AccountStore::Opened> open_account(store::Database& database,
                                                 const store::SecretBox& box) {
    std::optional<AccountSid> sid;
    if (const auto given = environment("SKYN3T_ACCOUNT_SID")) {
        auto parsed = AccountSid::parse(*given);
        if (!parsed)
            return fail(parsed.error().code, "SKYN3T_ACCOUNT_SID: " + parsed.error().detail);
        sid = std::move(*parsed);
    }
    std::optional<model::Secret> token;
    if (auto given = environment("SKYN3T_AUTH_TOKEN")) token = model::Secret(std::move(*given));
    return store::AccountStore(database, box).open(sid, token);
}

Result<void> write_account_file(const std::filesystem::path& data, const store::Account& account) {
    const nlohmann::ordered_json json{{"account_sid", account.sid.str()},
                                      {"auth_token", account.auth_token.reveal()}};
    return write_file(data / "account.json", json.dump(2) + "\n", 0600);
}

Result<void> write_endpoints_file(const std::filesystem::path& data,
                                  const std::map<std::string, std::string>& sip,
                                  const std::string& http) {
    const nlohmann::ordered_json json{{"sip", sip}, {"http", http}, {"pid", ::getpid()}};
    return write_file(data / "endpoints.json", json.dump(2) + "\n", 0644);
}

void print_start(const std::map<std::string, std::string>& sip, const std::string& http,
                 const std::filesystem::path& data, const store::Account& account,
                 bool account_is_new) {
    const bool english = provision::lang_of_environment() == provision::Lang::en;
    if (account_is_new)
        fmt::print("{}\n  AccountSid {}\n  AuthToken  {}\n",
                   english ? "New account; this is shown once and kept in account.json:"
                           : "Cuenta nueva; se muestra una sola vez y queda en account.json:",
                   account.sid.str(), account.auth_token.reveal());
    fmt::print("SKYN3T {}\n", english ? "is ready" : "está listo");
    for (const auto& [transport, address] : sip) fmt::print("  SIP   {}:{}\n", transport, address);
    fmt::print("  HTTP  {}\n  {}\n", http, (data / "endpoints.json").string());
    std::fflush(stdout);
}

}  // namespace skyn3t::server
