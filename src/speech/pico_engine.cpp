#include "speech/pico_engine.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <utility>

#include "base/text.hpp"
#include "speech/audio_file.hpp"
#include "speech/child_process.hpp"
#include "speech/espeak_engine.hpp"

namespace skyn3t::speech {
namespace {

// pico2wave writes to a named file only, and its name must end in .wav.
class TemporaryWave {
  public:
    TemporaryWave()
        : path_((std::filesystem::temp_directory_path() / "skyn3t-XXXXXX.wav").string()) {
        const int fd = ::mkstemps(path_.data(), 4);
        if (fd >= 0)
            ::close(fd);
        else
            path_.clear();
    }
    ~TemporaryWave() {
        if (!path_.empty()) ::unlink(path_.c_str());
    }
    TemporaryWave(const TemporaryWave&) = delete;
    TemporaryWave& operator=(const TemporaryWave&) = delete;
    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

}  // namespace

PicoEngine::PicoEngine(std::filesystem::path program) : program_(std::move(program)) {
    std::error_code ignored;
    version_ = std::to_string(std::filesystem::file_size(program_, ignored));
}

std::string PicoEngine::identity(const Voice& voice) const {
    return fmt::format("pico2wave|{}|{}", version_, voice.language);
}

bool PicoEngine::speaks(const Voice& voice) const {
    return voice.language.starts_with("es") && voice.gender == Gender::female;
}

Result<Clip> PicoEngine::synthesize(const TtsRequest& request) {
    const TemporaryWave wave;
    if (wave.path().empty()) return fail(Errc::io_error, "no temporary file for pico2wave");
    const std::string words = request.voice.language == "es-ES"
                                  ? request.words
                                  : respell_for_latin_america(request.words);
    // It takes its text as an argument only; "--" ends the options, and the tag makes sure that it
    // begins with no hyphen.
    const auto level = std::lround(100 * request.rate);
    const std::string text = fmt::format("<speed level=\"{}\">{}</speed>", level, words);
    const ChildCommand command{program_, {"-l", "es-ES", "-w", wave.path(), "--", text}};
    if (const auto done = run_child(command, {}); !done) return tl::unexpected(done.error());
    std::ifstream file(wave.path(), std::ios::binary);
    const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(file), {}};
    return decode_audio(bytes);
}

std::string respell_for_latin_america(std::string_view words) {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const char c = to_lower(words[i]);
        const auto rest = words.substr(i + 1);
        const bool soft = rest.starts_with('e') || rest.starts_with('i') || rest.starts_with("é") ||
                          rest.starts_with("í");
        if (c == 'z' || (c == 'c' && soft))
            out += 's';
        else
            out += words[i];
    }
    return out;
}

std::vector<std::unique_ptr<TtsEngine>> installed_engines() {
    std::vector<std::unique_ptr<TtsEngine>> engines;
    if (auto pico = find_program("pico2wave"); !pico.empty())
        engines.push_back(std::make_unique<PicoEngine>(std::move(pico)));
    if (auto espeak = find_program("espeak-ng"); !espeak.empty())
        engines.push_back(std::make_unique<EspeakEngine>(std::move(espeak)));
    return engines;
}

}  // namespace skyn3t::speech
