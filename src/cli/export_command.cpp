#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "cli/commands.hpp"
#include "cli/table.hpp"
#include "http/form.hpp"

// Communities written to a file: as they are declared, or read from an account.
namespace skyn3t::cli {
namespace {

namespace fs = std::filesystem;

// A file that somebody has edited is not written over.
bool write_new(const fs::path& file, const std::string& text) {
    std::error_code ignored;
    return !fs::exists(file, ignored) && (std::ofstream(file, std::ios::binary) << text);
}

bool has_text(const fs::path& file, const std::string& text) {
    std::ifstream in(file, std::ios::binary);
    return in && std::string(std::istreambuf_iterator<char>(in), {}) == text;
}

Exit print_unwritable(const Session& session, const std::string& file) {
    return session.print_error(
        {fmt::format(fmt::runtime(session.say("No puedo escribir {}: existe o no hay permiso.",
                                              "Cannot write {}: it exists, or no permission.")),
                     file),
         0,
         {}});
}

std::string count_text(const Session& session, double count, const std::string& file) {
    const char* text = count == 1
                           ? session.say("{:.0f} comunidad en {}.", "{:.0f} community in {}.")
                           : session.say("{:.0f} comunidades en {}.", "{:.0f} communities in {}.");
    return fmt::format(fmt::runtime(text), count, file);
}

// The server's names of documents are plain ones; an older or another server's may not be.
bool is_plain_name(const std::string& name) {
    return !name.empty() && name.front() != '.' && name.find_first_of("/\\") == std::string::npos;
}

}  // namespace

Exit export_communities(const Session& session) {
    http::Params query;
    for (const auto& code : session.options.codes) query.add("CommunityCode", code);
    const auto exported = session.api.get("/v1/Export", query);
    if (!exported && exported.error().status == 404)
        return session.print_error(
            {session.say("Una de esas comunidades no existe. Las que hay: skyn3t community list",
                         "One of these communities does not exist. To see those there are: "
                         "skyn3t community list"),
             404, exported.error().body});
    if (!exported) return session.print_error(exported.error());
    const std::string yaml = text_of(*exported, "manifest");
    const Json& documents = object_of(*exported, "documents");
    const std::string& file = session.options.output;
    if (file.empty()) {
        if (!documents.empty() && !session.options.json)
            session.environment.err << session.say(
                "Los documentos propios no van aquí: con -o ARCHIVO se escriben a su lado.\n",
                "Own documents are not in here: with -o FILE they are written beside it.\n");
        return session.print(*exported, yaml);
    }
    for (const auto& [name, text] : documents.items()) {
        const fs::path beside = fs::path(file).parent_path() / name;
        const std::string xml = text.is_string() ? text.get<std::string>() : std::string();
        if (!is_plain_name(name) || (!has_text(beside, xml) && !write_new(beside, xml)))
            return print_unwritable(session, beside.string());
    }
    if (!write_new(file, yaml)) return print_unwritable(session, file);
    return session.print(*exported,
                         count_text(session, number_of(*exported, "communities"), file) + "\n");
}

Exit import(const Session& session) {
    const auto imported =
        session.api.get("/v1/Import", {{"Target", session.options.import.target}});
    if (!imported) return session.print_error(imported.error());
    const std::string yaml = text_of(*imported, "manifest");
    const std::string& file = session.options.import.file;
    if (file.empty()) return session.print(*imported, yaml);
    if (!write_new(file, yaml)) return print_unwritable(session, file);
    return session.print(*imported,
                         count_text(session, number_of(*imported, "communities"), file) +
                             session.say(" Revise sus comentarios.\n", " Read its comments.\n"));
}

}  // namespace skyn3t::cli
