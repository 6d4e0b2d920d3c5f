#include "cli/api_client.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <future>

namespace skyn3t::cli {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMaxAnswer = 16 * 1024 * 1024;
constexpr int kFirstOfCertificates = 11235, kLastOfCertificates = 11237;  // Twilio's numbers

// "cli ana@central": who asks, for the server's audit.
std::string actor() {
    char host[256] = {};
    if (gethostname(host, sizeof host - 1) != 0) host[0] = '\0';
    const passwd* user = getpwuid(getuid());
    return fmt::format("cli {}@{}", user != nullptr ? user->pw_name : "?", host);
}

// The API speaks English, as Twilio's does. What it says of a parameter is worth having all the
// same; of the rest the status says as much.
std::string in_spanish(int status, const std::string& message) {
    const char* text = nullptr;
    switch (status) {
        case 403:
            text = "El servidor no lo permite.";
            break;
        case 404:
            text = "El servidor no tiene lo que se pide.";
            break;
        case 409:
            text = "Choca con algo que ya existe, o que cambió entretanto.";
            break;
        case 429:
            text = "El servidor tiene demasiado que hacer; espere un momento y repita.";
            break;
        case 503:
            text = "El servidor no puede hacerlo ahora; espere un momento y repita.";
            break;
        default:
            break;
    }
    if (text != nullptr) return text;
    return fmt::format("El servidor respondió {}: «{}».", status, message);
}

}  // namespace

ApiResult<Json> ApiClient::get(const std::string& path, http::Params query) {
    http::ClientRequest wanted;
    wanted.form = std::move(query);
    return request(std::move(wanted), path, {});
}

ApiResult<Json> ApiClient::post(const std::string& path, http::Params form,
                                const std::function<void()>& waiting) {
    http::ClientRequest wanted;
    wanted.method = "POST";
    wanted.form = std::move(form);
    wanted.total_timeout = wanted.read_timeout = 120s;  // an apply renders prompts
    return request(std::move(wanted), path, waiting);
}

ApiResult<Json> ApiClient::upload(const std::string& path, std::string body,
                                  const std::function<void()>& waiting) {
    http::ClientRequest wanted;
    wanted.method = "POST";
    wanted.body = std::move(body);
    wanted.content_type = "application/octet-stream";
    wanted.total_timeout = wanted.read_timeout = 120s;  // the community's prompts are made anew
    return request(std::move(wanted), path, waiting);
}

ApiResult<Json> ApiClient::remove(const std::string& path, http::Params query) {
    http::ClientRequest wanted;
    wanted.method = "DELETE";
    return request(std::move(wanted), query.empty() ? path : path + "?" + http::encode_form(query),
                   {});
}

ApiResult<std::string> ApiClient::download(std::string method, const std::string& path,
                                           http::Params form) {
    http::ClientRequest wanted;
    wanted.method = std::move(method);
    wanted.form = std::move(form);
    wanted.total_timeout = wanted.read_timeout = 120s;  // it may have to be spoken first
    auto answer = send(std::move(wanted), path, {});
    if (!answer) return tl::unexpected(answer.error());
    return std::move(answer->body);
}

ApiResult<http::ClientResponse> ApiClient::send(http::ClientRequest wanted, const std::string& path,
                                                const std::function<void()>& waiting) {
    wanted.url = connection_.url + path;
    wanted.credentials = http::BasicCredentials{connection_.user, connection_.auth_token};
    wanted.headers.add("X-Skyn3t-Actor", actor());
    wanted.reach = http::Reach::anywhere;  // the operator names the server
    wanted.max_body = kMaxAnswer;

    std::promise<http::FetchResult> promise;
    auto answer = promise.get_future();
    const auto sent = client_.send(std::move(wanted), [&promise](http::FetchResult result) {
        promise.set_value(std::move(result));
    });
    if (!sent) return tl::unexpected(ApiError{sent.error().detail, 0, {}});
    while (answer.wait_for(200ms) != std::future_status::ready)
        if (waiting) waiting();
    auto result = answer.get();
    if (!result) return tl::unexpected(explain(result.error()));
    if (result->status < 400) return std::move(*result);
    return tl::unexpected(explain(result->status, Json::parse(result->body, nullptr, false)));
}

ApiResult<Json> ApiClient::request(http::ClientRequest wanted, const std::string& path,
                                   const std::function<void()>& waiting) {
    const auto result = send(std::move(wanted), path, waiting);
    if (!result) return tl::unexpected(result.error());
    Json body = result->body.empty() ? Json::object() : Json::parse(result->body, nullptr, false);
    if (body.is_discarded() || !body.is_object())
        return tl::unexpected(ApiError{
            fmt::format(
                fmt::runtime(environment_.say(
                    "Lo que responde en {} no es un servidor SKYN3T. Revise --url o SKYN3T_URL.",
                    "What answers at {} is not a SKYN3T server. Check --url or SKYN3T_URL.")),
                connection_.url),
            result->status,
            {}});
    return body;
}

ApiError ApiClient::explain(const http::FetchError& error) const {
    if (error.errc == Errc::timeout)
        return {
            fmt::format(fmt::runtime(environment_.say("El servidor en {} no respondió a tiempo.",
                                                      "The server at {} did not answer in time.")),
                        connection_.url),
            0,
            {}};
    if (error.code >= kFirstOfCertificates && error.code <= kLastOfCertificates)
        return {fmt::format(fmt::runtime(environment_.say(
                                "El certificado del servidor en {} no es de confianza. Indique "
                                "quién lo firma con --ca-file o SKYN3T_CA_FILE.\n({})",
                                "The certificate of the server at {} is not trusted. Name who "
                                "signs it with --ca-file or SKYN3T_CA_FILE.\n({})")),
                            connection_.url, error.detail),
                0,
                {}};
    return {fmt::format(
                fmt::runtime(environment_.say("No hay un servidor en {}. Para iniciarlo: {}\n({})",
                                              "There is no server at {}. To start it: {}\n({})")),
                connection_.url, connection_.start_command, error.detail),
            0,
            {}};
}

ApiError ApiClient::explain(int status, Json body) const {
    if (!body.is_object()) body = Json::object();
    if (status == 401)
        return {
            fmt::format(
                fmt::runtime(environment_.say(
                    "El servidor en {} no aceptó las credenciales (de: {}). Las correctas están en "
                    "account.json, en el directorio de datos del servidor; indíquelo con --config, "
                    "o "
                    "defina SKYN3T_ACCOUNT_SID y SKYN3T_AUTH_TOKEN.",
                    "The server at {} did not accept the credentials (from: {}). The right ones "
                    "are in "
                    "account.json in the server's data directory: name it with --config, or set "
                    "SKYN3T_ACCOUNT_SID and SKYN3T_AUTH_TOKEN.")),
                connection_.url, connection_.credentials_from),
            status, std::move(body)};
    // What keeps a target from being read is told in the reader's language.
    if (auto why = text_of(body, environment_.say("why_es", "why_en")); !why.empty())
        return {std::move(why), status, std::move(body)};
    std::string text =
        environment_.lang() == Lang::es
            ? in_spanish(status, text_of(body, "message"))
            : fmt::format("The server answered {}: {}", status, text_of(body, "message"));
    if (const auto code = number_of(body, "code"); code > 0) text += fmt::format(" ({:.0f})", code);
    if (connection_.user.starts_with("SK") && (status == 404 || status == 403))
        text += environment_.say(
            " La clave que se usa puede ser de una sola comunidad: el resto no existe para ella.",
            " The key in use may be one community's: nothing else exists for it.");
    return {std::move(text), status, std::move(body)};
}

}  // namespace skyn3t::cli
