#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "cli/environment.hpp"
#include "cli/options.hpp"
#include "http/client.hpp"

namespace skyn3t::cli {

// Where the server's API is and how to be let in (DESIGN.md, section 6).
struct Connection {
    std::string url;  // without a slash at its end
    std::string account_sid;
    std::string user;  // the account's SID, or a key's
    std::string auth_token;
    std::string credentials_from;  // for people: the variables' names, or account.json's path
    std::string start_command;     // that would start this server
    http::ClientOptions client{};  // whom to believe that it is the server
};

// --config, else ./skyn3t.yaml, else /etc/skyn3t/skyn3t.yaml; nothing when neither exists.
[[nodiscard]] std::optional<std::filesystem::path> find_config(const std::string& given);

// --url, else SKYN3T_URL, else the configuration's address, where the configuration's own
// certificate is believed and no other; elsewhere --ca-file or SKYN3T_CA_FILE, else the system;
// SKYN3T_API_KEY and SKYN3T_API_SECRET, a community's key for example, else SKYN3T_ACCOUNT_SID and
// SKYN3T_AUTH_TOKEN, else account.json in the configuration's data directory. The error says in the
// reader's language what is missing and where it belongs.
[[nodiscard]] Result<Connection> find_connection(const Options& options,
                                                 const Environment& environment);

}  // namespace skyn3t::cli
