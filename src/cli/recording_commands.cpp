#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "cli/commands.hpp"
#include "http/form.hpp"
#include "model/recording.hpp"

namespace skyn3t::cli {
namespace {

std::string path_of(const Options& options) {
    return "/v1/Communities/" + http::percent_encode(options.code) + "/Recordings";
}

std::string path_of_one(const Options& options) {
    return path_of(options) + "/" + http::percent_encode(options.recording);
}

// The file's bytes, or why it cannot be sent.
Result<std::string> read_sound(const Session& session) {
    const std::string& name = session.options.sound;
    std::ifstream file(name, std::ios::binary);
    std::string bytes(model::kMaxRecordingBytes + 1, '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!file.is_open() || file.bad())
        return fail(Errc::io_error,
                    fmt::format(fmt::runtime(session.say("No puedo leer el archivo {}.",
                                                         "The file {} cannot be read.")),
                                name));
    bytes.resize(static_cast<std::size_t>(file.gcount()));
    if (bytes.size() <= model::kMaxRecordingBytes) return bytes;
    return fail(Errc::too_large,
                fmt::format(fmt::runtime(session.say(
                                "{} pesa más de 8 MB. Guárdelo en un solo canal (mono) a 16 kHz, o "
                                "como MP3.",
                                "{} is over 8 MB. Save it as one channel (mono) at 16 kHz, or as "
                                "MP3.")),
                            name));
}

// A 404 is about the community, or about the name: then the names that there are.
Exit print_unknown_name(const Session& session, const ApiError& error, bool only_uploaded) {
    const auto answer = session.api.get(path_of(session.options));
    if (!answer) return print_missing(session, answer.error(), session.options.code);
    std::string names;
    for (const Json& one : list_of(*answer, "recordings"))
        if (!only_uploaded || flag_of(one, "uploaded")) names += "\n  " + text_of(one, "name");
    if (names.empty()) names = session.say(" ninguna", " none");
    const char* text =
        only_uploaded
            ? session.say("{1} no tiene una grabación «{0}». Las que tiene:{2}",
                          "{1} has no recording \"{0}\". It has:{2}")
            : session.say("{1} no tiene una frase «{0}». Los nombres de las que tiene:{2}",
                          "{1} has no sentence \"{0}\". The names of those it has:{2}");
    return session.print_error(
        {fmt::format(fmt::runtime(text), session.options.recording, session.options.code, names),
         error.status, error.body});
}

Exit print_refused(const Session& session, const ApiError& error) {
    const auto print = [&](const char* text) {
        return session.print_error(
            {fmt::format(fmt::runtime(text), session.options.sound), error.status, error.body});
    };
    if (error.status == 404) return print_unknown_name(session, error, /*only_uploaded=*/false);
    if (error.status == 413)
        return print(session.say("{} es demasiado largo: a lo más 5 minutos y 8 MB.",
                                 "{} is too long: 5 minutes and 8 MB at most."));
    if (error.status == 400)
        return print(
            session.say("{} no es un archivo de sonido que se pueda leer: WAV, FLAC, Ogg o MP3.",
                        "{} is no sound file that can be read: WAV, FLAC, Ogg or MP3."));
    return session.print_error(error);
}

}  // namespace

Exit community_recordings(const Session& session) {
    const auto answer = session.api.get(path_of(session.options));
    if (!answer) return print_missing(session, answer.error(), session.options.code);
    return session.print(*answer,
                         render_recordings(list_of(*answer, "recordings"), session.style()));
}

Exit community_record(const Session& session) {
    if (!model::is_recording_name(session.options.recording))
        return print_unknown_name(session, {}, /*only_uploaded=*/false);
    auto sound = read_sound(session);
    if (!sound) return session.print_error({sound.error().detail, 0, {}});
    const auto answer = session.api.upload(path_of_one(session.options), std::move(*sound));
    if (!answer) return print_refused(session, answer.error());
    return session.print(*answer, session.say("Lista: se oye desde la próxima llamada.\n",
                                              "Done: heard from the next call on.\n"));
}

Exit community_unrecord(const Session& session) {
    if (const auto refused =
            session.refusal(session.say("¿Borrar la grabación?", "Delete the recording?")))
        return *refused;
    const auto answer = session.api.remove(path_of_one(session.options));
    if (!answer && answer.error().status == 404)
        return print_unknown_name(session, answer.error(), /*only_uploaded=*/true);
    if (!answer) return session.print_error(answer.error());
    return session.print(*answer, session.say("Borrada: desde la próxima llamada se oye la voz.\n",
                                              "Deleted: from the next call on the voice is "
                                              "heard.\n"));
}

}  // namespace skyn3t::cli
