#include "server/start_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "base/log.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "server/cloud_calls.hpp"
#include "server/start_words.hpp"
#include "store/node_rows.hpp"

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

// What is shown in logs and lists as the node: a word.
bool is_token_character(char c) { return is_alpha(c) || is_digit(c) || c == '-' || c == '_'; }

}  // namespace

bool is_node_name(std::string_view name) {
    return !name.empty() && name.size() <= 64 && name != kTwilioNode &&
           std::all_of(name.begin(), name.end(),
                       [](char c) { return is_token_character(c) || c == '.'; });
}

bool is_strong_token(std::string_view token) {
    constexpr std::size_t kLeast = 32, kLeastDifferent = 8;
    return token.size() >= kLeast && std::all_of(token.begin(), token.end(), is_token_character) &&
           std::set<char>(token.begin(), token.end()).size() >= kLeastDifferent;
}

Result<std::string> open_node(const std::filesystem::path& data, const std::string& configured,
                              store::Database& database) {
    if (!configured.empty()) return configured;
    const auto file = data / "node";
    std::string node;
    if (std::ifstream(file) >> node && is_node_name(node)) return node;
    if (std::error_code ignored; std::filesystem::exists(file, ignored))
        return fail(Errc::invalid_argument,
                    in_words(file.string() + " no contiene el nombre de un nodo: bórrelo para que "
                                             "se haga otro, o defina node: en skyn3t.yaml",
                             file.string() + " does not hold the name of a node: remove it to have "
                                             "one made, or set node: in skyn3t.yaml"));
    node = "node-" + random_hex(6);
    char host[256] = "";
    if (::gethostname(host, sizeof host - 1) == 0 && *host != '\0')
        if (auto renamed = store::rename_node(database, host, node); !renamed)
            return tl::unexpected(renamed.error());
    if (auto written = write_file(file, node + "\n", 0600); !written)
        return tl::unexpected(written.error());
    return node;
}

Result<store::SecretBox> open_box(const std::filesystem::path& data, store::Database& database) {
    const auto has_account = store::AccountStore::exists(database);
    if (!has_account) return tl::unexpected(has_account.error());
    auto box = store::SecretBox::open(
        data, *has_account ? store::MissingKey::refuse : store::MissingKey::make);
    if (box) return box;
    const std::string file = (data / "secret.key").string();
    if (box.error().code == Errc::forbidden)
        return fail(Errc::forbidden, in_words("otros pueden leer " + file + ": chmod 600 " + file,
                                              box.error().detail));
    if (box.error().code == Errc::invalid_argument)
        return fail(Errc::invalid_argument,
                    in_words("la llave (SKYN3T_SECRET_KEY, o si no " + file +
                                 ") no es una: se esperan 64 dígitos hexadecimales",
                             box.error().detail));
    if (box.error().code != Errc::not_found)
        return fail(box.error().code,
                    in_words("no puedo usar la llave " + file + ": " + box.error().detail,
                             box.error().detail));
    return fail(
        Errc::not_found,
        in_words("falta " + file +
                     ", la llave que abre las contraseñas que guarda la base de datos. Recupérela "
                     "de su respaldo (chmod 600), o entréguela en SKYN3T_SECRET_KEY. Una llave "
                     "nueva no las abriría: no se hizo ninguna",
                 file +
                     " is missing, the key that opens the passwords that the database keeps. "
                     "Restore it from its backup (chmod 600), or give it in SKYN3T_SECRET_KEY. A "
                     "new key would not open them: none was made"));
}

Error database_refusal(const Error& why) {
    if (why.code == Errc::unsupported)
        return {why.code, in_words("la base de datos la dejó una versión más nueva de SKYN3T: use "
                                   "esa, o recupere el respaldo hecho antes de ella (" +
                                       why.detail + ")",
                                   why.detail)};
    return {why.code, in_words("no puedo abrir la base de datos (database:): " + why.detail,
                               "database: " + why.detail)};
}

Result<void> check_database_file(const store::DatabaseOptions& options) {
    const auto file = store::sqlite_file(options);
    std::error_code error;
    if (!file || !std::filesystem::exists(*file, error)) return {};
    if (std::filesystem::file_size(*file, error) != 0 || error) return {};
    for (const char* trace : {"account.json", "secret.key"})
        if (std::filesystem::exists(options.data / trace, error))
            return fail(
                Errc::io_error,
                in_words(fmt::format("la base de datos {} está vacía (0 bytes), pero aquí ya había "
                                     "una instalación ({}). Recupérela de su respaldo; si de "
                                     "verdad quiere comenzar de nuevo, borre los dos archivos",
                                     file->string(), trace),
                         fmt::format("the database {} is empty (0 bytes), but there was an "
                                     "installation here ({}). Restore it from its backup; if you "
                                     "do want to begin anew, remove both files",
                                     file->string(), trace)));
    log::warn("the database file is empty: a new installation begins in it file={}",
              skyn3t::quoted(file->string()));
    return {};
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
    if (auto given = environment("SKYN3T_AUTH_TOKEN")) {
        if (!is_strong_token(*given))
            return fail(Errc::invalid_argument,
                        in_words("SKYN3T_AUTH_TOKEN es débil: abre toda la API. Se piden 32 o más "
                                 "letras, dígitos, - o _, y 8 distintos; por ejemplo, lo que da "
                                 "openssl rand -hex 16",
                                 "SKYN3T_AUTH_TOKEN is weak: it opens the whole API. Wanted are 32 "
                                 "or more letters, digits, - or _, and 8 different ones; for "
                                 "example what openssl rand -hex 16 gives"));
        token = model::Secret(std::move(*given));
    }
    auto opened = store::AccountStore(database, box).open(sid, token);
    if (opened || opened.error().code != Errc::unauthorized) return opened;
    return fail(Errc::unauthorized,
                in_words("la llave (secret.key de la carpeta de datos, o SKYN3T_SECRET_KEY) no es "
                         "la que cerró las contraseñas de esta base de datos: recupere la que "
                         "corresponde de su respaldo",
                         "the key (secret.key of the data folder, or SKYN3T_SECRET_KEY) is not the "
                         "one that sealed the passwords of this database: restore the right one "
                         "from its backup"));
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
    // The token is not printed: what a service prints is kept in the journal, for many to read.
    if (account_is_new)
        fmt::print("{} {}\n  {} {}\n", in_words("Cuenta nueva:", "New account:"), account.sid.str(),
                   in_words("su AuthToken está, solo para este usuario, en",
                            "its AuthToken is, for this user alone, in"),
                   (data / "account.json").string());
    fmt::print("SKYN3T {}\n", in_words("está listo", "is ready"));
    for (const auto& [transport, address] : sip) fmt::print("  SIP   {}:{}\n", transport, address);
    fmt::print("  HTTP  {}\n  {}\n", http, (data / "endpoints.json").string());
    std::fflush(stdout);
}

}  // namespace skyn3t::server
