#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/input_files.hpp"
#include "cli/table.hpp"
#include "http/form.hpp"
#include "provision/text_file.hpp"
#include "twiml/document.hpp"

namespace skyn3t::cli {
namespace {

constexpr const char* kDocuments = "/v1/Documents";

std::string path_of(const Json& document) { return text_of(document, "url"); }

// Those that have the name, or the one that has the SID; of one community when it is given.
ApiResult<std::vector<Json>> find_all(const Session& session) {
    const auto& wanted = session.options.document;
    http::Params query{{"PageSize", "1000"}};
    const bool is_sid = wanted.name.starts_with("EH") && wanted.name.size() == 34;
    if (!is_sid) query.add("FriendlyName", wanted.name);
    auto answer = session.api.get(kDocuments, std::move(query));
    if (!answer) return tl::unexpected(answer.error());
    std::vector<Json> found;
    for (const Json& document : list_of(*answer, "documents")) {
        if (is_sid && text_of(document, "sid") != wanted.name) continue;
        if (wanted.community.empty() || text_of(document, "community_code") == wanted.community)
            found.push_back(document);
    }
    return found;
}

ApiError explained(const Session& session, const char* es, const char* en) {
    return {fmt::format(fmt::runtime(session.say(es, en)), session.options.document.name), 0, {}};
}

// The one that is meant.
ApiResult<Json> find_one(const Session& session) {
    auto found = find_all(session);
    if (!found) return tl::unexpected(found.error());
    if (found->size() == 1) return std::move(found->front());
    if (found->empty())
        return tl::unexpected(
            explained(session, "No hay un documento «{}». Los que hay: skyn3t document list",
                      "There is no document \"{}\". To see those there are: skyn3t document list"));
    return tl::unexpected(explained(
        session, "Hay más de un documento «{}»: diga cuál con --community, o por su SID.",
        "There is more than one document \"{}\": say which by --community or by its SID."));
}

Exit print_written(const Session& session, const Json& answer) {
    std::string text = fmt::format(
        fmt::runtime(session.say("Guardado: vale desde la próxima llamada.\nVoiceUrl: {}\n",
                                 "Stored: it counts from the next call on.\nVoiceUrl: {}\n")),
        text_of(answer, "voice_url"));
    const Json& warnings = list_of(answer, "warnings");
    return session.print(answer, text + render_findings(warnings, session.style()));
}

http::Params parameters_of(const Session& session) {
    http::Params parameters{{"Lang", session.say("es", "en")}};
    for (const std::string& given : session.options.document.parameters) {
        const auto equals = std::min(given.find('='), given.size());
        parameters.add(given.substr(0, equals),
                       equals < given.size() ? given.substr(equals + 1) : std::string());
    }
    return parameters;
}

// Where a preview is asked for, without its ".json" or ".wav", and how.
struct PreviewSource {
    std::string path;
    http::Params parameters;
    bool is_given = false;  // the text goes with the request
};

bool is_own_name(std::string_view name) { return name == "main" || name.starts_with("route-"); }

ApiResult<PreviewSource> source_of(const Session& session) {
    const auto& wanted = session.options.document;
    PreviewSource source{{}, parameters_of(session)};
    if (has_extension(wanted.name, ".xml")) {
        auto content = provision::read_text_file(wanted.name, twiml::kMaxDocumentBytes);
        if (!content)
            return tl::unexpected(
                explained(session, "No puedo leer el archivo {}.", "The file {} cannot be read."));
        source.path = std::string(kDocuments) + "/Preview";
        source.parameters.add("Content", std::move(*content));
        if (!wanted.community.empty()) source.parameters.add("CommunityCode", wanted.community);
        source.is_given = true;
        return source;
    }
    if (!wanted.community.empty() && is_own_name(wanted.name)) {
        source.path =
            fmt::format("/v1/Communities/{}/Documents/{}/Preview",
                        http::percent_encode(wanted.community), http::percent_encode(wanted.name));
        return source;
    }
    const auto document = find_one(session);
    if (!document) return tl::unexpected(document.error());
    source.path = path_of(*document) + "/Preview";
    return source;
}

ApiResult<Json> preview_text(const Session& session, const PreviewSource& source) {
    const std::string path = source.path + ".json";
    return source.is_given ? session.api.post(path, source.parameters)
                           : session.api.get(path, source.parameters);
}

// Nothing when it is written; else why not.
std::optional<ApiError> write_sound(const Session& session, const PreviewSource& source) {
    const auto sound = session.api.download(source.is_given ? "POST" : "GET", source.path + ".wav",
                                            source.parameters);
    const std::string& file = session.options.document.output;
    if (!sound && sound.error().status == 400)
        return ApiError{session.say("No se oye nada antes de que la llamada espere, siga en otro "
                                    "documento o termine.",
                                    "Nothing is heard before the call waits, goes on with another "
                                    "document or ends."),
                        400, sound.error().body};
    if (!sound) return sound.error();
    if (std::ofstream(file, std::ios::binary) << *sound) return std::nullopt;
    return ApiError{
        fmt::format(fmt::runtime(session.say("No puedo escribir {}.", "Cannot write {}.")), file),
        0,
        {}};
}

}  // namespace

Exit document_list(const Session& session) {
    const auto answer = session.api.get(kDocuments, {{"PageSize", "1000"}});
    if (!answer) return session.print_error(answer.error());
    const std::string& code = session.options.document.community;
    Json shown = Json::array();
    for (const Json& document : list_of(*answer, "documents"))
        if (code.empty() || text_of(document, "community_code") == code) shown.push_back(document);
    return session.print(*answer, render_documents(shown, session.style()));
}

Exit document_show(const Session& session) {
    const auto document = find_one(session);
    if (!document) return session.print_error(document.error());
    return session.print(*document, render_document(*document, session.style()));
}

Exit document_put(const Session& session) {
    const auto& wanted = session.options.document;
    auto content = provision::read_text_file(wanted.file, twiml::kMaxDocumentBytes);
    if (!content)
        return session.print_error(
            {fmt::format(fmt::runtime(session.say("No puedo leer el archivo {}.",
                                                  "The file {} cannot be read.")),
                         wanted.file),
             0,
             {}});
    const auto there = find_all(session);
    if (!there) return session.print_error(there.error());
    // Without --community it is the account's own that is changed, whoever else has one so named.
    const Json* before = nullptr;
    for (const Json& each : *there)
        if (text_of(each, "community_code") == wanted.community ||
            text_of(each, "sid") == wanted.name)
            before = &each;
    http::Params form{{"Content", std::move(*content)}};
    if (!before) {
        form.add("FriendlyName", wanted.name);
        if (!wanted.community.empty()) form.add("CommunityCode", wanted.community);
    }
    const auto answer = session.api.post(before ? path_of(*before) : kDocuments, std::move(form));
    if (!answer) return session.print_error(answer.error());
    return print_written(session, *answer);
}

Exit document_remove(const Session& session) {
    const auto document = find_one(session);
    if (!document) return session.print_error(document.error());
    if (const auto refused =
            session.refusal(session.say("¿Eliminar el documento?", "Remove the document?")))
        return *refused;
    const auto removed = session.api.remove(path_of(*document));
    if (!removed && removed.error().status == 409)
        return session.print_error(
            {session.say("No se eliminó: todavía es la VoiceUrl de un número, una aplicación o un "
                         "dominio. Cámbiela primero.",
                         "Not removed: it is still the VoiceUrl of a number, an application or a "
                         "domain. Change that first."),
             409, removed.error().body});
    if (!removed) return session.print_error(removed.error());
    return session.print(*removed, session.say("Eliminado.\n", "Removed.\n"));
}

Exit document_preview(const Session& session) {
    const auto source = source_of(session);
    if (!source) return session.print_error(source.error());
    const auto text = preview_text(session, *source);
    if (!text) return session.print_error(text.error());
    std::string shown = printable_lines(text_of(*text, "text"));
    if (!session.options.document.output.empty()) {
        if (const auto error = write_sound(session, *source)) return session.print_error(*error);
        shown += fmt::format(fmt::runtime(session.say("Se oye en {}.\n", "To be heard in {}.\n")),
                             session.options.document.output);
    }
    return session.print(*text,
                         shown + render_findings(list_of(*text, "warnings"), session.style()));
}

}  // namespace skyn3t::cli
